/* SPDX-License-Identifier: MIT */
/*
 * kasan.c - bad addresses, found by asking first (BUILD=kasan).
 *
 * The compiler calls us before every access to memory (-fsanitize=kernel-address); we look at the shadow
 * of what is about to be touched (linux/kasan.h). The allocators paint the shadow; around variables of the
 * image and of stack frames the compiler leaves room, and has it painted. A freed object stays painted in
 * the quarantine for a while before its cache may hand it out again, so that who still uses it is found. Who
 * allocated and who freed an object stands behind it.
 *
 * The access itself is done afterwards, good or bad; each place is reported once.
 *
 * Nothing here is instrumented. Context: any, unless a function says else.
 */
#include <linux/atomic.h>
#include <linux/export.h>
#include <linux/kasan.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mmdebug.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <asm/sections.h>
#include <asm/string.h>

#define UPPER_HALF	0xffff800000000000UL

static bool enabled;

static u8 *shadow_of(unsigned long addr)
{
	return (u8 *)((addr >> KASAN_SHADOW_SHIFT) + KASAN_SHADOW_OFFSET);
}

/* ---- painting ---- */

void *__memset(void *dst, int c, size_t n)
{
	void *p = dst;

	rep_stosb(&p, c, n);
	return dst;
}

void *__memchr_inv(const void *s, int c, size_t n)
{
	for (const u8 *p = s; n; p++, n--)
		if (*p != (u8)c)
			return (void *)p;
	return NULL;
}

void kasan_poison(const void *p, size_t size, u8 why)
{
	void *s = shadow_of((unsigned long)p);

	rep_stosb(&s, why, DIV_ROUND_UP(size, KASAN_GRANULE));
}

/* @p: at the start of a granule. The last granule may be good in part only. */
void kasan_unpoison(const void *p, size_t size)
{
	kasan_poison(p, size & -KASAN_GRANULE, 0);
	if (size % KASAN_GRANULE)
		*shadow_of((unsigned long)p + size) = size % KASAN_GRANULE;
}

/* ---- who did it ---- */

#define TRACK_FRAMES	12

/* A stack in half the room: all of our text is in the top 2 GiB. */
struct kasan_track {
	int pid;
	u32 frames[TRACK_FRAMES];
};

/* Behind each object. freed: it is in the quarantine or in its cache. */
struct kasan_meta {
	u32 size;
	bool freed;
	struct kasan_track alloc, free;
};

static noinline void track(struct kasan_track *t)
{
	unsigned long ips[TRACK_FRAMES];
	unsigned int n = stack_trace_save(ips, TRACK_FRAMES, 2);

	t->pid = current->pid;
	for (unsigned int i = 0; i < TRACK_FRAMES; i++)
		t->frames[i] = i < n ? ips[i] : 0;
}

static void print_track(const char *what, const struct kasan_track *t)
{
	pr_err("%s by task %d:\n", what, t->pid);
	for (unsigned int i = 0; i < TRACK_FRAMES && t->frames[i]; i++)
		pr_err(" %pB\n", (void *)(long)(s32)t->frames[i]);
}

/* ---- reports ---- */

#define MAX_PLACES	256

static unsigned long places[MAX_PLACES];	/* that have been reported; 0 ends */
static unsigned int nr_reports;

unsigned int kasan_reports(void)
{
	return READ_ONCE(nr_reports);
}

/* For tests that go wrong in the same place again. */
void kasan_forget(void)
{
	for (unsigned int i = 0; i < MAX_PLACES; i++)
		WRITE_ONCE(places[i], 0);
}

/* Is it the first report from @ip? When the table is full, no more. */
static bool new_place(unsigned long ip)
{
	for (unsigned int i = 0; i < MAX_PLACES; i++) {
		unsigned long was = 0;

		if (__atomic_compare_exchange_n(&places[i], &was, ip, false, __ATOMIC_RELAXED,
						__ATOMIC_RELAXED))
			return true;
		if (was == ip)
			return false;
	}
	return false;
}

/* The shadow byte that forbids an access at @addr: a granule good in part is explained by the next. */
static u8 reason_at(unsigned long addr)
{
	u8 s = *shadow_of(addr);

	return s && s < KASAN_GRANULE ? *shadow_of(addr + KASAN_GRANULE) : s;
}

static const char *bug_type(unsigned long addr)
{
	switch (reason_at(addr)) {
	case KASAN_PAGE_REDZONE:
	case KASAN_SLAB_REDZONE:
		return "slab-out-of-bounds";
	case KASAN_SLAB_FREE:
		return "slab-use-after-free";
	case KASAN_PAGE_FREE:
		return "use-after-free";
	case KASAN_GLOBAL_REDZONE:
		return "global-out-of-bounds";
	case KASAN_VMALLOC_INVALID:
		return "vmalloc-out-of-bounds";
	case KASAN_STACK_LEFT:
	case KASAN_STACK_MID:
	case KASAN_STACK_RIGHT:
		return "stack-out-of-bounds";
	}
	return is_vmalloc_addr((void *)addr) ? "stack-out-of-bounds" : "out-of-bounds";
}

static void print_object(unsigned long addr)
{
	struct slab_object o;
	unsigned long end;

	if (!slab_find_object((void *)addr, &o)) {
		pr_err("The buggy address is in: %s\n", vm_explain(addr));
		return;
	}
	print_track("Allocated", &o.meta->alloc);
	if (o.meta->freed)
		print_track("Freed", &o.meta->free);
	end = (unsigned long)o.start + o.meta->size;
	pr_err("The buggy address belongs to the object at %px\n which belongs to the cache %s of size %u\n",
	       o.start, o.cache, o.size);
	pr_err("The buggy address is located %lu bytes %s\n %s%u-byte region [%px, %px)\n",
	       addr < end ? addr - (unsigned long)o.start : addr - end,
	       addr < end ? "inside of" : "to the right of", o.meta->freed ? "freed " : "allocated ",
	       o.meta->size, o.start, (void *)end);
}

#define STATE_BYTES	16	/* of shadow in a line */

/* Five lines of shadow, the middle one with the bad byte marked. */
static void print_state(unsigned long addr)
{
	unsigned long line = STATE_BYTES * KASAN_GRANULE, at = addr & -line;

	pr_err("Memory state around the buggy address:\n");
	for (unsigned long a = at - 2 * line; a <= at + 2 * line; a += line) {
		char text[STATE_BYTES * 3 + 1];
		int len = 0;

		for (int i = 0; i < STATE_BYTES; i++)
			len += scnprintf(text + len, sizeof(text) - len, " %02x", shadow_of(a)[i]);
		pr_err("%c%016lx:%s\n", a == at ? '>' : ' ', a, text);
		if (a == at)
			pr_err("%*s^\n", (int)(18 + 3 * ((addr - at) / KASAN_GRANULE) + 1), "");
	}
}

#define RULER	"=================================================================="

static void report(const char *type, unsigned long addr, size_t size, bool write, unsigned long ip)
{
	unsigned long cookie;

	if (!new_place(ip))
		return;
	__atomic_fetch_add(&nr_reports, 1, __ATOMIC_RELAXED);
	cookie = report_begin();
	pr_err(RULER "\n");
	pr_err("BUG: KASAN: %s in %pB\n", type, (void *)ip);
	if (size)
		pr_err("%s of size %zu at addr %016lx by task %.20s/%d\n", write ? "Write" : "Read",
		       size, addr, current->comm, current->pid);
	dump_stack();
	print_object(addr);
	print_state(addr);
	pr_err(RULER "\n");
	report_end(cookie);
}

/* ---- checking ---- */

/* The first byte of [addr, addr + size) that may not be touched; 0: none. */
static __always_inline unsigned long first_bad(unsigned long addr, size_t size)
{
	unsigned long last = addr + size - 1;

	for (unsigned long a = addr; a <= last; a = (a | (KASAN_GRANULE - 1)) + 1) {
		s8 s = *shadow_of(a);
		unsigned long to = min(a | (KASAN_GRANULE - 1), last);

		if (unlikely(s) && (s < 0 || (s8)(to & (KASAN_GRANULE - 1)) >= s))
			return max(a, (a & -KASAN_GRANULE) + (s < 0 ? 0 : s));
	}
	return 0;
}

static __always_inline void check(unsigned long addr, size_t size, bool write, unsigned long ip)
{
	unsigned long bad;

	/* The lower half has no shadow and no memory: the fault explains itself. */
	if (unlikely(addr < UPPER_HALF || !size || addr + size < addr) || !READ_ONCE(enabled))
		return;
	bad = first_bad(addr, size);
	if (unlikely(bad))
		report(bug_type(bad), bad, size, write, ip);
}

void kasan_check_range(const volatile void *p, size_t size, bool write, unsigned long ip)
{
	check((unsigned long)p, size, write, ip);
}

/* ---- objects ---- */

size_t kasan_meta_size(void)
{
	return sizeof(struct kasan_meta);
}

void kasan_slab_alloc(struct kasan_meta *m, void *obj, size_t size)
{
	m->size = size;
	m->freed = false;
	track(&m->alloc);
	kasan_unpoison(obj, size);
}

void kasan_trim(const void *obj, size_t size, size_t max)
{
	struct slab_object o;

	if (!obj)
		return;
	if (slab_find_object(obj, &o))
		o.meta->size = size;
	kasan_poison(obj, max,
		     max > KMALLOC_MAX_CACHE_SIZE ? KASAN_PAGE_REDZONE : KASAN_SLAB_REDZONE);
	kasan_unpoison(obj, size);
}

bool kasan_double_free(struct kasan_meta *m, void *obj, unsigned long ip)
{
	if (!m->freed || mm_bug_capture)	/* a test of the caches' own checks: theirs */
		return false;
	report("double-free", (unsigned long)obj, 0, false, ip);
	return true;
}

/*
 * The quarantine: freed objects in the order in which they came, of all CPUs and caches. The oldest goes when
 * there are too many, or too many bytes.
 */
#define QUARANTINE_MAX		4096		/* a power of two */
#define QUARANTINE_BYTES	(1UL << 20)	/* Linux: 1/32 of memory; tests run in 64 MiB, too */

static struct quarantined {
	struct kmem_cache *cache;
	void *obj;
	u32 size;
} quarantine[QUARANTINE_MAX];
static unsigned int q_first, q_nr;
static size_t q_bytes;
static DEFINE_RAW_SPINLOCK(q_lock);

/* Context: q_lock held. */
static struct quarantined q_pop(void)
{
	struct quarantined q = quarantine[q_first++ % QUARANTINE_MAX];

	q_nr--;
	q_bytes -= q.size;
	return q;
}

/* The same, and there is room. */
static void q_push(struct quarantined q)
{
	quarantine[(q_first + q_nr++) % QUARANTINE_MAX] = q;
	q_bytes += q.size;
}

/* Context: interrupts off. */
void kasan_slab_free(struct kmem_cache *s, struct kasan_meta *m, void *obj, size_t size)
{
	struct quarantined new = { s, obj, size + sizeof(*m) };

	m->freed = true;
	track(&m->free);
	kasan_poison(obj, size, KASAN_SLAB_FREE);
	raw_spin_lock(&q_lock);
	while (q_nr == QUARANTINE_MAX || (q_nr && q_bytes + new.size > QUARANTINE_BYTES)) {
		struct quarantined old = q_pop();

		raw_spin_unlock(&q_lock);
		slab_release(old.cache, old.obj);
		raw_spin_lock(&q_lock);		/* another CPU may have filled it again */
	}
	q_push(new);
	raw_spin_unlock(&q_lock);
}

void kasan_quarantine_drain(struct kmem_cache *s)
{
	unsigned int left = READ_ONCE(q_nr);

	while (left--) {
		struct quarantined q = {};

		guard(irqsave)();
		raw_spin_lock(&q_lock);
		if (q_nr)
			q = q_pop();
		if (q.obj && s && q.cache != s) {
			q_push(q);
			q.obj = NULL;
		}
		raw_spin_unlock(&q_lock);
		if (q.obj)
			slab_release(q.cache, q.obj);
	}
}

/* ---- what the compiler calls; the names are its ---- */

#define DEFINE_CHECKS(size)						\
	void __asan_load##size##_noabort(unsigned long addr);		\
	void __asan_load##size##_noabort(unsigned long addr)		\
	{								\
		check(addr, size, false, _RET_IP_);			\
	}								\
	EXPORT_SYMBOL(__asan_load##size##_noabort);			\
	void __asan_store##size##_noabort(unsigned long addr);		\
	void __asan_store##size##_noabort(unsigned long addr)		\
	{								\
		check(addr, size, true, _RET_IP_);			\
	}								\
	EXPORT_SYMBOL(__asan_store##size##_noabort);

DEFINE_CHECKS(1)
DEFINE_CHECKS(2)
DEFINE_CHECKS(4)
DEFINE_CHECKS(8)
DEFINE_CHECKS(16)

void __asan_loadN_noabort(unsigned long addr, size_t size);
void __asan_loadN_noabort(unsigned long addr, size_t size)
{
	check(addr, size, false, _RET_IP_);
}
EXPORT_SYMBOL(__asan_loadN_noabort);

void __asan_storeN_noabort(unsigned long addr, size_t size);
void __asan_storeN_noabort(unsigned long addr, size_t size)
{
	check(addr, size, true, _RET_IP_);
}
EXPORT_SYMBOL(__asan_storeN_noabort);

/*
 * Frames are about to be left without their ends being reached (a test that is aborted, a thread that
 * ends): what they painted is wiped, from here to the top of the stack.
 */
void __asan_handle_no_return(void);
void __asan_handle_no_return(void)
{
	unsigned long sp = (unsigned long)__builtin_frame_address(0);
	unsigned long lo = (unsigned long)current->stack, hi = lo + THREAD_SIZE;

	if (READ_ONCE(enabled) && sp >= lo && sp < hi)
		kasan_poison((void *)(sp & -KASAN_GRANULE), hi - (sp & -KASAN_GRANULE), 0);
}
EXPORT_SYMBOL(__asan_handle_no_return);

struct kasan_global {
	const void *start;
	size_t size, size_with_redzone;
	const void *name, *module;
	unsigned long has_dynamic_init;
	void *location, *odr_indicator;
};

void __asan_register_globals(struct kasan_global *g, size_t n);
void __asan_register_globals(struct kasan_global *g, size_t n)
{
	for (; n--; g++) {
		kasan_poison(g->start, g->size_with_redzone, KASAN_GLOBAL_REDZONE);
		kasan_unpoison(g->start, g->size);
	}
}
EXPORT_SYMBOL(__asan_register_globals);

void __asan_unregister_globals(struct kasan_global *g, size_t n);
void __asan_unregister_globals(struct kasan_global *g, size_t n)
{
}
EXPORT_SYMBOL(__asan_unregister_globals);

/* The end of kasan_init(): the image's variables, one constructor a file; and from here on we speak. */
void kasan_start(void);
void kasan_start(void)
{
	for (ctor_fn_t *fn = __ctors_start; fn < __ctors_end; fn++)
		(*fn)();
	WRITE_ONCE(enabled, true);
	pr_info("kasan: %zu variables' files, %zu bytes behind each object\n",
		(size_t)(__ctors_end - __ctors_start), sizeof(struct kasan_meta));
}
