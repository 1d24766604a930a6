/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/bitops.h, linux/bitmap.h */
#include <linux/bitmap.h>
#include <linux/bitops.h>

static DECLARE_BITMAP(map, 100);

unsigned long api_bitops(unsigned long *word, int n)
{
	unsigned long sum = BIT(3) | BIT_ULL(40) | GENMASK(7, 4), bit;

	set_bit(n, word);
	clear_bit(n, word);
	change_bit(n, word);
	__set_bit(n, map);
	__clear_bit(n, map);
	if (test_bit(n, word) || test_and_set_bit(n, word) || test_and_clear_bit(n, word))
		sum += ffs(n) + fls(n) + __ffs(sum) + __fls(sum) + fls64(sum);
	for_each_set_bit(bit, map, 100)
		sum += bit;
	sum += find_first_bit(map, 100) + find_next_bit(map, 100, 3) +
	       find_first_zero_bit(map, 100);
	return sum + hweight32(n) + hweight64(sum) + hweight_long(sum);
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
