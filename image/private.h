/*
 * private.h - what the files of image/ share: names and their order, the seal, the tar stream, one LZ4 frame.
 */
#ifndef CR_IMAGE_PRIVATE_H
#define CR_IMAGE_PRIVATE_H

#include <archive.h>
#include <archive_entry.h>
#include <lz4frame.h>
#include <stddef.h>
#include <stdint.h>
#include <xxhash.h>

#include "core/base/field.h"
#include "core/base/thread.h"
#include "image/image.h"

#define MEMBER_NAME_MAX 96	/* with the NUL; ".lz4" still fits into the 100 bytes of a ustar name */
#define SECTION_NAME_MAX 32	/* with the NUL */
#define SECTIONS_MAX 128
#define KINDS_MAX 16		/* of bulk members */
#define MEMBERS_MAX (1u << 24)
#define LZ4_SUFFIX ".lz4"
#define SEAL_NAME "seal"
#define CHUNK_ALIGN 4096	/* whole pages are copied to and from chunks */

/* P or a little after it. */
static inline uint8_t *chunk_align(void *p)
{
	return (uint8_t *)(((uintptr_t)p + CHUNK_ALIGN - 1) & ~(uintptr_t)(CHUNK_ALIGN - 1));
}

/* ---- name.c: which names are good, and in which order. One rule for the writer and the reader. ---- */
struct order {
	char sections[SECTIONS_MAX][SECTION_NAME_MAX];
	char kinds[KINDS_MAX][SECTION_NAME_MAX];	/* the last one is the current one */
	unsigned nsections, nkinds;
	uint64_t id, seq;				/* of the last bulk member */
};

enum member_type { MEMBER_BAD, MEMBER_SECTION, MEMBER_BULK, MEMBER_SEAL };

enum member_type name_type(const char *name);

/* NULL, or why NAME cannot come now, as the end of a sentence that begins with the name. */
const char *order_section(struct order *o, const char *name);
const char *order_bulk(struct order *o, const char *name);

/* ---- seal.c ---- */
#define SEAL_SIZE 74		/* the same for every image: the seal's tar header is written before its numbers are known */
#define CHECK_SIZE 27		/* "end xxh64=" 16 digits "\n": the last line of a section */

void seal_format(char out[SEAL_SIZE + 1], uint64_t members, uint64_t bytes, uint64_t hash);
void check_format(char out[CHECK_SIZE + 1], uint64_t hash);

/* ---- tar_out.c ---- */
struct tar_out {
	struct archive *archive;
	XXH64_state_t *hash;	/* of every byte so far */
	XXH64_state_t *lines;	/* of the section that is being written */
	size_t pieces;		/* bytes of it so far */
	uint64_t bytes;
	uint64_t members;
	int64_t mtime;
	int fd;
	int failed;		/* a write failed and recorded why */
	size_t held;		/* bytes of HOLD that wait to be written with the next large piece */
	uint8_t hold[8192];
};

int tar_out_open(struct tar_out *t, int fd);
/* DATA, and then the string TAIL. */
int tar_out_member(struct tar_out *t, const char *name, const void *data, size_t len, const char *tail);
/* The next piece of a section that has SIZE bytes; the last one is followed by its check. */
int tar_out_section(struct tar_out *t, const char *name, size_t size, const void *text, size_t len);
int tar_out_seal(struct tar_out *t);
void tar_out_close(struct tar_out *t);	/* writes nothing more */

/* ---- tar_in.c ---- */
struct tar_in {
	struct archive *archive;
	XXH64_state_t *hash;	/* of every byte so far */
	uint64_t bytes;		/* read so far */
	uint64_t members;	/* before the current one */
	int fd;
	struct image_writer *behind;	/* who still writes the file; NULL */
	uint64_t left;		/* bytes of the current member still to be read */
	size_t pad;		/* zero bytes after the current member */
	uint64_t offset;	/* in the current member */
	const void *give;	/* what libarchive gets when it asks next */
	size_t give_len;
	uint8_t head[512 + 512];	/* the padding of a member and the header after it */
	uint8_t ahead[8192];	/* what was read behind that: small members come many at a time */
	size_t ahead_at, ahead_len;
	size_t head_len;
	char name[MEMBER_NAME_MAX + sizeof(LZ4_SUFFIX)];
	uint64_t size;
};

int tar_in_open(struct tar_in *t, int fd);
int tar_in_next(struct tar_in *t);	/* sets name and size */
int tar_in_data(struct tar_in *t, void *to, size_t len);	/* LEN: more than 0, at most what is left */
int tar_in_seal(struct tar_in *t);	/* the current member is the seal: checks it and the end of the archive */
void tar_in_close(struct tar_in *t);

/* ---- write.c: waits until more than BYTES are in the file. 0: there will not be more ---- */
int writer_await(struct image_writer *w, uint64_t bytes);

/* ---- read.c: the image that W is about to write; FD has a position of its own ---- */
struct image_reader *reader_behind(int fd, struct image_writer *w);

/* ---- lz4.c ---- */
size_t lz4_room(void);			/* for one packed chunk */
size_t lz4_pack(void *to, size_t room, const void *data, size_t len);	/* 0: does not pay */
int lz4_unpack(LZ4F_dctx *dctx, void *to, size_t *len, const void *data, size_t stored);	/* TO: room for IMAGE_CHUNK bytes */

/* ---- record_write.c ---- */
static inline int record_plain(unsigned char c)	/* stands for itself in a value */
{
	return c >= 0x21 && c <= 0x7e && c != '\\' && c != '=';
}

void record_put_value(struct buf *out, const struct field *f, const void *object);

#endif
