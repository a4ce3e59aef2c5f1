/*
 * lz4.c - one chunk of bulk data as one LZ4 frame, and back.
 *
 * A frame carries the size of its content and the checksum of what is stored: a damaged chunk is noticed before it is used. To take that of
 * the content instead is as much work as to compress it; the seal has another one of all that is stored.
 *
 * lz4frame.h; the LZ4 frame format is at https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
 */
#include <lz4.h>

#include "image/private.h"

#define SAMPLES 4
#define SAMPLE_SIZE 4096

static LZ4F_preferences_t preferences(size_t len)
{
	return (LZ4F_preferences_t){
		.frameInfo = {
			.blockSizeID = LZ4F_max256KB,
			.blockMode = LZ4F_blockIndependent,
			.blockChecksumFlag = LZ4F_blockChecksumEnabled,
			.contentSize = len,
		},
	};
}

size_t lz4_room(void)
{
	LZ4F_preferences_t p = preferences(IMAGE_CHUNK);

	return LZ4F_compressFrameBound(IMAGE_CHUNK, &p);
}

/* The most that a packed chunk may have: reading back what saves less than 1/16 would cost more than it saves. */
static size_t worth(size_t len)
{
	return len - len / 16 - 1;
}

/*
 * Random data (already compressed, encrypted) is seen in a quarter of the time that making a frame of it takes: a few
 * samples say so in 5 us; only then the whole chunk is tried, because samples may miss what is between them.
 */
static int looks_random(void *to, size_t room, const char *data, size_t len)
{
	size_t step = len / SAMPLES, made = 0;
	unsigned i;

	if (step < SAMPLE_SIZE)
		return 0;
	for (i = 0; i < SAMPLES; i++) {
		int n = LZ4_compress_default(data + i * step, to, SAMPLE_SIZE, (int)room);

		made += n > 0 ? (size_t)n : SAMPLE_SIZE;
	}
	if (made <= worth(SAMPLES * SAMPLE_SIZE))
		return 0;
	return LZ4_compress_default(data, to, (int)len, (int)worth(len)) <= 0;
}

size_t lz4_pack(void *to, size_t room, const void *data, size_t len)
{
	LZ4F_preferences_t p = preferences(len);
	size_t n;

	if (looks_random(to, room, data, len))
		return 0;
	n = LZ4F_compressFrame(to, room, data, len, &p);
	return LZ4F_isError(n) || n > worth(len) ? 0 : n;
}

/* Only frames as lz4_pack() makes them: their size is known, and the memory that they need. */
static int check_info(LZ4F_dctx *dctx, const void *data, size_t *used, size_t *len)
{
	LZ4F_frameInfo_t info;
	size_t r = LZ4F_getFrameInfo(dctx, &info, data, used);

	if (LZ4F_isError(r))
		return fail_image("%s", LZ4F_getErrorName(r));
	if (info.frameType != LZ4F_frame || info.dictID || info.blockSizeID > LZ4F_max256KB ||
	    (info.blockChecksumFlag != LZ4F_blockChecksumEnabled && info.contentChecksumFlag != LZ4F_contentChecksumEnabled))
		return fail_image("not an LZ4 frame as cr makes it");
	if (info.contentSize == 0 || info.contentSize > IMAGE_CHUNK)
		return fail_image("an LZ4 frame of %llu bytes", (unsigned long long)info.contentSize);
	*len = (size_t)info.contentSize;
	return 0;
}

int lz4_unpack(LZ4F_dctx *dctx, void *to, size_t *len, const void *data, size_t stored)
{
	LZ4F_decompressOptions_t options = { .stableDst = 1 };
	const uint8_t *p = data;
	size_t used = stored, want = 0, made, r;

	LZ4F_resetDecompressionContext(dctx);
	if (check_info(dctx, p, &used, &want))
		return -1;
	p += used;
	stored -= used;
	used = stored;
	made = IMAGE_CHUNK;	/* the room for a whole block, else it is unpacked elsewhere and copied */
	r = LZ4F_decompress(dctx, to, &made, p, &used, &options);
	if (LZ4F_isError(r))
		return fail_image("%s", LZ4F_getErrorName(r));
	if (r || used != stored || made != want)
		return fail_image("an LZ4 frame with a wrong length");
	*len = want;
	return 0;
}
