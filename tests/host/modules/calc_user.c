// SPDX-License-Identifier: MIT OR GPL-2.0
/* Uses another module's function, which is for GPL modules. */
#include <linux/module.h>

int calc_scale(int n);

static int __init user_init(void)
{
	pr_info("calc_user: %d\n", calc_scale(21));
	return 0;
}

static void __exit user_exit(void)
{
}

module_init(user_init);
module_exit(user_exit);
MODULE_LICENSE("GPL");
