/* SPDX-License-Identifier: MIT */
/* Private to kernel/fs: the nodes of the tree and what an open file remembers of them. */
#ifndef _FS_INTERNAL_H
#define _FS_INTERNAL_H

#include <linux/fs.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>

struct proc_dir_entry {
	/* Fixed after registration. */
	const char *name;
	const struct file_operations *fops;	/* NULL for directories */
	proc_show_t show;			/* of a text file; either may be NULL */
	proc_write_t write;
	void *data;				/* the registrant's */
	const struct proc_ops *proc_ops;	/* of proc_create(); fops is then proc_ops_fops */
	const struct seq_operations *seq;	/* of proc_create_seq() */
	dev_t rdev;				/* of a device node; fops is then chrdev_fops */
	const struct proc_numbered *numbered;	/* of a directory: the numbers below it */
	struct proc_dir_entry *number_dir;	/* the one directory that serves for them all */
	bool attribute;				/* a kobject's */

	/* Under fs_mutex. */
	struct proc_dir_entry *parent;
	struct list_head sibling;		/* in parent->children */
	struct list_head children;
	struct list_head openers;		/* open files whose release removal calls */
	unsigned int refs;			/* 1 for being registered, 1 per open file */
	unsigned int in_use;			/* callbacks running right now */
	bool removed;
};

/* Where a path leads. */
struct path_walk {
	struct proc_dir_entry *entry;
	void *object;				/* of the number on the way, pinned, or NULL */
	const struct proc_numbered *numbered;	/* whose it is */
};

/* An open file with the node it came from. */
struct pseudo_file {
	struct file file;
	struct inode inode;
	struct path_walk at;
	struct list_head opener;		/* in entry->openers, if it is proc_create()'s */
};

#define to_pseudo_file(f)	container_of(f, struct pseudo_file, file)

extern struct mutex fs_mutex;

/* What device nodes, and files of proc_create(), do. */
extern const struct file_operations chrdev_fops, proc_ops_fops;

/*
 * fs_create - an entry in @parent with @like's fops, show, write, data, proc_ops, seq, rdev and attribute
 * (NULL: a directory). ERR_PTR(-EEXIST, -ENOMEM, -ENOENT (@parent was removed)); prints nothing. May sleep.
 * fs_lookup - the entry @name in @parent, NULL; not pinned.
 * fs_mkdir_once - the directory @name in @parent, made if it is not there. NULL: no memory.
 */
struct proc_dir_entry *fs_create(const char *name, struct proc_dir_entry *parent,
				 const struct proc_dir_entry *like);
struct proc_dir_entry *fs_lookup(const char *name, struct proc_dir_entry *parent);
struct proc_dir_entry *fs_mkdir_once(const char *name, struct proc_dir_entry *parent);
/*
 * The first half of proc_remove(), which is to follow: nobody finds @entry, no callback begins. Waits for
 * none, so that the caller may hold what they take. May sleep.
 */
void fs_cut(struct proc_dir_entry *entry);
/* proc_remove() from a callback of @entry, which is not waited for; others that run are. May sleep. */
void fs_remove_self(struct proc_dir_entry *entry);

/* The same with proc_create()'s manners: a path below @parent (NULL: /proc), and it says what failed. */
struct proc_dir_entry *proc_register_like(const char *name, struct proc_dir_entry *parent,
					  const struct proc_dir_entry *like);

/* Resolve @path; on success walk->object, if any, is pinned. 0 or -errno. fs_mutex held. */
int fs_walk(const char *path, struct path_walk *walk);
/* Give walk->object back. fs_mutex held. */
void fs_unpin(struct path_walk *walk);
/* A callback of @entry is about to run / is done. fs_begin is false when the entry was removed. */
bool fs_begin(struct proc_dir_entry *entry);
void fs_end(struct proc_dir_entry *entry);
/* Drop a reference; the last one frees the entry. fs_mutex held. */
void fs_put(struct proc_dir_entry *entry);

#endif
