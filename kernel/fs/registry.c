/* SPDX-License-Identifier: MIT */
/*
 * The tree of pseudo files: /proc, /sys and /dev. Nodes are registered and removed at run time.
 *
 * Invariant: one mutex protects the tree's shape and every count in it, and is never held while a
 * file's callback runs. A node is freed when nobody refers to it (registration and open files each
 * count one); a callback runs only between fs_begin() and fs_end(), and removal waits for those in
 * between: after proc_remove() no callback of the entry runs or will ever run.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/leftovers.h>
#include <linux/slab.h>
#include <linux/strbuf.h>
#include <linux/wait.h>
#include "internal.h"

DEFINE_MUTEX(fs_mutex);
static DECLARE_WAIT_QUEUE_HEAD(fs_drained);	/* some removed entry's last callback is done */

#define FS_DIR(_var, _name, _next, _prev) {						\
	.name = _name, .parent = &fs_root, .refs = 1,				\
	.children = LIST_HEAD_INIT((_var).children), .sibling = { &(_next), &(_prev) } }

/* The root and the three directories in it are there before anything runs. */
static struct proc_dir_entry fs_root;
struct proc_dir_entry proc_root = FS_DIR(proc_root, "proc", sysfs_root.sibling, fs_root.children);
EXPORT_SYMBOL(proc_root);
struct proc_dir_entry sysfs_root = FS_DIR(sysfs_root, "sys", devfs_root.sibling, proc_root.sibling);
EXPORT_SYMBOL(sysfs_root);
struct proc_dir_entry devfs_root = FS_DIR(devfs_root, "dev", fs_root.children, sysfs_root.sibling);
EXPORT_SYMBOL(devfs_root);
static struct proc_dir_entry fs_root = {
	.parent = &fs_root, .refs = 1, .children = { &proc_root.sibling, &devfs_root.sibling },
};

/* Are the @len bytes at @name, which holds no NUL before, the name @have? */
static bool is_name(const char *have, const char *name, size_t len)
{
	return !strncmp(have, name, len) && !have[len];
}

/* The child of @dir whose name is the @len bytes at @name, or NULL. fs_mutex held. */
static struct proc_dir_entry *find_child(struct proc_dir_entry *dir, const char *name, size_t len)
{
	struct proc_dir_entry *e;

	list_for_each_entry(e, &dir->children, sibling)
		if (is_name(e->name, name, len))
			return e;
	return NULL;
}

/* The number that the @len bytes at @name spell, or -1. No leading zeros: each has one name. */
static int parse_number(const char *name, size_t len)
{
	char *end;
	unsigned long n = simple_strtoul(name, &end, 10);

	return end == name + len && len <= 9 && (len == 1 || *name != '0') ? n : -1;
}

static int walk_step(struct path_walk *w, const char *name, size_t len)
{
	struct proc_dir_entry *dir = w->entry, *child;
	int nr;

	if (dir->fops)
		return -ENOTDIR;
	if (!len || is_name(".", name, len))
		return 0;
	if (is_name("..", name, len)) {
		w->entry = dir->parent;
		if (dir == dir->parent->number_dir)
			fs_unpin(w);
		return 0;
	}
	child = find_child(dir, name, len);
	nr = child || !dir->number_dir ? -1 : parse_number(name, len);
	if (nr >= 0) {
		w->numbered = dir->numbered;
		w->object = w->numbered->get(nr);
		child = w->object ? dir->number_dir : NULL;
	}
	if (!child)
		return -ENOENT;
	w->entry = child;
	return 0;
}

int fs_walk(const char *path, struct path_walk *w)
{
	int ret = *path ? 0 : -ENOENT;

	lockdep_assert_held(&fs_mutex);
	*w = (struct path_walk){ .entry = &fs_root };
	while (!ret) {
		size_t len = strchrnul(path, '/') - path;

		ret = walk_step(w, path, len);
		path += len;
		if (!*path++)
			break;
	}
	if (ret)
		fs_unpin(w);
	return ret;
}

void fs_unpin(struct path_walk *w)
{
	if (w->object && w->numbered->put)
		w->numbered->put(w->object);
	w->object = NULL;
}

int fs_type(const char *path)
{
	struct path_walk w;
	int ret;

	guard(mutex)(&fs_mutex);
	ret = fs_walk(path, &w);
	fs_unpin(&w);
	if (ret)
		return ret;
	if (!w.entry->fops)
		return DT_DIR;
	if (w.entry->fops == &proc_text_fops || w.entry->proc_ops || w.entry->seq)
		return DT_REG;
	return DT_CHR;
}

/* The names in @dir. fs_mutex held. */
static void list_names(const struct proc_dir_entry *dir, struct strbuf *names)
{
	struct proc_dir_entry *e;
	char nr[12];
	int id;

	list_for_each_entry(e, &dir->children, sibling)
		strbuf_add(names, e->name, strlen(e->name) + 1);
	if (!dir->number_dir)
		return;
	for (id = dir->numbered->next(0); id >= 0; id = dir->numbered->next(id + 1))
		strbuf_add(names, nr, snprintf(nr, sizeof(nr), "%d", id) + 1);
}

int fs_list(const char *path, struct strbuf *names)
{
	struct path_walk w;
	int ret;

	guard(mutex)(&fs_mutex);
	ret = fs_walk(path, &w);
	if (!ret && w.entry->fops)
		ret = -ENOTDIR;
	if (!ret)
		list_names(w.entry, names);
	fs_unpin(&w);
	return ret ?: names->cut ? -ENOMEM : 0;
}

bool fs_begin(struct proc_dir_entry *entry)
{
	guard(mutex)(&fs_mutex);
	entry->in_use += !entry->removed;
	return !entry->removed;
}

void fs_end(struct proc_dir_entry *entry)
{
	guard(mutex)(&fs_mutex);
	if (!--entry->in_use && entry->removed)
		wake_up_all(&fs_drained);
}

void fs_put(struct proc_dir_entry *entry)
{
	lockdep_assert_held(&fs_mutex);
	if (!--entry->refs)
		kfree(entry);
}

/* An empty directory in @dir, its name the @len bytes at @name. NULL: no memory. fs_mutex held. */
static struct proc_dir_entry *new_entry(struct proc_dir_entry *dir, const char *name, size_t len)
{
	struct proc_dir_entry *e = kzalloc(sizeof(*e) + len + 1, GFP_KERNEL);

	if (!e)
		return NULL;
	e->name = memcpy(e + 1, name, len);
	e->refs = 1;
	e->parent = dir;
	INIT_LIST_HEAD(&e->children);
	INIT_LIST_HEAD(&e->openers);
	list_add_tail(&e->sibling, &dir->children);
	return e;
}

/*
 * The directory that holds the last component of @name, a path below @dir (NULL: /proc); *name
 * becomes that component. Missing ones are made if @make. NULL: none, no memory, or something on
 * the way is a file. fs_mutex held.
 */
static struct proc_dir_entry *find_parent(struct proc_dir_entry *dir, const char **name, bool make)
{
	const char *slash;

	dir = dir ?: &proc_root;
	while (dir && (slash = strchr(*name, '/'))) {
		struct proc_dir_entry *e = find_child(dir, *name, slash - *name);

		if (!e && make)
			e = new_entry(dir, *name, slash - *name);
		dir = e && !e->fops ? e : NULL;
		*name = slash + 1;
	}
	return dir;
}

/* @parent holds no @name yet: make it. fs_mutex held. */
static struct proc_dir_entry *create_in(struct proc_dir_entry *parent, const char *name,
					const struct proc_dir_entry *like)
{
	struct proc_dir_entry *e;

	if (parent->removed)
		return ERR_PTR(-ENOENT);
	if (!*name || find_child(parent, name, strlen(name)))
		return ERR_PTR(-EEXIST);
	e = new_entry(parent, name, strlen(name));
	if (!e)
		return ERR_PTR(-ENOMEM);
	if (!like)
		return e;
	e->fops = like->fops;
	e->show = like->show;
	e->write = like->write;
	e->data = like->data;
	e->proc_ops = like->proc_ops;
	e->seq = like->seq;
	e->rdev = like->rdev;
	e->attribute = like->attribute;
	return e;
}

struct proc_dir_entry *fs_create(const char *name, struct proc_dir_entry *parent,
				 const struct proc_dir_entry *like)
{
	guard(mutex)(&fs_mutex);
	return create_in(parent, name, like);
}

struct proc_dir_entry *fs_lookup(const char *name, struct proc_dir_entry *parent)
{
	guard(mutex)(&fs_mutex);
	return find_child(parent, name, strlen(name));
}

struct proc_dir_entry *fs_mkdir_once(const char *name, struct proc_dir_entry *parent)
{
	guard(mutex)(&fs_mutex);
	return find_child(parent, name, strlen(name)) ?: new_entry(parent, name, strlen(name));
}

/* See linux/proc_fs.h: what all of its calls are. */
struct proc_dir_entry *proc_register_like(const char *name, struct proc_dir_entry *parent,
					  const struct proc_dir_entry *like)
{
	struct proc_dir_entry *e;
	const char *last = name;

	guard(mutex)(&fs_mutex);
	parent = find_parent(parent, &last, true);
	if (!parent || parent->removed) {
		pr_warn("proc: '%s' not created: no directory to put it in\n", name);
		return NULL;
	}
	e = create_in(parent, last, like);
	WARN(e == ERR_PTR(-EEXIST), "proc_dir_entry '%s/%s' already registered\n", parent->name, name);
	return IS_ERR(e) ? NULL : e;
}

struct proc_dir_entry *proc_register(const char *name, struct proc_dir_entry *parent,
				     const struct file_operations *fops, proc_show_t show,
				     proc_write_t write, void *data)
{
	struct proc_dir_entry like = { .fops = fops, .show = show, .write = write, .data = data };

	return proc_register_like(name, parent, fops ? &like : NULL);
}
EXPORT_SYMBOL(proc_register);

int proc_create_numbered(struct proc_dir_entry *parent, const struct proc_numbered *num)
{
	const struct proc_numbered_file *f;
	struct proc_dir_entry *dir;

	parent = parent ?: &proc_root;
	scoped_guard(mutex, &fs_mutex) {
		if (parent->number_dir)
			return -EBUSY;
		dir = new_entry(parent, "", 0);
		if (!dir)
			return -ENOMEM;
		list_del_init(&dir->sibling);		/* found by number, not by name */
		parent->numbered = num;
		parent->number_dir = dir;
	}
	for (f = num->files; f->name; f++)
		proc_create_rw(f->name, f->mode, dir, f->show, f->write, NULL);
	return 0;
}

/* Nobody finds @e, no callback begins, nothing is created in it. fs_mutex held. */
static void cut(struct proc_dir_entry *e)
{
	list_del_init(&e->sibling);
	e->removed = true;
}

/*
 * Unregister @e and everything below it: cut off, so that nobody finds any of it by name, then wait
 * for the callbacks of one after the other, and release what proc_create()'s files have open: their
 * functions may be a module's, which goes next. Recursion ends with the depth of the tree. fs_mutex
 * held, dropped to wait.
 */
static void unregister(struct proc_dir_entry *e) __must_hold(&fs_mutex)
{
	cut(e);
	while (!list_empty(&e->children))
		unregister(list_first_entry(&e->children, struct proc_dir_entry, sibling));
	if (e->number_dir)
		unregister(e->number_dir);
	while (e->in_use || !list_empty(&e->openers)) {
		struct pseudo_file *pf = e->in_use ? NULL :
			list_first_entry(&e->openers, struct pseudo_file, opener);

		if (pf)
			list_del_init(&pf->opener);	/* filp_close() finds its release called */
		mutex_unlock(&fs_mutex);
		if (pf)
			pf->file.f_op->release(&pf->inode, &pf->file);
		else
			wait_event(fs_drained, !READ_ONCE(e->in_use));
		mutex_lock(&fs_mutex);
	}
	fs_put(e);
}

void fs_cut(struct proc_dir_entry *entry)
{
	guard(mutex)(&fs_mutex);
	cut(entry);
}

void fs_remove_self(struct proc_dir_entry *entry)
{
	guard(mutex)(&fs_mutex);
	entry->in_use--;
	unregister(entry);	/* does not free it: the caller has it open */
	entry->in_use++;
}

void proc_remove(struct proc_dir_entry *entry)
{
	guard(mutex)(&fs_mutex);
	if (entry)
		unregister(entry);
}
EXPORT_SYMBOL(proc_remove);

void remove_proc_entry(const char *name, struct proc_dir_entry *parent)
{
	const char *last = name;
	struct proc_dir_entry *e;

	guard(mutex)(&fs_mutex);
	parent = find_parent(parent, &last, false);
	e = parent ? find_child(parent, last, strlen(last)) : NULL;
	if (e && list_empty(&e->children))
		unregister(e);
	else
		WARN(1, e ? "remove_proc_entry: removing non-empty directory '%s'\n" :
			    "remove_proc_entry: name '%s' not found\n", name);
}
EXPORT_SYMBOL(remove_proc_entry);

int remove_proc_subtree(const char *name, struct proc_dir_entry *parent)
{
	const char *last = name;
	struct proc_dir_entry *e;

	guard(mutex)(&fs_mutex);
	parent = find_parent(parent, &last, false);
	e = parent ? find_child(parent, last, strlen(last)) : NULL;
	if (!e)
		return -ENOENT;
	unregister(e);
	return 0;
}
EXPORT_SYMBOL(remove_proc_subtree);

/* A registered file whose functions or data are an unloaded module's. fs_mutex held. */
static void entry_leftovers(struct leftovers *l, const struct proc_dir_entry *dir)
{
	const struct proc_dir_entry *e;

	list_for_each_entry(e, &dir->children, sibling) {
		if (left_over(l, e->fops) || left_over(l, e->show) || left_over(l, e->write) ||
		    left_over(l, e->data) || left_over(l, e->proc_ops) || left_over(l, e->seq))
			l->found(l, "the file or directory %s is registered: remove it", e->name);
		entry_leftovers(l, e);
	}
}

static void fs_leftovers(struct leftovers *l)
{
	guard(mutex)(&fs_mutex);
	entry_leftovers(l, &fs_root);
}
LEFTOVERS(fs_leftovers);
