/* SPDX-License-Identifier: MIT */
/* The integer types of the kernel, by Linux's names. LP64: long is 64 bits. */
#ifndef _LINUX_TYPES_H
#define _LINUX_TYPES_H

#include <linux/compiler.h>

typedef unsigned char u8, uint8_t;
typedef unsigned short u16, uint16_t, __le16, __be16, __sum16;
typedef unsigned int u32, uint32_t, __le32, __be32;
typedef unsigned long long u64, __le64, __be64;
typedef unsigned long uint64_t;
typedef signed char s8, int8_t;
typedef short s16, int16_t;
typedef int s32, int32_t;
typedef long long s64;
typedef long int64_t;
/* What a user of the machine sees of them: ioctl arguments and the like. */
typedef u8 __u8;
typedef u16 __u16;
typedef u32 __u32;
typedef u64 __u64;
typedef s8 __s8;
typedef s16 __s16;
typedef s32 __s32;
typedef s64 __s64;

typedef unsigned long size_t;
typedef long ssize_t;
typedef unsigned long uintptr_t;
typedef long long loff_t;
typedef int pid_t;
typedef unsigned short umode_t;
typedef u32 dev_t;		/* linux/kdev_t.h */
typedef unsigned int fmode_t;
typedef unsigned int __poll_t;
typedef unsigned int gfp_t;
typedef unsigned int uint;
typedef unsigned long ulong;
typedef u64 phys_addr_t;
typedef u64 dma_addr_t;
typedef phys_addr_t resource_size_t;

typedef _Bool bool;
#define true	1
#define false	0
#define NULL	((void *)0)

#define offsetof(type, member)	__builtin_offsetof(type, member)
#define sizeof_field(t, f)	sizeof(((t *)0)->f)
#define BITS_PER_LONG		64

struct list_head {
	struct list_head *next, *prev;
};

struct hlist_head {
	struct hlist_node *first;
};

struct hlist_node {
	struct hlist_node *next, **pprev;
};

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	s64 counter;
} atomic64_t;

#define ATOMIC_INIT(i)		{ (i) }
#define ATOMIC64_INIT(i)	{ (i) }

#endif
