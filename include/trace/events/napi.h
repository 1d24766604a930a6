/* SPDX-License-Identifier: MIT */
/* A NAPI poll that returned. */
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
		__field(int, work)
		__field(int, budget)
		__string(dev_name, napi->dev->name)
	),
	TP_fast_assign(
		__entry->napi = napi;
		__entry->work = work;
		__entry->budget = budget;
		__assign_str(dev_name, napi->dev ? napi->dev->name : "(no_device)");
	),
	TP_printk("napi poll on napi struct %p for device %s work %d budget %d", __entry->napi,
		  __get_str(dev_name), __entry->work, __entry->budget)
);

#endif

#include <trace/define_trace.h>
