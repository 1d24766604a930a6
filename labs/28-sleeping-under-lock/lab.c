// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * A list with one entry for each key. Making an entry and filling it may sleep, the list has a
 * spinlock. And while somebody sleeps others run: once, a rival adds the same key meanwhile.
 */
#include "lab.h"
#include <linux/module.h>
#include <linux/delay.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct entry {
	struct list_head list;
	int key;
	bool filled;
};

static LIST_HEAD(entries);
static DEFINE_SPINLOCK(lock);
static int alive;		/* entries made and not freed */
static bool rival;		/* one comes */

/* Context: `lock` held. NULL: there is none. */
static struct entry *find(int key)
{
	struct entry *e;

	list_for_each_entry(e, &entries, list)
		if (e->key == key)
			return e;
	return NULL;
}

/* Context: may sleep. Played by the same thread: what another one does while this one sleeps. */
static struct entry *make(int key)
{
	struct entry *e = kmalloc(sizeof(*e), GFP_KERNEL);

	if (!e)
		return NULL;
	alive++;
	*e = (struct entry){ .key = key };
	if (rival && !spin_is_locked(&lock)) {
		struct entry *theirs;

		rival = false;
		theirs = make(key);
		if (theirs) {
			theirs->filled = true;
			spin_lock(&lock);
			list_add(&theirs->list, &entries);
			spin_unlock(&lock);
		}
	}
	return e;
}

/* Context: may sleep. */
static void fill(struct entry *e)
{
	msleep(1);
	e->filled = true;
}

static void drop(struct entry *e)
{
	kfree(e);
	alive--;
}

/* The entry for @key, filled; made if there is none. NULL: no memory. May sleep. */
static struct entry *find_or_add(int key)
{
	struct entry *e = NULL;

	/* LAB BEGIN: with find(), make(), fill(), drop(), list_add() and the lock */
	struct entry *new;

	spin_lock(&lock);
	e = find(key);
	spin_unlock(&lock);
	if (e)
		return e;
	new = make(key);
	if (!new)
		return NULL;
	fill(new);
	spin_lock(&lock);
	e = find(key);
	if (!e) {
		list_add(&new->list, &entries);
		e = new;
		new = NULL;
	}
	spin_unlock(&lock);
	if (new)
		drop(new);
	/* LAB END */
	return e;
}

static bool left_locked;

static struct entry *call(int key)
{
	struct entry *e = find_or_add(key);

	if (spin_is_locked(&lock)) {
		left_locked = true;
		spin_unlock(&lock);
	}
	return e;
}

static int count(int key)
{
	struct entry *e;
	int n = 0;

	list_for_each_entry(e, &entries, list)
		n += e->key == key;
	return n;
}

static int __init lab_init(void)
{
	struct entry *first = call(1), *again = call(1), *contested;

	pr_info("made, and found again: %s\n", lab_yes(first && first == again));
	rival = true;
	contested = call(2);
	pr_info("the lock was given back each time: %s\n", lab_yes(!left_locked));
	pr_info("entries with key 2: %d\n", count(2));
	pr_info("everybody gets a filled one: %s\n",
		lab_yes(first && first->filled && contested && contested->filled));
	pr_info("alive: %d\n", alive);
	return 0;
}

static void __exit lab_exit(void)
{
	struct entry *e, *next;

	list_for_each_entry_safe(e, next, &entries, list)
		drop(e);
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("what may sleep, and a spinlock");
MODULE_LICENSE("Dual MIT/GPL");
