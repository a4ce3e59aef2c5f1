/*
 * dump.c - pages into chunks.
 *
 * One chunk: a page of text (runs.c), then up to 63 pages. /proc/PID/mem reads whatever the protection is, and leaves pages shared
 * copy-on-write shared; process_vm_readv(2) is 1.5 times as fast, but makes the target its own copy of each such page, whoever shares it: a
 * relative, in the tree or not, or whom KSM has found. So only mappings that share none are read that way.
 */
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>

#include "core/base/io.h"
#include "core/mem/mem.h"
#include "image/image.h"
#include "image/record.h"

#define DATA_PAGES (IMAGE_CHUNK / MEM_PAGE - 1)
#define LINE_SIZE 56			/* of one line, and the empty one at the end */

struct dumper {
	struct model *model;
	struct image_writer *writer;
	void (*progress)(void *ctx, uint64_t bytes);
	void *ctx;
	uint64_t bytes;
	const struct task *task;
	int fast;			/* process_vm_readv works and does no harm */
	unsigned number;
	struct image_chunk *chunk;	/* NULL: none open */
	size_t head, pages;		/* used in CHUNK */
	struct mem_run run;		/* line not written yet; empty when start == end */
	struct mem_run piece[MEM_PAGE / LINE_SIZE];	/* of runs, to be read all at once into CHUNK */
	size_t npieces, wanted;		/* pages that they have */
	int shares;			/* some of them may be shared copy-on-write */
};

static void write_line(struct dumper *d)
{
	char *to = (char *)d->chunk->data + d->head;

	if (d->run.start == d->run.end)
		return;
	to = stpcpy(to, d->run.parent ? "parent" : "run");
	to = record_copy_number(to, "addr", FIELD_HEX, d->run.start);
	to = record_copy_number(to, "pages", FIELD_U64, (d->run.end - d->run.start) / MEM_PAGE);
	*to++ = '\n';
	d->head = (size_t)(to - (char *)d->chunk->data);
	d->run.start = d->run.end;
}

static void add_to_run(struct dumper *d, const struct mem_run *piece, uint64_t start, uint64_t end)
{
	if (d->run.start < d->run.end && d->run.end == start && d->run.vma == piece->vma && d->run.parent == piece->parent) {
		d->run.end = end;
		return;
	}
	write_line(d);
	d->run = (struct mem_run){ piece->vma, start, end, piece->parent };
}

static uint64_t piece_pages(const struct mem_run *piece)
{
	return piece->parent ? 0 : (piece->end - piece->start) / MEM_PAGE;
}

/*
 * All that is wanted, by one call: each has to look for the process, and for each range of it the kernel locks its memory. 0 or -1; nothing
 * is recorded.
 */
static int read_fast(struct dumper *d, uint8_t *data)
{
	struct iovec local = { data, d->wanted * MEM_PAGE }, remote[sizeof(d->piece) / sizeof(*d->piece)];
	uint64_t end = 0;
	size_t n = 0;

	for (size_t i = 0; i < d->npieces; i++) {
		const struct mem_run *piece = &d->piece[i];

		if (piece->parent)
			continue;
		if (piece->start != end)
			remote[n++] = (struct iovec) { (void *)(uintptr_t)piece->start, 0 };
		remote[n - 1].iov_len += piece->end - piece->start;
		end = piece->end;
	}
	return process_vm_readv(d->task->pid, &local, 1, remote, n, 0) == (ssize_t)local.iov_len ? 0 : -1;
}

static int fail_read(const struct task *t)
{
	cleanup_fd int dir = -1;

	return proc_open(t->pid, &dir) || !proc_lives(dir) ? fail_refused("process %d ended while it was being dumped", t->pid) : -1;
}

static int read_pieces(struct dumper *d, uint8_t *data)
{
	if (!d->wanted || (d->fast && !d->shares && read_fast(d, data) == 0))
		return 0;
	for (size_t i = 0; i < d->npieces; i++) {
		size_t len = piece_pages(&d->piece[i]) * MEM_PAGE;

		if (remote_read(d->task->remote, d->piece[i].start, data, len) < 0)
			return fail_read(d->task);
		data += len;
	}
	return 0;
}

static int is_zero(const uint8_t *page)
{
	const uint64_t *p = (const uint64_t *)page;

	for (size_t i = 0; i < MEM_PAGE / sizeof(*p); i += 4)
		if (p[i] | p[i + 1] | p[i + 2] | p[i + 3])
			return 0;
	return 1;
}

/* Anonymous memory comes back as zeros by itself; a file's private page would come back as the file's. */
static void take_pages(struct dumper *d, const struct mem_run *piece, const uint8_t *from)
{
	for (uint64_t at = piece->start; at < piece->end; at += MEM_PAGE, from += MEM_PAGE) {
		uint8_t *to = d->chunk->data + (1 + d->pages) * MEM_PAGE;

		if (piece->vma->type == VMA_ANON && is_zero(from))
			continue;
		if (to != from)
			memcpy(to, from, MEM_PAGE);
		add_to_run(d, piece, at, at + MEM_PAGE);
		d->pages++;
	}
}

static int flush_pieces(struct dumper *d)
{
	uint8_t *data = d->chunk->data + (1 + d->pages) * MEM_PAGE;

	if (read_pieces(d, data) < 0)
		return -1;
	for (size_t i = 0; i < d->npieces; i++) {
		const struct mem_run *piece = &d->piece[i];

		if (piece->parent)
			add_to_run(d, piece, piece->start, piece->end);
		else
			take_pages(d, piece, data);
		data += piece_pages(piece) * MEM_PAGE;
	}
	d->bytes += d->wanted * MEM_PAGE;
	d->npieces = d->wanted = 0;
	d->shares = 0;
	return 0;
}

static int close_chunk(struct dumper *d)
{
	struct image_chunk *c = d->chunk;

	if (!c)
		return 0;
	if (flush_pieces(d) < 0)
		return -1;
	write_line(d);
	d->chunk = NULL;
	/* A chunk that turned out empty is kept for nothing else: there is no way to hand it back but to put it. */
	c->data[d->head] = '\n';
	memset(c->data + d->head + 1, 0, MEM_PAGE - d->head - 1);
	c->len = (1 + d->pages) * MEM_PAGE;
	snprintf(c->name, sizeof(c->name), "pages/%llu/%06u", (unsigned long long)d->task->mm->id, d->number++);
	if (image_chunk_put(d->writer, c) < 0)
		return -1;
	if (d->progress)
		d->progress(d->ctx, d->bytes);
	return 0;
}

/* How many pages the open chunk still takes. Zeros in between may make a line of each; the run in hand and the end need one, too. */
static size_t room(const struct dumper *d)
{
	size_t lines = (MEM_PAGE - d->head) / LINE_SIZE, used = d->wanted + d->npieces + 2, pages = DATA_PAGES - d->pages - d->wanted;

	if (lines <= used)
		return 0;
	return lines - used < pages ? lines - used : pages;
}

static int make_room(struct dumper *d)
{
	if (d->chunk && !room(d) && flush_pieces(d) < 0)
		return -1;
	if (d->chunk && !room(d) && close_chunk(d) < 0)
		return -1;
	if (d->chunk)
		return 0;
	d->chunk = image_chunk_get(d->writer);
	d->head = d->pages = 0;
	d->run.start = d->run.end = 0;
	return d->chunk ? 0 : -1;
}

static int dump_run(struct dumper *d, const struct mem_run *run)
{
	uint64_t at = run->start, n;

	do {
		if (make_room(d) < 0)
			return -1;
		n = (run->end - at) / MEM_PAGE;
		if (!run->parent && n > room(d))
			n = room(d);
		d->piece[d->npieces++] = (struct mem_run){ run->vma, at, at + n * MEM_PAGE, run->parent };
		d->wanted += run->parent ? 0 : n;
		d->shares |= run->vma->shares;
		at += n * MEM_PAGE;
	} while (at < run->end);
	return 0;
}

static int dump_task(struct dumper *d, struct mem_walk *w, struct task *t)
{
	struct mem_run run;
	int ret;

	d->task = t;
	d->fast = d->model->ntasks == 1 && !t->threads[0].zombie;
	d->number = 0;
	if (mem_walk_begin(w, t) < 0)
		return -1;
	while ((ret = mem_walk_next(w, &run)) > 0) {
		/* Found to be shared only now, since reading the parent's page brought it back from swap: the image tells of none in this mapping. */
		if (!run.vma->parent_pages)
			run.parent = 0;
		if (dump_run(d, &run) < 0) {
			ret = -1;
			break;
		}
	}
	return ret < 0 ? -1 : close_chunk(d);
}

int mem_dump_pages(struct model *m, struct image_writer *w, void (*progress)(void *ctx, uint64_t bytes), void *ctx)
{
	struct dumper d = { .model = m, .writer = w, .progress = progress, .ctx = ctx };
	struct mem_walk *walk = mem_walk_new();
	int ret = walk ? 0 : -1;

	for (size_t i = 0; !ret && i < m->ntasks; i++)
		if (m->tasks[i]->mm)
			ret = dump_task(&d, walk, m->tasks[i]);
	mem_walk_free(walk);
	return ret;
}
