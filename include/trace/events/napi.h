/* SPDX-License-Identifier: MIT */
/* NAPI: who asks for a poll, the poll, and its end. Only napi_poll is Linux's. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM napi

#if !defined(_TRACE_NAPI_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_NAPI_H

#include <linux/tracepoint.h>

struct napi_struct;

TRACE_EVENT(napi_poll,
	TP_PROTO(struct napi_struct *napi, int work, int budget),
	TP_ARGS(napi, work, budget),
	TP_STRUCT__entry(
		__field(struct napi_struct *, napi)
		__string(dev_name, napi->dev->name)
		__field(int, work)
		__field(int, budget)
	),
	TP_fast_assign(
		__entry->napi = napi;
		__assign_str(dev_name, napi->dev ? napi->dev->name : "(no_device)");
		__entry->work = work;
		__entry->budget = budget;
	),
	TP_printk("napi poll on napi struct %p for device %s work %d budget %d", __entry->napi,
		  __get_str(dev_name), __entry->work, __entry->budget)
);

DECLARE_EVENT_CLASS(napi_state,
	TP_PROTO(struct napi_struct *napi),
	TP_ARGS(napi),
	TP_STRUCT__entry(
		__field(struct napi_struct *, napi)
		__field(unsigned int, id)
		__string(dev_name, napi->dev->name)
	),
	TP_fast_assign(
		__entry->napi = napi;
		__entry->id = napi->napi_id;
		__assign_str(dev_name, napi->dev ? napi->dev->name : "(no_device)");
	),
	TP_printk("napi=%p id=%u dev=%s", __entry->napi, __entry->id, __get_str(dev_name))
);

/* Just before somebody tries to make it his, or leaves word that there is more (N2, N6). */
DEFINE_EVENT(napi_state, napi_schedule, TP_PROTO(struct napi_struct *napi), TP_ARGS(napi));
/* Just before its poll function is called. */
DEFINE_EVENT(napi_state, napi_poll_entry, TP_PROTO(struct napi_struct *napi), TP_ARGS(napi));
/* From the one to the other nobody can make it his. */
DEFINE_EVENT(napi_state, napi_disable, TP_PROTO(struct napi_struct *napi), TP_ARGS(napi));
DEFINE_EVENT(napi_state, napi_enable, TP_PROTO(struct napi_struct *napi), TP_ARGS(napi));

/* A poll gave it up, or, @again, found that there is more and kept it. */
TRACE_EVENT(napi_complete,
	TP_PROTO(struct napi_struct *napi, bool again),
	TP_ARGS(napi, again),
	TP_STRUCT__entry(
		__field(struct napi_struct *, napi)
		__field(unsigned int, id)
		__field(int, again)
		__string(dev_name, napi->dev->name)
	),
	TP_fast_assign(
		__entry->napi = napi;
		__entry->id = napi->napi_id;
		__entry->again = again;
		__assign_str(dev_name, napi->dev ? napi->dev->name : "(no_device)");
	),
	TP_printk("napi=%p id=%u dev=%s again=%d", __entry->napi, __entry->id,
		  __get_str(dev_name), __entry->again)
);

#endif

#include <trace/define_trace.h>
