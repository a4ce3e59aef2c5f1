/*
 * image.h - an image is one tar archive, written and read as a stream. See image/FORMAT.
 *
 * Members, in this order: text sections (`header` first), then bulk members, then `seal`, which has the XXH64 of every byte
 * before it. A section also carries its own XXH64: it can be believed when it is read, bulk only once the seal was read.
 * Both directions use helper threads (they take no signals) from the first bulk member on, until finish or free.
 * Nothing here knows of processes.
 */
#ifndef CR_IMAGE_IMAGE_H
#define CR_IMAGE_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"

#define IMAGE_FORMAT 1			/* `image format=` of the header: checked by whoever decodes that section */
#define IMAGE_CHUNK (256 * 1024)	/* bytes of one bulk member before compression, at the most */
#define IMAGE_SECTION_MAX (256u << 20)	/* a text section larger than this is refused */

enum image_compress { IMAGE_LZ4, IMAGE_RAW };	/* RAW: never compress; LZ4: compress where it pays */

/* ---- writing: SIGPIPE has to be ignored, then a pipe that nobody reads is an error like a full disk ---- */
struct image_writer;

/*
 * Starts an image on FD (any kind of file, not owned). WORKERS: threads that compress and store, two at least; 0: one per CPU up to 8.
 * Memory use is bounded whatever is written.
 */
struct image_writer *image_writer_new(int fd, enum image_compress how, unsigned workers);
/* The next piece of a section of SIZE bytes, of whole lines. Nothing else is written before all of it has come; sections come before all bulk. */
int image_write_piece(struct image_writer *w, const char *name, size_t size, const void *text, size_t len);
static inline int image_write_section(struct image_writer *w, const char *name, const void *text, size_t len)
{
	return image_write_piece(w, name, len, text, len);
}

/*
 * Bulk: get an empty chunk (blocks while all are in flight), fill data[0..len), and put it back under NAME.
 * Members appear in the archive in the order in which they were put. Errors of earlier chunks show up in later calls.
 * Names are KIND/ID/SEQUENCE ("pages/3/000012"); all of one kind together, and rising. A chunk that was got and never put
 * is not stored.
 */
struct image_chunk {
	char name[96];
	uint8_t *data;			/* IMAGE_CHUNK bytes, page aligned */
	size_t len;
};
struct image_chunk *image_chunk_get(struct image_writer *w);
int image_chunk_put(struct image_writer *w, struct image_chunk *c);

/* Waits for all chunks, writes the seal and the end of the archive. Does not sync. */
int image_writer_finish(struct image_writer *w);
void image_writer_stop(struct image_writer *w);		/* from now on everything fails; nothing more is written */
void image_writer_free(struct image_writer *w);		/* stops the workers, whatever state they are in; NULL is fine */

/*
 * Reads the image that is being written to the file FD, at the heels of the writer, and holds it against its seal. NULL: recorded; then
 * read it afterwards. END after image_writer_finish(): waits for the result, 0 or -1 recorded. Either way it is freed, before the writer.
 */
struct image_check;
struct image_check *image_check_new(struct image_writer *w, int fd);
int image_check_end(struct image_check *c);

/* ---- reading ---- */
struct image_reader;

struct image_reader *image_reader_new(int fd);
void image_reader_blind(struct image_reader *r);	/* only to hold it against its seal: sections are checked, but not kept */

/*
 * The next member: 1 and its name, 0 after a seal that was checked against everything read, -1 with fail_image().
 * DATA is the decompressed content, valid until the next call. Bulk members are at most IMAGE_CHUNK long; names are ASCII,
 * relative, come once, and without ".lz4"; order is enforced (sections, bulk, seal). A section is lines of text without a NUL,
 * was found to be as it was written, and a NUL follows it. Truncation, checksum errors and whatever follows the seal are errors.
 */
struct image_member {
	const char *name;
	uint8_t *data;			/* the caller may change it */
	size_t len;
	size_t stored;			/* bytes in the archive */
	int bulk;
};
int image_read_next(struct image_reader *r, struct image_member *m);
void image_reader_free(struct image_reader *r);

/* XXH64. */
uint64_t image_hash(const void *data, size_t len);

#endif
