/* SPDX-License-Identifier: MIT */
/* Between lkdtm.c, which has the table of crashes, and lkdtm_lockdep.c. */
#ifndef _TESTS_LKDTM_H
#define _TESTS_LKDTM_H

void crash_lockdep(void);
void crash_lockdep_uart(void);
void crash_lockdep_vc(void);
void crash_lockdep_rq(void);
void crash_lockdep_panic(void);
void crash_lockdep_everywhere(void);
void crash_lockdep_keys(void);
void crash_lockdep_entries(void);
void crash_lockdep_chains(void);
void crash_lockdep_chain_hlocks(void);
void crash_lockdep_traces(void);

#endif
