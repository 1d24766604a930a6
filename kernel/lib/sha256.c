/* SPDX-License-Identifier: MIT */
/* SHA-256: see crypto/sha2.h. [FIPS 180-4] 6.2 "SHA-256" */
#include <crypto/sha2.h>
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/unaligned.h>

/* The first 32 bits of the fractions of the cube roots of the first 64 primes; 4.2.2. */
static const u32 K[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5,
	0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
	0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
	0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5,
	0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static u32 ror32(u32 x, unsigned int n)
{
	return x >> n | x << (32 - n);
}

/* The eight words of a round move up by one each time; instead of them, their names move. */
#define H(n)	h[((n) - i) & 7]

static void sha256_block(u32 *state, const u8 *p)
{
	u32 w[64], h[8];

	memcpy(h, state, sizeof(h));
	for (int i = 0; i < 64; i++) {
		u32 a = H(0), b = H(1), c = H(2), e = H(4), t;

		if (i < 16)
			w[i] = get_unaligned_be32(p + 4 * i);
		else
			w[i] = w[i - 16] + w[i - 7] +
			       (ror32(w[i - 15], 7) ^ ror32(w[i - 15], 18) ^ w[i - 15] >> 3) +
			       (ror32(w[i - 2], 17) ^ ror32(w[i - 2], 19) ^ w[i - 2] >> 10);
		t = H(7) + (ror32(e, 6) ^ ror32(e, 11) ^ ror32(e, 25)) +
		    (H(6) ^ (e & (H(5) ^ H(6)))) + K[i] + w[i];
		H(3) += t;
		H(7) = t + (ror32(a, 2) ^ ror32(a, 13) ^ ror32(a, 22)) + ((a & b) | (c & (a | b)));
	}
	for (int i = 0; i < 8; i++)
		state[i] += h[i];
}

void sha256_init(struct sha256_state *s)
{
	/* Of the square roots of the first 8 primes; 5.3.3. */
	static const u32 first[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
	};

	s->count = 0;
	memcpy(s->state, first, sizeof(first));
}

void sha256_update(struct sha256_state *s, const u8 *data, unsigned int len)
{
	unsigned int at = s->count % SHA256_BLOCK_SIZE, n;

	for (s->count += len; len; data += n, len -= n, at = 0) {
		n = min(len, SHA256_BLOCK_SIZE - at);
		memcpy(s->buf + at, data, n);
		if (at + n == SHA256_BLOCK_SIZE)
			sha256_block(s->state, s->buf);
	}
}

/* A one bit, zeros up to 8 bytes before the end of a block, the length in bits. */
void sha256_final(struct sha256_state *s, u8 *out)
{
	static const u8 padding[SHA256_BLOCK_SIZE] = { 0x80 };
	u8 bits[8];

	put_unaligned_be64(s->count * 8, bits);
	sha256_update(s, padding, (2 * SHA256_BLOCK_SIZE - 9 - s->count % SHA256_BLOCK_SIZE) %
				  SHA256_BLOCK_SIZE + 1);
	sha256_update(s, bits, sizeof(bits));
	for (int i = 0; i < 8; i++)
		put_unaligned_be32(s->state[i], out + 4 * i);
}
