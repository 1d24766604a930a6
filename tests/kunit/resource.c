/* SPDX-License-Identifier: MIT */
/* resource.c - what a case owns and the runner gives back after it, newest first. */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/export.h>
#include "internal.h"

/* A call to make after the case. Memory is one whose function frees it. */
struct kunit_resource {
	struct kunit_resource *next;
	void (*fn)(void *ctx);
	void *ctx;
};

int kunit_add_action(struct kunit *test, void (*fn)(void *ctx), void *ctx)
{
	struct kunit_resource *r = kmalloc(sizeof(*r), GFP_KERNEL);

	if (!r)
		return -ENOMEM;
	*r = (struct kunit_resource){ test->resources, fn, ctx };
	test->resources = r;
	return 0;
}
EXPORT_SYMBOL(kunit_add_action);

/* An action may fail the case, and may add further actions. */
void kunit_free_resources(struct kunit *test)
{
	struct kunit_resource *r;

	while ((r = test->resources) != NULL) {
		test->resources = r->next;
		r->fn(r->ctx);
		kfree(r);
	}
}

static void free_memory(void *ctx)
{
	kfree(ctx);
}

void *kunit_kmalloc(struct kunit *test, size_t size, gfp_t gfp)
{
	void *p = kmalloc(size, gfp);

	if (p && kunit_add_action(test, free_memory, p)) {
		kfree(p);
		p = NULL;
	}
	return p;
}
EXPORT_SYMBOL(kunit_kmalloc);

void *kunit_kzalloc(struct kunit *test, size_t size, gfp_t gfp)
{
	return kunit_kmalloc(test, size, gfp | __GFP_ZERO);
}
EXPORT_SYMBOL(kunit_kzalloc);

void *kunit_kcalloc(struct kunit *test, size_t n, size_t size, gfp_t gfp)
{
	size_t bytes;

	return __builtin_mul_overflow(n, size, &bytes) ? NULL : kunit_kzalloc(test, bytes, gfp);
}
EXPORT_SYMBOL(kunit_kcalloc);

void kunit_kfree(struct kunit *test, const void *ptr)
{
	for (struct kunit_resource **link = &test->resources, *r; (r = *link); link = &r->next) {
		if (r->fn != free_memory || r->ctx != ptr)
			continue;
		*link = r->next;
		kfree(r->ctx);
		kfree(r);
		return;
	}
}
EXPORT_SYMBOL(kunit_kfree);
