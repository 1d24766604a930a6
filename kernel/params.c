/* SPDX-License-Identifier: MIT */
/*
 * The kernel command line: early_param(), __setup() and module_param().
 *
 * Invariant: a word is either taken by a handler, or stored in a module's variable, or listed in the
 * line "Unknown kernel command line parameters"; a value that its owner refuses is named with the
 * error. What follows "--" is left alone.
 */
#include <linux/boot_info.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <asm/page.h>

extern const struct obs_kernel_param __setup_start[], __setup_end[];
extern const struct kernel_param __start___param[], __stop___param[];

static char dash_to_underscore(char c)
{
	return c == '-' ? '_' : c;
}

/* See linux/moduleparam.h. */
bool parameq(const char *a, const char *b)
{
	while (*a && dash_to_underscore(*a) == dash_to_underscore(*b)) {
		a++;
		b++;
	}
	return dash_to_underscore(*a) == dash_to_underscore(*b);
}

/* Cut a closing quote off the text [@s, @end). */
static void drop_quote(char *s, char *end)
{
	if (end > s && end[-1] == '"')
		end[-1] = '\0';
}

/* See linux/moduleparam.h. Quotes protect spaces, around a value or around the whole word. */
char *next_arg(char *args, char **param, char **val)
{
	bool quoted = *args == '"', inside = quoted;
	char *p, *next;

	args += quoted;
	*param = args;
	*val = NULL;
	for (p = args; *p && (inside || !isspace(*p)); p++) {
		if (*p == '"')
			inside = !inside;
		if (*p == '=' && !*val)
			*val = p + 1;
	}
	next = skip_spaces(p);
	*p = '\0';
	if (quoted)
		drop_quote(args, p);
	if (*val) {
		(*val)[-1] = '\0';
		if (**val == '"') {
			(*val)++;
			drop_quote(*val, p);
		}
	}
	return next;
}

/*
 * True when @name is @kp's: "file.name" or the bare name. kp->mod is the module's name, or for a
 * built-in file the path it was compiled from.
 */
static bool is_param(const char *name, const struct kernel_param *kp)
{
	const char *mod = kbasename(kp->mod);
	size_t n = strcspn(mod, ".");

	if (!strncmp(name, mod, n) && name[n] == '.')
		name += n + 1;
	return parameq(name, kp->name);
}

/* Set the parameter named @name among @params. What @unknown says, or -ENOENT: nobody has that name. */
static int parse_one(const char *doing, char *name, char *val, const struct kernel_param *params,
		     unsigned int num,
		     int (*unknown)(char *param, char *val, const char *doing, void *arg),
		     void *arg)
{
	const struct kernel_param *kp;

	for (kp = params; kp < params + num; kp++) {
		if (!is_param(name, kp))
			continue;
		return val || kp->ops->noarg ? kp->ops->set(val, kp) : -EINVAL;
	}
	return unknown ? unknown(name, val, doing, arg) : -ENOENT;
}

/* See linux/moduleparam.h. */
int parse_args(const char *doing, char *args, const struct kernel_param *params, unsigned int num,
	       int (*unknown)(char *param, char *val, const char *doing, void *arg), void *arg)
{
	char *param, *val;
	int err, first_err = 0;

	args = skip_spaces(args);
	while (*args) {
		args = next_arg(args, &param, &val);
		if (!val && !strcmp(param, "--"))
			break;
		err = parse_one(doing, param, val, params, num, unknown, arg);
		switch (err) {
		case 0:
			continue;
		case -ENOENT:
			pr_err("%s: Unknown parameter `%s'\n", doing, param);
			break;
		case -ENOSPC:
			pr_err("%s: `%s' too large for parameter `%s'\n", doing, val ?: "", param);
			break;
		default:
			pr_err("%s: `%s' invalid for parameter `%s' (%pe)\n", doing, val ?: "",
			       param, ERR_PTR(err));
		}
		first_err = first_err ?: err;
	}
	return first_err;
}

/* ---- the kernel's own command line ---- */

static char line[sizeof(boot_info.cmdline)];

/* True when @p's name is @param. "name=" wants a value, "name" goes with and without. */
static bool setup_matches(const struct obs_kernel_param *p, const char *param, const char *val)
{
	size_t n = strlen(p->str);

	if (n && p->str[n - 1] == '=')
		return val && strlen(param) == n - 1 && !strncmp(param, p->str, n - 1);
	return parameq(param, p->str);
}

/* Run the handlers of one kind that want @param; how many of both kinds want it. */
static int run_handlers(char *param, char *val, bool early)
{
	const struct obs_kernel_param *p;
	int n = 0, err;

	for (p = __setup_start; p < __setup_end; p++) {
		if (!setup_matches(p, param, val))
			continue;
		n++;
		err = !!p->early == early ? p->setup_func(val ?: "") : 0;
		if (err < 0)
			pr_warn("Malformed %soption '%s%s%s' (%pe)\n", early ? "early " : "", param,
				val ? "=" : "", val ?: "", ERR_PTR(err));
	}
	return n;
}

static int early_one(char *param, char *val, const char *doing, void *arg)
{
	run_handlers(param, val, true);
	return 0;
}

/* See linux/moduleparam.h. */
void parse_early_param(void)
{
	strscpy(line, boot_info.cmdline);
	parse_args("early options", line, NULL, 0, early_one, NULL);
}

/* A word nobody among the module parameters wanted: a __setup() handler, or unknown. */
static int setup_or_unknown(char *param, char *val, const char *doing, void *arg)
{
	char *unknown = arg;
	size_t n = strlen(unknown);

	if (!run_handlers(param, val, false))
		snprintf(unknown + n, sizeof(boot_info.cmdline) - n, "%s%s%s%s", n ? " " : "", param,
			 val ? "=" : "", val ?: "");
	return 0;
}

/* See linux/moduleparam.h. */
void parse_boot_params(void)
{
	static char unknown[sizeof(boot_info.cmdline)];

	strscpy(line, boot_info.cmdline);
	parse_args("Booting kernel", line, __start___param, __stop___param - __start___param,
		   setup_or_unknown, unknown);
	if (unknown[0])
		pr_notice("Unknown kernel command line parameters \"%s\", ignored.\n", unknown);
}

/* ---- the types of module_param() ---- */

#define PARAM_TYPE(name, does_without_value)					\
	const struct kernel_param_ops param_ops_##name = {			\
		.set = param_set_##name, .get = param_get_##name,		\
		.noarg = does_without_value };					\
	EXPORT_SYMBOL(param_set_##name);					\
	EXPORT_SYMBOL(param_get_##name);					\
	EXPORT_SYMBOL(param_ops_##name)

#define NUMBER_PARAM(name, parse, type, format)						\
	int param_set_##name(const char *val, const struct kernel_param *kp)		\
	{										\
		return parse(val, 0, (type *)kp->arg);					\
	}										\
	int param_get_##name(char *buf, const struct kernel_param *kp)			\
	{										\
		return scnprintf(buf, PAGE_SIZE, format "\n", *(type *)kp->arg);	\
	}										\
	PARAM_TYPE(name, false)

NUMBER_PARAM(byte, kstrtou8, u8, "%u");
NUMBER_PARAM(short, kstrtos16, s16, "%d");
NUMBER_PARAM(ushort, kstrtou16, u16, "%u");
NUMBER_PARAM(int, kstrtoint, int, "%d");
NUMBER_PARAM(uint, kstrtouint, unsigned int, "%u");
NUMBER_PARAM(long, kstrtol, long, "%ld");
NUMBER_PARAM(ulong, kstrtoul, unsigned long, "%lu");
NUMBER_PARAM(ullong, kstrtoull, unsigned long long, "%llu");

int param_set_bool(const char *val, const struct kernel_param *kp)
{
	return kstrtobool(val ?: "1", kp->arg);
}

int param_get_bool(char *buf, const struct kernel_param *kp)
{
	return scnprintf(buf, PAGE_SIZE, "%c\n", *(bool *)kp->arg ? 'Y' : 'N');
}
PARAM_TYPE(bool, true);

int param_set_invbool(const char *val, const struct kernel_param *kp)
{
	bool v;
	int err = kstrtobool(val ?: "1", &v);

	if (!err)
		*(bool *)kp->arg = !v;
	return err;
}

int param_get_invbool(char *buf, const struct kernel_param *kp)
{
	return scnprintf(buf, PAGE_SIZE, "%c\n", *(bool *)kp->arg ? 'N' : 'Y');
}
PARAM_TYPE(invbool, true);

#define CHARP_MAX	1024	/* Linux's limit for a charp, the longest of all */

/* The copy is never freed: the old value may be a literal, or in use. */
int param_set_charp(const char *val, const struct kernel_param *kp)
{
	char *copy;

	if (strlen(val) > CHARP_MAX)
		return -ENOSPC;
	copy = kstrdup(val, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	WRITE_ONCE(*(char **)kp->arg, copy);
	return 0;
}

int param_get_charp(char *buf, const struct kernel_param *kp)
{
	return scnprintf(buf, PAGE_SIZE, "%s\n", READ_ONCE(*(char **)kp->arg) ?: "(null)");
}
PARAM_TYPE(charp, false);

static int param_set_string(const char *val, const struct kernel_param *kp)
{
	const struct kparam_string *s = kp->arg;

	if (strlen(val) >= s->maxlen)
		return -ENOSPC;
	strscpy(s->string, val, s->maxlen);
	return 0;
}

static int param_get_string(char *buf, const struct kernel_param *kp)
{
	const struct kparam_string *s = kp->arg;

	return scnprintf(buf, PAGE_SIZE, "%s\n", s->string);
}

const struct kernel_param_ops param_ops_string = {
	.set = param_set_string, .get = param_get_string
};
EXPORT_SYMBOL(param_ops_string);

/* "1,2,3": each piece by the element type's rules. */
static int param_set_array(const char *val, const struct kernel_param *kp)
{
	const struct kparam_array *a = kp->arg;
	char *copy = kstrdup(val, GFP_KERNEL), *rest = copy, *piece;
	unsigned int n = 0;
	int err = copy ? 0 : -ENOMEM;

	while (!err && (piece = strsep(&rest, ","))) {
		struct kernel_param elem = { kp->mod, kp->name, a->ops, kp->perm,
					     a->elem + n * a->elemsize };

		err = n++ < a->max ? a->ops->set(piece, &elem) : -ENOSPC;
	}
	if (!err && a->num)
		*a->num = n;
	kfree(copy);
	return err;
}

static int param_get_array(char *buf, const struct kernel_param *kp)
{
	const struct kparam_array *a = kp->arg;
	unsigned int i, n = a->num ? *a->num : a->max;
	int len = 0;

	for (i = 0; i < n; i++) {
		struct kernel_param elem = { kp->mod, kp->name, a->ops, kp->perm,
					     a->elem + i * a->elemsize };

		if (len)
			buf[len - 1] = ',';	/* over the newline of the one before */
		if (len + CHARP_MAX + 2 > PAGE_SIZE)
			break;
		len += a->ops->get(buf + len, &elem);
	}
	return len;
}

const struct kernel_param_ops param_array_ops = { .set = param_set_array, .get = param_get_array };
EXPORT_SYMBOL(param_array_ops);
