// SPDX-License-Identifier: MIT OR GPL-2.0
/* Has an init and no exit: it can never be unloaded. */
#include <linux/module.h>

static int __init noexit_init(void)
{
	return 0;
}

module_init(noexit_init);
MODULE_LICENSE("GPL");
