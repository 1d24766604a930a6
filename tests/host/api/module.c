/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/module.h, linux/init.h, linux/moduleparam.h */
#include <linux/module.h>
#include <linux/init.h>
#include <linux/moduleparam.h>

static int count = 1;
module_param(count, int, 0644);
MODULE_PARM_DESC(count, "how many");
static char *who = "world";
module_param(who, charp, 0444);
static bool loud;
module_param_named(shout, loud, bool, 0);
static int list[4];
static int entries;
module_param_array(list, int, &entries, 0444);
static unsigned long where;
module_param(where, ulong, 0);
static int data __initdata = 3;

static int set_value(const char *val, const struct kernel_param *kp)
{
	return param_set_int(val, kp);
}

static const struct kernel_param_ops value_ops = { .set = set_value, .get = param_get_int };
static int value;
module_param_cb(value, &value_ops, &value, 0644);

int api_exported(void)
{
	return count;
}
EXPORT_SYMBOL(api_exported);

int api_exported_gpl(void)
{
	return entries + loud + where + *who;
}
EXPORT_SYMBOL_GPL(api_exported_gpl);

static int __init start(void)
{
	if (!try_module_get(THIS_MODULE))
		return -ENODEV;
	module_put(THIS_MODULE);
	return data - 3;
}

static void __exit stop(void)
{
}

module_init(start);
module_exit(stop);
MODULE_LICENSE("GPL");
MODULE_AUTHOR("nobody");
MODULE_DESCRIPTION("every name of linux/module.h");
MODULE_VERSION("1");
MODULE_ALIAS("api");
