/* SPDX-License-Identifier: MIT */
/*
 * The five operations on a lock word, in the flavour that CONFIG_SPINLOCK names. Every flavour
 * takes with acquire and frees with release order (L22), and all spinning pauses.
 */
#ifndef _ASM_SPINLOCK_H
#define _ASM_SPINLOCK_H

#include <asm/spinlock_types.h>
#include <asm/qspinlock.h>
#include <asm/ticket_spinlock.h>
#include <asm/mcs_spinlock.h>
#include <asm/tas_spinlock.h>

#define arch_spin_lock(l)		arch_spin(_lock)(l)
#define arch_spin_trylock(l)		arch_spin(_trylock)(l)
#define arch_spin_unlock(l)		arch_spin(_unlock)(l)
#define arch_spin_is_locked(l)		arch_spin(_is_locked)(l)
#define arch_spin_is_contended(l)	arch_spin(_is_contended)(l)

#endif
