/* SPDX-License-Identifier: MIT */
/* SHA-256, by Linux's names. kernel/lib/sha256.c; [FIPS 180-4]. Any context. */
#ifndef _CRYPTO_SHA2_H
#define _CRYPTO_SHA2_H

#include <linux/types.h>

#define SHA256_DIGEST_SIZE	32
#define SHA256_BLOCK_SIZE	64

struct sha256_state {
	u32 state[8];
	u64 count;			/* bytes so far */
	u8 buf[SHA256_BLOCK_SIZE];	/* of them, those that fill no block */
};

void sha256_init(struct sha256_state *s);
void sha256_update(struct sha256_state *s, const u8 *data, unsigned int len);
void sha256_final(struct sha256_state *s, u8 *out);

#endif
