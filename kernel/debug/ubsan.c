/* SPDX-License-Identifier: MIT */
/*
 * ubsan.c - undefined behaviour, named where it happens: the functions that -fsanitize=shift,bounds,...
 * calls when a shift, an index, a division or a bool is not what C allows. One report a place, in
 * Linux's words; then the kernel goes on with whatever the processor made of it.
 *
 * The compiler's data lies in writable memory, one struct a place, and begins with the place. Its
 * layout is that of GCC's and clang's runtime interface. Context of everything here: any.
 */
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/kdebug.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/report.h>
#include <linux/sprintf.h>

struct source_location {
	const char *file;
	u32 line;
	u32 column;
};

/* kind 0: an integer, info bit 0 signed, the rest log2 of its bits. name is in quotes already. */
struct type_descriptor {
	u16 kind;
	u16 info;
	char name[];
};

#define TYPE_INT	0

/* Set in a place's column once it has been reported: no line is that long. */
#define REPORTED	(1U << 31)

static bool type_is_int(const struct type_descriptor *t)
{
	return t->kind == TYPE_INT;
}

static bool type_is_signed(const struct type_descriptor *t)
{
	return type_is_int(t) && t->info & 1;
}

static unsigned int type_bits(const struct type_descriptor *t)
{
	return 1U << (t->info >> 1);
}

/* Values up to 64 bits come in a register, wider ones by address: only the low half is shown. */
static u64 raw_value(const struct type_descriptor *t, unsigned long handle)
{
	return type_bits(t) > 64 ? *(u64 *)handle : handle;
}

static s64 signed_value(const struct type_descriptor *t, unsigned long handle)
{
	unsigned int unused = 64 - min(type_bits(t), 64u);

	return (s64)(raw_value(t, handle) << unused) >> unused;
}

#define VALUE_LEN	24

static const char *show_value(char *buf, const struct type_descriptor *t, unsigned long handle)
{
	if (type_is_signed(t))
		snprintf(buf, VALUE_LEN, "%lld", (long long)signed_value(t, handle));
	else
		snprintf(buf, VALUE_LEN, "%llu", (unsigned long long)raw_value(t, handle));
	return buf;
}

/*
 * The first line. False: this place has been reported, say nothing more. Else the caller prints what
 * it knows and calls report_out(): all of it is one block of the log.
 */
static bool report_in(struct source_location *where, const char *what, unsigned long *cookie)
{
	u32 column = __atomic_fetch_or(&where->column, REPORTED, __ATOMIC_RELAXED);

	if (column & REPORTED)
		return false;
	*cookie = report_begin();
	pr_err("UBSAN: %s in %s:%u:%u\n", what, where->file, where->line, column);
	return true;
}

static void report_out(unsigned long cookie)
{
	dump_stack();
	report_end(cookie);
}

struct shift_data {
	struct source_location where;
	struct type_descriptor *left, *right;
};

static void show_shift(struct shift_data *d, unsigned long left, unsigned long right)
{
	char l[VALUE_LEN], r[VALUE_LEN];

	show_value(r, d->right, right);
	show_value(l, d->left, left);
	if (type_is_signed(d->right) && signed_value(d->right, right) < 0)
		pr_err("shift exponent %s is negative\n", r);
	else if (raw_value(d->right, right) >= type_bits(d->left))
		pr_err("shift exponent %s is too large for %u-bit type %s\n", r, type_bits(d->left),
		       d->left->name);
	else if (type_is_signed(d->left) && signed_value(d->left, left) < 0)
		pr_err("left shift of negative value %s\n", l);
	else
		pr_err("left shift of %s by %s places cannot be represented in type %s\n", l, r,
		       d->left->name);
}

void __ubsan_handle_shift_out_of_bounds(struct shift_data *d, unsigned long left,
					unsigned long right)
{
	unsigned long cookie;

	if (!report_in(&d->where, "shift-out-of-bounds", &cookie))
		return;
	show_shift(d, left, right);
	report_out(cookie);
}
EXPORT_SYMBOL(__ubsan_handle_shift_out_of_bounds);

struct bounds_data {
	struct source_location where;
	struct type_descriptor *array, *index;
};

void __ubsan_handle_out_of_bounds(struct bounds_data *d, unsigned long index)
{
	unsigned long cookie;
	char i[VALUE_LEN];

	if (!report_in(&d->where, "array-index-out-of-bounds", &cookie))
		return;
	pr_err("index %s is out of range for type %s\n", show_value(i, d->index, index),
	       d->array->name);
	report_out(cookie);
}
EXPORT_SYMBOL(__ubsan_handle_out_of_bounds);

struct typed_data {
	struct source_location where;
	struct type_descriptor *type;
};

/* INT_MIN / -1 does not come here, as signed overflow is not looked for: it faults. */
void __ubsan_handle_divrem_overflow(struct typed_data *d, unsigned long left, unsigned long right)
{
	unsigned long cookie;

	if (!report_in(&d->where, "division-overflow", &cookie))
		return;
	pr_err("division by zero\n");
	report_out(cookie);
}
EXPORT_SYMBOL(__ubsan_handle_divrem_overflow);

void __ubsan_handle_load_invalid_value(struct typed_data *d, unsigned long value)
{
	unsigned long cookie;
	char v[VALUE_LEN];

	if (!report_in(&d->where, "invalid-load", &cookie))
		return;
	pr_err("load of value %s is not a valid value for type %s\n",
	       show_value(v, d->type, value), d->type->name);
	report_out(cookie);
}
EXPORT_SYMBOL(__ubsan_handle_load_invalid_value);

void __ubsan_handle_vla_bound_not_positive(struct typed_data *d, unsigned long bound)
{
	unsigned long cookie;
	char b[VALUE_LEN];

	if (!report_in(&d->where, "vla-bound-not-positive", &cookie))
		return;
	pr_err("variable length array bound value %s <= 0\n", show_value(b, d->type, bound));
	report_out(cookie);
}
EXPORT_SYMBOL(__ubsan_handle_vla_bound_not_positive);

/* Control fell where the code says it cannot: there is nothing to go on with. */
void __noreturn __ubsan_handle_builtin_unreachable(struct source_location *where)
{
	unsigned long cookie;

	if (report_in(where, "unreachable", &cookie)) {
		pr_err("calling __builtin_unreachable()\n");
		report_out(cookie);
	}
	BUG();
}
EXPORT_SYMBOL(__ubsan_handle_builtin_unreachable);
