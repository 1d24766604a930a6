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
	struct inode inode;			/* mode and the registrant's data */
	const struct file_operations *fops;	/* NULL for directories */
	proc_show_t show;			/* one of show and seq_ops, or neither */
	proc_write_t write;
	const struct seq_operations *seq_ops;
	const struct proc_numbered *numbered;	/* directories: numbers below this one */

	/* Under fs_mutex. */
	struct proc_dir_entry *parent;
	struct list_head sibling;		/* in parent->children */
	struct list_head children;
	unsigned int refs;			/* 1 for being registered, 1 per open file */
	unsigned int in_use;			/* callbacks running right now */
	bool removed;
	size_t size_hint;			/* how long its text was last time */
};

/* An open file with the node it came from. show, write and data differ from the node's for numbers. */
struct pseudo_file {
	struct file file;
	struct inode inode;
	struct proc_dir_entry *entry;
	void *object;				/* what numbered->get returned, or NULL */
	proc_show_t show;
	proc_write_t write;
};

#define to_pseudo_file(f)	container_of(f, struct pseudo_file, file)

/* Where a path leads. */
struct path_walk {
	struct proc_dir_entry *entry;
	void *object;
	const struct proc_numbered_file *nfile;	/* NULL: entry itself, or object's directory */
};

extern struct mutex fs_mutex;
extern struct proc_dir_entry fs_root;

/* Resolve @path; on success walk->object, if any, is pinned. 0 or -errno. fs_mutex held. */
int fs_walk(const char *path, struct path_walk *walk);
/* A callback of @entry is about to run / is done. fs_begin is false when the entry was removed. */
bool fs_begin(struct proc_dir_entry *entry);
void fs_end(struct proc_dir_entry *entry);
/* Drop a reference; the last one frees the entry. fs_mutex held. */
void fs_put(struct proc_dir_entry *entry);

extern const struct file_operations text_fops;	/* file.c: for show, write and seq_ops entries */

#endif
