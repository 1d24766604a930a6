/* SPDX-License-Identifier: MIT */
/*
 * Files for debugging below /sys/kernel/debug. A result may be ignored: what could not be made is an
 * ERR_PTR, in which nothing can be made either. All may sleep. kernel/fs/debugfs.c
 */
#ifndef _LINUX_DEBUGFS_H
#define _LINUX_DEBUGFS_H

#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/seq_file.h>
#include <linux/types.h>

struct dentry;

struct debugfs_blob_wrapper {
	void *data;
	unsigned long size;
};

/* In @parent, NULL: the top. The entry, or ERR_PTR(-EEXIST) (which is also printed), -ENOMEM, -ENOENT. */
struct dentry *debugfs_create_dir(const char *name, struct dentry *parent);
/* @data is inode->i_private in open(). @fops->owner cannot be unloaded while a file is open. */
struct dentry *debugfs_create_file(const char *name, umode_t mode, struct dentry *parent,
				   void *data, const struct file_operations *fops);
#define debugfs_create_file_unsafe(name, mode, parent, data, fops) \
	debugfs_create_file(name, mode, parent, data, fops)
/* A variable, to read and, as @mode says, to write; x: in hexadecimal. */
void debugfs_create_u8(const char *name, umode_t mode, struct dentry *parent, u8 *value);
void debugfs_create_u16(const char *name, umode_t mode, struct dentry *parent, u16 *value);
void debugfs_create_u32(const char *name, umode_t mode, struct dentry *parent, u32 *value);
void debugfs_create_u64(const char *name, umode_t mode, struct dentry *parent, u64 *value);
void debugfs_create_ulong(const char *name, umode_t mode, struct dentry *parent,
			  unsigned long *value);
void debugfs_create_x8(const char *name, umode_t mode, struct dentry *parent, u8 *value);
void debugfs_create_x16(const char *name, umode_t mode, struct dentry *parent, u16 *value);
void debugfs_create_x32(const char *name, umode_t mode, struct dentry *parent, u32 *value);
void debugfs_create_x64(const char *name, umode_t mode, struct dentry *parent, u64 *value);
void debugfs_create_size_t(const char *name, umode_t mode, struct dentry *parent, size_t *value);
void debugfs_create_bool(const char *name, umode_t mode, struct dentry *parent, bool *value);
void debugfs_create_atomic_t(const char *name, umode_t mode, struct dentry *parent,
			     atomic_t *value);
struct dentry *debugfs_create_blob(const char *name, umode_t mode, struct dentry *parent,
				   struct debugfs_blob_wrapper *blob);

/* With all below it; NULL and ERR_PTR are fine. */
void debugfs_remove(struct dentry *dentry);
#define debugfs_remove_recursive(dentry)	debugfs_remove(dentry)
void debugfs_lookup_and_remove(const char *name, struct dentry *parent);
/* NULL: there is none. The entry is not pinned. */
struct dentry *debugfs_lookup(const char *name, struct dentry *parent);
#define debugfs_initialized()	true

#define DEFINE_DEBUGFS_ATTRIBUTE(name, get, set, fmt)	DEFINE_SIMPLE_ATTRIBUTE(name, get, set, fmt)

#endif
