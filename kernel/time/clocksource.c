/* SPDX-License-Identifier: MIT */
/*
 * Clock sources: is a counter of known frequency alive, and measuring an unknown one against it.
 *
 * Invariant: every counter in use has been seen counting, and no loop here trusts a device to go on
 * doing so: each is bounded by a number of reads and by the other counter.
 */
#define pr_fmt(fmt) "clocksource: " fmt

#include <linux/clocksource.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/printk.h>

/*
 * A counter that shows the same value this often is dead. The slowest real one (PIT, 838 ns per
 * tick) changes within 3 port reads on hardware and within 80 under icount with one ns per
 * instruction.
 */
#define STUCK_READS 10000

/* Five windows: the median survives two that the host's scheduler spoiled. */
#define WINDOWS 5
/* Short enough to boot quickly, below the PIT's wrap at 55 ms all together, long against a read. */
#define WINDOW_NS (2 * NSEC_PER_MSEC)
/* Each end of a window is read until this many edges were seen; the tightest bracket is kept. */
#define EDGES 5
/* No counter is faster than this many ticks per ns; more means that the reference crawls. */
#define MAX_TICKS_PER_NS 20

static bool clocksource_counts(struct clocksource *cs)
{
	u64 first = cs->read(cs);

	for (int i = 0; i < STUCK_READS; i++)
		if (cs->read(cs) != first)
			return true;
	return false;
}

struct clocksource *clocksource_start(struct clocksource *cs, u64 hz)
{
	if (hz < 1000000 || hz > MAX_TICKS_PER_NS * NSEC_PER_SEC) {
		pr_err("%s: claims %llu Hz, as no real counter does: ignored\n", cs->name, hz);
		return NULL;
	}
	if (!clocksource_counts(cs)) {
		pr_err("%s: does not count (same %d times): ignored\n", cs->name, STUCK_READS);
		return NULL;
	}
	cs->hz = hz;
	return cs;
}

/*
 * One moment, read on both counters: the measured one stood at @cyc +- @gap when @ref changed to
 * @ref.
 */
struct sample {
	u64 cyc, gap, ref;
};

/*
 * Wait for EDGES changes of the reference. The change happened after the read before it and before
 * the read that shows it, so the counter's values around the two reads bracket it; the tightest
 * wins.
 */
static bool take_sample(u64 (*read)(void), struct clocksource *ref, struct sample *s)
{
	u64 before = read(), r_old = ref->read(ref), mid = read();
	int edges = 0;

	s->gap = U64_MAX;
	for (int same = 0; edges < EDGES; same++) {
		u64 r = ref->read(ref), after = read();

		if (same > STUCK_READS)
			return false;
		if (r != r_old) {
			if (after - before < s->gap)
				*s = (struct sample){.cyc = mid, .gap = after - before, .ref = r};
			same = 0;
			edges++;
		}
		before = mid;
		mid = after;
		r_old = r;
	}
	return true;
}

/*
 * Wait until @ref has advanced by @ticks from @start; false if it stopped or crawls. It is read after the counter:
 * who is held up in between finds that it has advanced, and does not blame it for the time that passed.
 */
static bool wait_reference(u64 (*read)(void), struct clocksource *ref, u64 start, u64 ticks)
{
	u64 c0 = read(), seen = start;
	int same = 0;

	for (;;) {
		u64 c = read(), r = ref->read(ref);

		if (((r - start) & ref->mask) >= ticks)
			return true;
		same = r == seen ? same + 1 : 0;
		seen = r;
		if (same > STUCK_READS || c - c0 > MAX_TICKS_PER_NS * 2 * WINDOW_NS)
			return false;
	}
}

/* Frequency between two samples, and by how much the brackets allow it to be wrong. */
static u64 window_hz(const struct sample *a, const struct sample *b, struct clocksource *ref,
		     u32 *error_ppm)
{
	u64 cyc = b->cyc - a->cyc, ticks = (b->ref - a->ref) & ref->mask;

	if (!cyc || !ticks)
		return 0;
	*error_ppm = (u32)min_t(u64, (a->gap + b->gap) * 500000 / cyc + 1, 1000000);
	/* In two steps, so that no product exceeds 64 bits. */
	return cyc / ticks * ref->hz + cyc % ticks * ref->hz / ticks;
}

static u32 distance_ppm(u64 a, u64 b)
{
	u64 d = a > b ? a - b : b - a;

	return b ? (u32)min_t(u64, d * 1000000 / b, 1000000) : 1000000;
}

/* The index of the median: as many are smaller as are greater. */
static int median(const u64 *v)
{
	for (int i = 0;; i++) {
		int below = 0;

		for (int j = 0; j < WINDOWS; j++)
			below += v[j] < v[i] || (v[j] == v[i] && j < i);
		if (below == WINDOWS / 2)
			return i;
	}
}

/*
 * The roundest number that the measurement allows. Inside the error bar all numbers are equally
 * good; a crystal and QEMU's icount (exactly 10^9 Hz) both sit on a round one.
 */
static u64 roundest(u64 hz, u32 error_ppm)
{
	u64 error = hz / 1000000 * error_ppm;

	for (u64 step = NSEC_PER_SEC; step > 1; step /= 10) {
		u64 r = (hz + step / 2) / step * step;

		if (r && (r > hz ? r - hz : hz - r) <= error)
			return r;
	}
	return hz;
}

int clocksource_measure(u64 (*read)(void), struct clocksource *ref, struct clock_measurement *m)
{
	u64 ticks = ref->hz / (NSEC_PER_SEC / WINDOW_NS), hz[WINDOWS], whole;
	u32 error[WINDOWS], whole_error;
	struct sample s[WINDOWS + 1];
	int i;

	if (!take_sample(read, ref, &s[0]))
		return -EIO;
	for (i = 0; i < WINDOWS; i++) {
		if (!wait_reference(read, ref, s[i].ref, ticks) ||
		    !take_sample(read, ref, &s[i + 1]))
			return -EIO;
		hz[i] = window_hz(&s[i], &s[i + 1], ref, &error[i]);
	}
	i = median(hz);
	if (!hz[i])
		return -EIO;
	*m = (struct clock_measurement){.hz = hz[i], .error_ppm = error[i]};
	for (i = 0; i < WINDOWS; i++)
		m->spread_ppm = max(m->spread_ppm, distance_ppm(hz[i], m->hz));
	/* All windows together are five times as precise, unless one of them was spoiled. */
	whole = window_hz(&s[0], &s[WINDOWS], ref, &whole_error);
	if (whole && distance_ppm(whole, m->hz) <= m->error_ppm) {
		m->hz = whole;
		m->error_ppm = whole_error;
	}
	m->hz = roundest(m->hz, m->error_ppm);
	return 0;
}
