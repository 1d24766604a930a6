// SPDX-License-Identifier: MIT
// What clang's lock analysis cannot see, because it knows locks but neither interrupt flags nor who sleeps: a lock given
// back in a way that does not fit how it was taken, and sleeping under a spinlock. Within one function.
virtual report

@mixed@
expression L;
identifier flags;
position p;
identifier lock =~ "^(raw_)?spin_lock_irqsave$";
identifier restore =~ "^(raw_)?spin_unlock_irqrestore$";
identifier unlock =~ "^(raw_)?spin_unlock_irq$";
@@
lock(L, flags);
... when != L = ...
    when != restore(L, flags)
unlock(L)@p;

@script:python@
p << mixed.p;
l << mixed.L;
@@
print("%s:%s: %s was taken with _irqsave: _irq opens interrupts whatever they were" % (p[0].file, p[0].line, l))

@crossed@
expression L;
identifier f1, f2;
position p;
identifier lock =~ "^(raw_)?spin_lock_irqsave$";
identifier unlock =~ "^(raw_)?spin_unlock_irqrestore$";
@@
lock(L, f1);
... when != L = ...
    when != unlock(L, f1)
unlock(L, f2)@p;

@script:python@
p << crossed.p;
l << crossed.L;
f1 << crossed.f1;
f2 << crossed.f2;
@@
if f1 != f2:
    print("%s:%s: %s is given back with the flags of another" % (p[0].file, p[0].line, l))

@sleeps@
expression L;
position p, s;
identifier lock =~ "^(raw_)?spin_lock(_irq|_bh|_irqsave)?$";
identifier unlock =~ "^(raw_)?spin_unlock(_irq|_bh|_irqrestore)?$";
identifier sleep =~ "^(msleep|schedule|mutex_lock|down_read|down_write|wait_for_completion|schedule_timeout|usleep_range|synchronize_irq|cancel_work_sync|timer_delete_sync|kthread_stop|free_irq)$";
@@
lock(L, ...)@p;
... when != unlock(L, ...)
    when != L = ...
sleep@s(...)
... when any
unlock(L, ...);

@script:python@
p << sleeps.p;
s << sleeps.s;
f << sleeps.sleep;
@@
print("%s:%s: %s() may sleep under the spinlock taken at line %s" % (s[0].file, s[0].line, f, p[0].line))

@alloc@
expression L;
position p, s;
identifier lock =~ "^(raw_)?spin_lock(_irq|_bh|_irqsave)?$";
identifier unlock =~ "^(raw_)?spin_unlock(_irq|_bh|_irqrestore)?$";
identifier get =~ "^(kmalloc|kzalloc|kcalloc|kmem_cache_alloc)$";
@@
lock(L, ...)@p;
... when != unlock(L, ...)
    when != L = ...
get(..., GFP_KERNEL)@s
... when any
unlock(L, ...);

@script:python@
p << alloc.p;
s << alloc.s;
@@
print("%s:%s: GFP_KERNEL may sleep under the spinlock taken at line %s" % (s[0].file, s[0].line, p[0].line))
