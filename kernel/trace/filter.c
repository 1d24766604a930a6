/* SPDX-License-Identifier: MIT */
/*
 * filter.c - which records of an event are kept: "vec == 3 && common_pid != 0", Linux's language.
 *
 *	or    = and { "||" and }		and  = not { "&&" not }
 *	not   = "!" not | "(" or ")" | test	test = FIELD OP VALUE
 *	OP    = == != < <= > >= & for numbers, == != ~ (a glob) for strings
 *
 * A field is one of the event's format file, or common_type, common_flags, common_preempt_count,
 * common_pid, CPU, COMM. A parsed filter is a tree in one block of memory, which nothing changes.
 */
#include <linux/ctype.h>
#include <linux/glob.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>
#include "trace.h"

#define FILTER_NODES	64	/* tests, and what joins them */
#define FILTER_DEPTH	32	/* parentheses and nots inside each other: evaluation recurses */
#define FILTER_WORD	48	/* longest name, number or string */

enum node_op { OP_OR, OP_AND, OP_NOT, OP_EQ, OP_NE, OP_LE, OP_GE, OP_LT, OP_GT, OP_BITS, OP_GLOB };

/* Where a test's left side comes from. */
enum source { FROM_PAYLOAD, FROM_CPU, FROM_COMM, FROM_PID, FROM_TYPE, FROM_FLAGS, FROM_DEPTH };

struct filter_node {
	enum node_op op;
	u8 left, right;			/* nodes of OR, AND, NOT (left) */
	enum source source;
	u16 offset, size;		/* FROM_PAYLOAD */
	bool is_signed, is_string;
	s64 value;
	char text[FILTER_WORD];
};

struct event_filter {
	char *text;			/* as it was written; with an error, if it has no nodes */
	u16 event_id;
	u8 root;
	unsigned int nr;
	struct filter_node nodes[];
};

/* --- parsing --- */

struct parser {
	const struct trace_event *ev;
	const char *text, *p;
	const char *error, *error_at;	/* the first one */
	struct filter_node *nodes;
	unsigned int nr, depth;
};

static u8 fail(struct parser *ps, const char *at, const char *error)
{
	if (!ps->error) {
		ps->error = error;
		ps->error_at = at;
	}
	return 0;
}

/* If the text goes on with @token: pass it. */
static bool accept(struct parser *ps, const char *token)
{
	ps->p = skip_spaces(ps->p);
	if (strncmp(ps->p, token, strlen(token)))
		return false;
	ps->p += strlen(token);
	return true;
}

static u8 new_node(struct parser *ps, enum node_op op, u8 left, u8 right)
{
	if (ps->nr == FILTER_NODES)
		return fail(ps, ps->p, "Too many terms in predicate expression");
	ps->nodes[ps->nr] = (struct filter_node){ .op = op, .left = left, .right = right };
	return ps->nr++;
}

/* A word: up to the first of blank, operator and parenthesis; or, with quotes, up to the next. */
static bool word(struct parser *ps, char *out)
{
	const char *start = ps->p = skip_spaces(ps->p);
	char quote = *start == '"' || *start == '\'' ? *start : 0;
	size_t len = quote ? strchrnul(start + 1, quote) - start - 1 : strcspn(start, " \t=!<>&|~()");

	if (quote && !start[len + 1])
		return fail(ps, start, "Missing matching quote");
	if (!len && !quote)
		return fail(ps, start, "Meaningless filter expression");
	if (len >= FILTER_WORD)
		return fail(ps, start, "Operand too long");
	memcpy(out, start + !!quote, len);
	out[len] = '\0';
	ps->p = start + len + 2 * !!quote;
	return true;
}

/* The field called @name into @n. */
static bool find_field(struct parser *ps, struct filter_node *n, const char *name)
{
	static const struct {
		const char *name;
		enum source source;
	} common[] = {
		{ "common_pid", FROM_PID }, { "common_type", FROM_TYPE }, { "common_flags", FROM_FLAGS },
		{ "common_preempt_count", FROM_DEPTH }, { "CPU", FROM_CPU }, { "cpu", FROM_CPU },
		{ "COMM", FROM_COMM }, { "comm", FROM_COMM },
	};
	unsigned int nr;
	const struct trace_field *f = ps->ev->fields(&nr);

	for (; nr--; f++) {
		size_t len = strcspn(f->name, "[");

		if (strlen(name) != len || strncmp(f->name, name, len))
			continue;
		n->offset = f->offset;
		n->size = f->size;
		n->is_signed = f->is_signed;
		n->is_string = f->is_string;
		return true;
	}
	for (int i = 0; i < ARRAY_SIZE(common); i++)
		if (!strcmp(name, common[i].name)) {
			n->source = common[i].source;
			n->is_string = n->source == FROM_COMM;
			return true;
		}
	return false;
}

static bool operator(struct parser *ps, enum node_op *op)
{
	static const struct {
		const char *token;
		enum node_op op;
	} ops[] = {	/* the longer ones first */
		{ "==", OP_EQ }, { "!=", OP_NE }, { "<=", OP_LE }, { ">=", OP_GE }, { "<", OP_LT },
		{ ">", OP_GT }, { "&", OP_BITS }, { "~", OP_GLOB },
	};

	for (int i = 0; i < ARRAY_SIZE(ops); i++)
		if (accept(ps, ops[i].token)) {
			*op = ops[i].op;
			return true;
		}
	return fail(ps, ps->p, "Invalid operator");
}

static u8 test(struct parser *ps)
{
	u8 nr = new_node(ps, OP_EQ, 0, 0);
	struct filter_node *n = &ps->nodes[nr];
	const char *at = skip_spaces(ps->p);
	u64 value;

	if (ps->error || !word(ps, n->text))
		return 0;
	if (!find_field(ps, n, n->text))
		return fail(ps, at, "Field not found");
	at = skip_spaces(ps->p);
	if (!operator(ps, &n->op))
		return 0;
	if (n->is_string ? n->op != OP_EQ && n->op != OP_NE && n->op != OP_GLOB : n->op == OP_GLOB)
		return fail(ps, at, "Illegal operation for field type");
	at = skip_spaces(ps->p);
	if (!word(ps, n->text) || n->is_string)
		return nr;
	if (kstrtoll(n->text, 0, &n->value)) {
		if (kstrtou64(n->text, 0, &value))
			return fail(ps, at, "Illegal integer value");
		n->value = value;
	}
	return nr;
}

static u8 or_expression(struct parser *ps);

static u8 not_expression(struct parser *ps)
{
	const char *at = skip_spaces(ps->p);
	u8 nr;

	if (ps->error)
		return 0;
	if (++ps->depth > FILTER_DEPTH)
		return fail(ps, at, "Too many terms in predicate expression");
	if (accept(ps, "!")) {
		nr = not_expression(ps);
		nr = new_node(ps, OP_NOT, nr, 0);
	} else if (accept(ps, "(")) {
		nr = or_expression(ps);
		if (!ps->error && !accept(ps, ")"))
			fail(ps, at, "Too many '('");
	} else {
		nr = test(ps);
	}
	ps->depth--;
	return nr;
}

static u8 and_expression(struct parser *ps)
{
	u8 nr = not_expression(ps);

	while (!ps->error && accept(ps, "&&"))
		nr = new_node(ps, OP_AND, nr, not_expression(ps));
	return nr;
}

static u8 or_expression(struct parser *ps)
{
	u8 nr = and_expression(ps);

	while (!ps->error && accept(ps, "||"))
		nr = new_node(ps, OP_OR, nr, and_expression(ps));
	return nr;
}

static struct event_filter *filter_alloc(const struct trace_event *ev, const char *text,
					 const struct parser *ps)
{
	struct event_filter *f = kzalloc(sizeof(*f) + ps->nr * sizeof(f->nodes[0]),
					 GFP_KERNEL);

	if (!f)
		return NULL;
	f->text = ps->error ? kasprintf(GFP_KERNEL, "%s\n%*s^\nparse_error: %s", text,
					(int)(ps->error_at - text), "", ps->error)
			    : kasprintf(GFP_KERNEL, "%s", text);
	if (!f->text) {
		kfree(f);
		return NULL;
	}
	f->event_id = trace_event_id(ev);
	f->nr = ps->nr;
	memcpy(f->nodes, ps->nodes, ps->nr * sizeof(f->nodes[0]));
	return f;
}

/* The filter that @text is; one with an error's text and no nodes; or NULL: no memory. */
static struct event_filter *filter_parse(const struct trace_event *ev, const char *text)
{
	struct parser ps = { .ev = ev, .text = text, .p = text };
	struct event_filter *f = NULL;
	u8 root;

	ps.nodes = kcalloc(FILTER_NODES, sizeof(*ps.nodes), GFP_KERNEL);
	if (!ps.nodes)
		return NULL;
	root = or_expression(&ps);
	if (!ps.error && *skip_spaces(ps.p))
		fail(&ps, skip_spaces(ps.p), *skip_spaces(ps.p) == ')' ? "Too few '('" :
		     "Meaningless filter expression");
	if (ps.error)
		ps.nr = 0;
	f = filter_alloc(ev, text, &ps);
	if (f)
		f->root = root;
	kfree(ps.nodes);
	return f;
}

/* --- asking --- */

static s64 number(const struct filter_node *n, const void *payload)
{
	const void *p = payload + n->offset;

	switch (n->size) {
	case 1:
		return n->is_signed ? *(s8 *)p : *(u8 *)p;
	case 2:
		return n->is_signed ? *(s16 *)p : *(u16 *)p;
	case 4:
		return n->is_signed ? *(s32 *)p : *(u32 *)p;
	}
	return *(s64 *)p;
}

static s64 left_side(const struct event_filter *f, const struct filter_node *n,
		     const struct trace_slot *slot)
{
	switch (n->source) {
	case FROM_CPU:
		return raw_smp_processor_id();
	case FROM_PID:
		return current->pid;
	case FROM_TYPE:
		return f->event_id;
	case FROM_FLAGS:
		return trace_context_flags(slot->flags);
	case FROM_DEPTH:
		return preempt_count() & PREEMPT_MASK;
	default:
		return number(n, slot->payload);
	}
}

static bool test_string(const struct filter_node *n, const struct trace_slot *slot)
{
	const char *s = n->source == FROM_COMM ? current->comm : (char *)slot->payload + n->offset;

	return n->op == OP_GLOB ? glob_match(n->text, s) : !strcmp(n->text, s) == (n->op == OP_EQ);
}

static bool ask(const struct event_filter *f, unsigned int nr, const struct trace_slot *slot)
{
	const struct filter_node *n = &f->nodes[nr];
	bool less, equal;
	s64 value;

	if (n->op == OP_OR)
		return ask(f, n->left, slot) || ask(f, n->right, slot);
	if (n->op == OP_AND)
		return ask(f, n->left, slot) && ask(f, n->right, slot);
	if (n->op == OP_NOT)
		return !ask(f, n->left, slot);
	if (n->is_string)
		return test_string(n, slot);
	value = left_side(f, n, slot);
	equal = value == n->value;
	less = n->source || n->is_signed || n->size < 8 ? value < n->value :
							  (u64)value < (u64)n->value;
	switch (n->op) {
	case OP_EQ:
		return equal;
	case OP_NE:
		return !equal;
	case OP_LT:
		return less;
	case OP_LE:
		return less || equal;
	case OP_GT:
		return !less && !equal;
	case OP_GE:
		return !less;
	default:
		return value & n->value;
	}
}

bool filter_match(const struct event_filter *f, const struct trace_slot *slot)
{
	return !f->nr || ask(f, f->root, slot);
}

/* --- the filter file --- */

int filter_set(const struct trace_event *ev, const char *text)
{
	struct event_filter *f = NULL, *old;
	bool none = !strcmp(skip_spaces(text), "0") || !*skip_spaces(text);

	if (!none) {
		f = filter_parse(ev, text);
		if (!f)
			return -ENOMEM;
	}
	scoped_guard(mutex, &trace_mutex) {
		old = ev->tp->filter;
		smp_store_release(&ev->tp->filter, f);
	}
	kick_all_cpus_sync();		/* records are made with IRQs off: nobody uses the old one */
	if (old)
		kfree(old->text);
	kfree(old);
	return f && !f->nr ? -EINVAL : 0;
}

void filter_show(struct seq_file *m, const struct trace_event *ev)
{
	guard(mutex)(&trace_mutex);
	seq_printf(m, "%s\n", ev->tp->filter ? ev->tp->filter->text : "none");
}
