/* SPDX-License-Identifier: MIT */
/*
 * The tree of pseudo files: /proc, /sys and /dev. Nodes are registered and removed at run time.
 *
 * Invariant: one mutex protects the tree's shape and every count in it, and is never held while a
 * callback runs. A node is freed when nobody refers to it (registration and open files each count
 * one); a callback runs only between fs_begin() and fs_end(), and removal waits for those in
 * between: after proc_remove() no callback of the entry runs or will ever run.
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait.h>
#include "internal.h"

DEFINE_MUTEX(fs_mutex);
static DECLARE_WAIT_QUEUE_HEAD(fs_drained);	/* some removed entry's last callback is done */

#define FS_DIR(_var, _name, _parent, _next, _prev) {					\
	.name = _name, .parent = _parent, .refs = 1, .inode.i_mode = S_IFDIR | 0555,	\
	.children = LIST_HEAD_INIT((_var).children), .sibling = { _next, _prev } }

/* The root and the three directories in it are there before anything runs. */
struct proc_dir_entry proc_root = FS_DIR(proc_root, "proc", &fs_root, &sysfs_root.sibling,
					 &fs_root.children);
struct proc_dir_entry sysfs_root = FS_DIR(sysfs_root, "sys", &fs_root, &devfs_root.sibling,
					  &proc_root.sibling);
struct proc_dir_entry devfs_root = FS_DIR(devfs_root, "dev", &fs_root, &fs_root.children,
					  &sysfs_root.sibling);
struct proc_dir_entry fs_root = {
	.name = "", .parent = &fs_root, .refs = 1, .inode.i_mode = S_IFDIR | 0555,
	.children = { &proc_root.sibling, &devfs_root.sibling },
};

/* The child of @dir whose name is the @len bytes at @name, or NULL. fs_mutex held. */
static struct proc_dir_entry *find_child(struct proc_dir_entry *dir, const char *name, size_t len)
{
	struct proc_dir_entry *e;

	list_for_each_entry(e, &dir->children, sibling)
		if (strlen(e->name) == len && !memcmp(e->name, name, len))
			return e;
	return NULL;
}

/* The number that the @len bytes at @name spell, or -1. No leading zeros: each has one name. */
static int parse_number(const char *name, size_t len)
{
	int n = 0;

	if (len > 9 || (name[0] == '0' && len > 1))
		return -1;
	while (len--) {
		if (*name < '0' || *name > '9')
			return -1;
		n = n * 10 + (*name++ - '0');
	}
	return n;
}

/* One step into a numbered object's directory. */
static int walk_numbered(struct path_walk *w, const char *name, size_t len)
{
	const struct proc_numbered_file *f;

	for (f = w->entry->numbered->files; f->name; f++)
		if (strlen(f->name) == len && !memcmp(f->name, name, len)) {
			w->nfile = f;
			return 0;
		}
	return -ENOENT;
}

/* One step from @w->entry, which is no number's directory. */
static int walk_entry(struct path_walk *w, const char *name, size_t len)
{
	struct proc_dir_entry *child = find_child(w->entry, name, len);
	int nr;

	if (child) {
		w->entry = child;
		return 0;
	}
	nr = w->entry->numbered ? parse_number(name, len) : -1;
	if (nr >= 0)
		w->object = w->entry->numbered->get(nr);
	return w->object ? 0 : -ENOENT;
}

static int walk_step(struct path_walk *w, const char *name, size_t len)
{
	if (w->nfile || !S_ISDIR(w->entry->inode.i_mode))
		return -ENOTDIR;
	if (len == 1 && name[0] == '.')
		return 0;
	if (len == 2 && name[0] == '.' && name[1] == '.') {
		if (w->object)
			w->entry->numbered->put(w->object);
		else
			w->entry = w->entry->parent;
		w->object = NULL;
		return 0;
	}
	return w->object ? walk_numbered(w, name, len) : walk_entry(w, name, len);
}

int fs_walk(const char *path, struct path_walk *w)
{
	int ret = 0;

	lockdep_assert_held(&fs_mutex);
	*w = (struct path_walk){ .entry = &fs_root };
	if (!*path)
		return -ENOENT;
	while (!ret && *path) {
		size_t len = strchrnul(path, '/') - path;

		if (len)
			ret = walk_step(w, path, len);
		path += len;
		if (!ret && *path == '/' && (w->nfile || !S_ISDIR(w->entry->inode.i_mode)))
			ret = -ENOTDIR;
		while (*path == '/')
			path++;
	}
	if (ret && w->object)
		w->entry->numbered->put(w->object);
	return ret;
}

bool fs_begin(struct proc_dir_entry *entry)
{
	bool alive;

	mutex_lock(&fs_mutex);
	alive = !entry->removed;
	entry->in_use += alive;
	mutex_unlock(&fs_mutex);
	return alive;
}

void fs_end(struct proc_dir_entry *entry)
{
	mutex_lock(&fs_mutex);
	if (!--entry->in_use && entry->removed)
		wake_up_all(&fs_drained);
	mutex_unlock(&fs_mutex);
}

void fs_put(struct proc_dir_entry *entry)
{
	lockdep_assert_held(&fs_mutex);
	if (!--entry->refs)
		kfree(entry);
}

/* A detached node named by the @len bytes at @name. NULL without memory. */
static struct proc_dir_entry *new_entry(const char *name, size_t len, umode_t mode)
{
	struct proc_dir_entry *e = kzalloc(sizeof(*e) + len + 1, GFP_KERNEL);
	char *copy = (char *)(e + 1);

	if (!e)
		return NULL;
	memcpy(copy, name, len);
	e->name = copy;
	e->inode.i_mode = mode;
	e->refs = 1;
	INIT_LIST_HEAD(&e->children);
	INIT_LIST_HEAD(&e->sibling);
	return e;
}

static void attach(struct proc_dir_entry *dir, struct proc_dir_entry *e)
{
	e->parent = dir;
	list_add_tail(&e->sibling, &dir->children);
}

/*
 * Walk @name's directories below @dir, making those that are missing; *name ends at the last
 * component. NULL: no memory, or something on the way is a file. fs_mutex held.
 */
static struct proc_dir_entry *make_way(struct proc_dir_entry *dir, const char **name)
{
	const char *slash;

	while (dir && (slash = strchr(*name, '/'))) {
		size_t len = slash - *name;
		struct proc_dir_entry *e = find_child(dir, *name, len);

		if (!e) {
			e = new_entry(*name, len, S_IFDIR | 0555);
			if (e)
				attach(dir, e);
		}
		dir = e && S_ISDIR(e->inode.i_mode) ? e : NULL;
		*name = slash + 1;
	}
	return dir;
}

/*
 * Register a copy of @proto as @name below @parent. Returns the node or NULL, with the reason in
 * the log if it is the caller's. May sleep.
 */
static struct proc_dir_entry *create(const char *name, umode_t mode, struct proc_dir_entry *parent,
				     const struct proc_dir_entry *proto)
{
	struct proc_dir_entry *e = NULL;
	const char *last = name;

	might_sleep();
	mutex_lock(&fs_mutex);
	parent = make_way(parent ?: &proc_root, &last);
	if (!parent || parent->removed) {
		pr_warn("proc: '%s' not created: no directory to put it in\n", name);
		goto out;
	}
	if (WARN(!*last || find_child(parent, last, strlen(last)),
		 "proc_dir_entry '%s/%s' already registered\n", parent->name, name))
		goto out;
	e = new_entry(last, strlen(last), mode);
	if (!e)
		goto out;
	e->inode.i_private = proto->inode.i_private;
	e->fops = proto->fops;
	e->show = proto->show;
	e->write = proto->write;
	e->seq_ops = proto->seq_ops;
	attach(parent, e);
out:
	mutex_unlock(&fs_mutex);
	return e;
}

/* The type bits for a file, unless the caller gave some. */
static umode_t file_mode(umode_t mode, umode_t type)
{
	return mode & S_IFMT ? mode : mode | type;
}

struct proc_dir_entry *proc_create_rw(const char *name, umode_t mode, struct proc_dir_entry *parent,
				      proc_show_t show, proc_write_t write, void *data)
{
	struct proc_dir_entry proto = { .fops = &text_fops, .show = show, .write = write,
					.inode.i_private = data };

	return create(name, file_mode(mode, S_IFREG), parent, &proto);
}

struct proc_dir_entry *proc_create_single_data(const char *name, umode_t mode,
					       struct proc_dir_entry *parent, proc_show_t show,
					       void *data)
{
	return proc_create_rw(name, mode ?: 0444, parent, show, NULL, data);
}

struct proc_dir_entry *proc_create_seq_data(const char *name, umode_t mode,
					    struct proc_dir_entry *parent,
					    const struct seq_operations *ops, void *data)
{
	struct proc_dir_entry proto = { .fops = &text_fops, .seq_ops = ops,
					.inode.i_private = data };

	return create(name, file_mode(mode ?: 0444, S_IFREG), parent, &proto);
}

struct proc_dir_entry *proc_create_fops(const char *name, umode_t mode,
					struct proc_dir_entry *parent,
					const struct file_operations *fops, void *data)
{
	struct proc_dir_entry proto = { .fops = fops, .inode.i_private = data };

	return create(name, file_mode(mode, S_IFCHR), parent, &proto);
}

struct proc_dir_entry *proc_mkdir(const char *name, struct proc_dir_entry *parent)
{
	struct proc_dir_entry proto = {};

	return create(name, S_IFDIR | 0555, parent, &proto);
}

int proc_create_numbered(struct proc_dir_entry *parent, const struct proc_numbered *num)
{
	int ret = -EBUSY;

	parent = parent ?: &proc_root;
	mutex_lock(&fs_mutex);
	if (!parent->numbered) {
		parent->numbered = num;
		ret = 0;
	}
	mutex_unlock(&fs_mutex);
	return ret;
}

/* From now on no callback below @e begins. fs_mutex held. */
static void mark_removed(struct proc_dir_entry *e)
{
	struct proc_dir_entry *child;

	e->removed = true;
	list_for_each_entry(child, &e->children, sibling)
		mark_removed(child);
}

/* Wait for @e's callbacks and drop the tree's reference. fs_mutex held, dropped to wait. */
static void drain(struct proc_dir_entry *e)
{
	list_del_init(&e->sibling);
	while (e->in_use) {
		mutex_unlock(&fs_mutex);
		wait_event(fs_drained, !READ_ONCE(e->in_use));
		mutex_lock(&fs_mutex);
	}
	fs_put(e);
}

/*
 * Unregister @top and everything below it. Cut off first, so that nobody finds any of it by name
 * while the callbacks are waited for, deepest entries first. fs_mutex held, dropped to wait.
 */
static void unregister(struct proc_dir_entry *top)
{
	struct proc_dir_entry *e, *parent;

	list_del_init(&top->sibling);
	mark_removed(top);
	for (e = top;; e = parent) {
		while (!list_empty(&e->children))
			e = list_first_entry(&e->children, struct proc_dir_entry, sibling);
		parent = e->parent;
		drain(e);
		if (e == top)
			return;
	}
}

void proc_remove(struct proc_dir_entry *entry)
{
	if (!entry)
		return;
	might_sleep();
	mutex_lock(&fs_mutex);
	unregister(entry);
	mutex_unlock(&fs_mutex);
}

/* The entry @name below @parent, by path; NULL if there is none. fs_mutex held. */
static struct proc_dir_entry *find_below(const char *name, struct proc_dir_entry *parent)
{
	const char *slash;

	parent = parent ?: &proc_root;
	while (parent && (slash = strchr(name, '/'))) {
		parent = find_child(parent, name, slash - name);
		name = slash + 1;
	}
	return parent ? find_child(parent, name, strlen(name)) : NULL;
}

void remove_proc_entry(const char *name, struct proc_dir_entry *parent)
{
	struct proc_dir_entry *e;

	might_sleep();
	mutex_lock(&fs_mutex);
	e = find_below(name, parent);
	if (e && list_empty(&e->children))
		unregister(e);
	else
		WARN(1, e ? "remove_proc_entry: removing non-empty directory '%s'\n" :
			    "remove_proc_entry: name '%s' not found\n", name);
	mutex_unlock(&fs_mutex);
}

int remove_proc_subtree(const char *name, struct proc_dir_entry *parent)
{
	struct proc_dir_entry *e;

	might_sleep();
	mutex_lock(&fs_mutex);
	e = find_below(name, parent);
	if (e)
		unregister(e);
	mutex_unlock(&fs_mutex);
	return e ? 0 : -ENOENT;
}
