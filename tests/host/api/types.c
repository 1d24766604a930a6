/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/types.h, linux/errno.h, linux/err.h */
#include <linux/types.h>
#include <linux/errno.h>
#include <linux/err.h>

static const int codes[] = { ENOMEM, EINVAL, EBUSY, EAGAIN, ERESTARTSYS, ENODEV, EFAULT, ENOSPC };

struct sizes {
	u8 a;
	u16 b;
	u32 c;
	u64 d;
	s8 e;
	s16 f;
	s32 g;
	s64 h;
	size_t i;
	ssize_t j;
	loff_t k;
	dev_t l;
	bool m;
	__u8 n;
	__u16 o;
	__u32 p;
	__u64 q;
	__s32 r;
	uint8_t s;
	uint16_t t;
	uint32_t u;
	uint64_t v;
	phys_addr_t w;
	dma_addr_t x;
	gfp_t y;
	umode_t z;
};

bool api_types(struct sizes *s, int n)
{
	void *p = ERR_PTR(-codes[n]);

	s->m = true;
	if (IS_ERR(p))
		return PTR_ERR(p) == -EINVAL;
	return IS_ERR_OR_NULL(p) ? false : PTR_ERR_OR_ZERO(p) == 0;
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
