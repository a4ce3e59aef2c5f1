/*
 * squeeze.h - text in little more than a quarter of its room, for what is read seldom: the pages of the checklist, and help.
 *
 * Each bit is foretold by what followed the last one to four bytes before, and the word so far, wherever they stood earlier in the text.
 * The six opinions are weighed, the weights learn, and the bit costs as much as it surprises (arithmetic coding). Whoever unsqueezes learns
 * the same from what he has got so far. That takes 4 MB and a microsecond for each bit, where LZ4 would leave half as much again.
 *
 * Also read by scripts/squeeze.c, which does it at build time: all of this is plain C with integers, the same on every machine.
 */
#ifndef CR_BASE_SQUEEZE_H
#define CR_BASE_SQUEEZE_H

#include <stddef.h>
#include <stdint.h>

#define SQUEEZE_VIEWS 6			/* nothing, one to four bytes, the word so far */
#define SQUEEZE_SLOTS_LOG 20
#define SQUEEZE_MOST_SEEN 60		/* a slot goes on learning: the text changes */

struct squeeze_slot {
	uint16_t chance;		/* that the bit is 1, of 65536 */
	uint16_t seen;
};

struct squeeze {
	struct squeeze_slot slots[1 << SQUEEZE_SLOTS_LOG];
	int32_t weights[256][SQUEEZE_VIEWS];
	int16_t stretched[4096];	/* ln(p / (1 - p)) of p / 4096, 8 bits behind the point */
	uint32_t context[SQUEEZE_VIEWS];
	struct squeeze_slot *slot[SQUEEZE_VIEWS];
	int32_t opinion[SQUEEZE_VIEWS];
	uint32_t last, word;		/* the last four bytes; the word so far */
	unsigned partial;		/* the bits of this byte, behind a 1 */
	int chance;			/* of the next bit, of 4096: never 0 nor 4096 */
	uint32_t low, high;		/* what is left of the interval */
};

/* The opposite: of 4096. */
static inline int squeeze_squash(int x)
{
	static const int16_t at[] = { 1, 2, 3, 6, 10, 16, 27, 45, 73, 120, 194, 310, 488, 747, 1101, 1546, 2047, 2549, 2994, 3348, 3607, 3785,
		3901, 3975, 4024, 4050, 4068, 4079, 4085, 4089, 4092, 4093, 4094 };
	int i, part;

	x = (x > 2047 ? 2047 : x < -2047 ? -2047 : x) + 2048;
	i = x >> 7;
	part = x & 127;
	return (at[i] * (128 - part) + at[i + 1] * part + 64) >> 7;
}

static inline void squeeze_foretell(struct squeeze *s)
{
	int32_t sum = 0;

	for (int i = 0; i < SQUEEZE_VIEWS; i++) {
		uint32_t hash = (s->context[i] ^ s->partial * 0x9e3779b1u) * 0x85ebca6bu;
		struct squeeze_slot *slot = &s->slots[hash >> (32 - SQUEEZE_SLOTS_LOG)];

		s->slot[i] = slot;
		s->opinion[i] = slot->seen ? s->stretched[slot->chance >> 4] : 0;
		sum += (int32_t)((int64_t)s->opinion[i] * s->weights[s->partial][i] / 256);
	}
	s->chance = squeeze_squash(sum / 256);
}

static inline void squeeze_next_byte(struct squeeze *s)
{
	unsigned c = s->partial & 255;

	s->last = s->last << 8 | c;
	s->word = c < '0' ? 0 : (s->word + c) * 0x2f0b4c47u;
	s->partial = 1;
	for (unsigned i = 0; i < SQUEEZE_VIEWS; i++) {
		uint32_t seen = i == 5 ? s->word : i == 0 ? 0 : s->last << (32 - 8 * i);

		s->context[i] = (seen + i * 0x9e3779b1u) * 0x2c1b3c6du;
		s->context[i] ^= s->context[i] >> 15;
	}
}

static inline void squeeze_learn(struct squeeze *s, int bit)
{
	int32_t wrong = ((bit << 12) - s->chance) * 3;

	for (int i = 0; i < SQUEEZE_VIEWS; i++) {
		struct squeeze_slot *slot = s->slot[i];

		s->weights[s->partial][i] += (s->opinion[i] * wrong + 8192) / 16384;
		slot->chance = (uint16_t)(slot->chance + ((bit ? 65535 : 0) - slot->chance) * 2 / (2 * slot->seen + 3));
		slot->seen += slot->seen < SQUEEZE_MOST_SEEN;
	}
	s->partial = s->partial << 1 | (unsigned)bit;
	if (s->partial > 255)
		squeeze_next_byte(s);
	squeeze_foretell(s);
}

/* *S is all zeros. */
static inline void squeeze_start(struct squeeze *s)
{
	int p = 0;

	for (size_t i = 0; i < 1 << SQUEEZE_SLOTS_LOG; i++)
		s->slots[i].chance = 32768;
	for (int i = 0; i < 256 * SQUEEZE_VIEWS; i++)
		s->weights[i / SQUEEZE_VIEWS][i % SQUEEZE_VIEWS] = 65536 * 3 / 10;
	for (int x = -2047; x <= 2047; x++)
		for (int until = squeeze_squash(x); p <= until; p++)
			s->stretched[p] = (int16_t)x;
	s->stretched[4095] = 2047;
	s->high = UINT32_MAX;
	squeeze_next_byte(s);
	squeeze_foretell(s);
}

/* Where the interval is divided: up to here lies a 1. */
static inline uint32_t squeeze_middle(const struct squeeze *s)
{
	return s->low + (uint32_t)((uint64_t)(s->high - s->low) * (unsigned)s->chance >> 12);
}

/* Takes the part of BIT. While the first bytes of both ends are the same, call squeeze_shift(). */
static inline void squeeze_narrow(struct squeeze *s, int bit)
{
	uint32_t middle = squeeze_middle(s);

	if (bit)
		s->high = middle;
	else
		s->low = middle + 1;
	squeeze_learn(s, bit);
}

/* 1: a byte is settled, which is that of the high end as it was. */
static inline int squeeze_shift(struct squeeze *s)
{
	if ((s->low ^ s->high) >> 24)
		return 0;
	s->low <<= 8;
	s->high = s->high << 8 | 255;
	return 1;
}

/* unsqueeze.c: the first SIZE bytes of what was squeezed into TEXT, and a 0. -1: no memory, recorded. */
int unsqueeze(const uint8_t *squeezed, size_t len, char *text, size_t size);

#endif
