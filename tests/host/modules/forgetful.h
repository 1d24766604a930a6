/* SPDX-License-Identifier: MIT OR GPL-2.0 */
int forget_work(void);
int forget_delayed_work(void);
int forget_devices(void);
int forget_on_heap(const char *what);
