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

@sleeps exists@
expression L;
position p, s;
identifier lock =~ "^(raw_)?spin_lock(_irq|_bh|_irqsave)?$";
identifier unlock =~ "^(raw_)?spin_unlock(_irq|_bh|_irqrestore)?$";
identifier sleep =~ "^(msleep(_interruptible)?|schedule|schedule_timeout[a-z_]*|usleep_range|mutex_lock(_[a-z_]+)?|down|down_(read|write|killable|interruptible|timeout)[a-z_]*|wait_(for_completion|event)[a-z_]*|synchronize_(irq|rcu)|rcu_barrier|(enable|disable)_work_sync|cancel_[a-z_]*work_sync|flush_(work|workqueue|delayed_work|scheduled_work)|timer_(delete|shutdown)_sync|disable_irq|free_irq|kthread_(stop|park)|tasklet_(disable|kill)|napi_disable)$";
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

// A guard holds to the end of its block: what comes behind that, by its braces, is not meant.
@guarded exists@
identifier lock =~ "^(raw_)?spinlock(_irq|_bh|_irqsave)?$";
identifier sleep =~ "^(msleep(_interruptible)?|schedule|schedule_timeout[a-z_]*|usleep_range|mutex_lock(_[a-z_]+)?|down|down_(read|write|killable|interruptible|timeout)[a-z_]*|wait_(for_completion|event)[a-z_]*|synchronize_(irq|rcu)|rcu_barrier|(enable|disable)_work_sync|cancel_[a-z_]*work_sync|flush_(work|workqueue|delayed_work|scheduled_work)|timer_(delete|shutdown)_sync|disable_irq|free_irq|kthread_(stop|park)|tasklet_(disable|kill)|napi_disable)$";
position p, s;
@@
{
... when any
guard(lock)@p(...);
... when any
sleep@s(...)
... when any
}

@script:python@
p << guarded.p;
s << guarded.s;
f << guarded.sleep;
@@
depth = lowest = 0
for c in "".join(open(p[0].file).readlines()[int(p[0].line) - 1:int(s[0].line) - 1]):
    depth += (c == "{") - (c == "}")
    lowest = min(lowest, depth)
if not lowest:
    print("%s:%s: %s() may sleep under the spinlock guarded at line %s" % (s[0].file, s[0].line, f, p[0].line))

@alloc exists@
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
