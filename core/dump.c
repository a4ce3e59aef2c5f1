/*
 * dump.c - the phases of a dump.
 *
 * Until "end the tree" nothing has happened to the tree that letting it go would not undo; and the tree is ended only after its image
 * was read again, synced (with the files that the tree writes to) and has its name. One that is to run on (-R) does so as soon as all
 * of it was read. Our death at any moment lets the tree run on (see remote.h).
 */
#include "core/base/io.h"
#include "core/dump.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/mem/mem.h"
#include "core/outfile.h"
#include "core/progress.h"
#include "core/tree.h"

#define MUCH (8u << 20)			/* bytes of pages: below that a thread is not worth it, and all is over in a moment */

struct dump {
	const struct dump_options *options;
	struct model model;
	struct scan scan;
	struct tree tree;
	struct outfile out;
	struct image_writer *writer;
	struct dump_check *sections;	/* reads them again; NULL */
	struct image_check *check;	/* reads what is written, if that is much; NULL */
	struct progress progress;
	int asked;			/* the tasks themselves were */
	uint64_t bytes;			/* of pages that are not another's; once they are counted */
};

static int create_image(void *ctx)
{
	struct dump *d = ctx;

	return outfile_open(&d->out, d->options->image);
}

/* Keeps the error that is recorded: that the check fails then is no news. */
static void free_writer(struct dump *d)
{
	struct err_record why;

	if (d->check) {
		err_keep(&why);
		image_writer_stop(d->writer);
		image_check_end(d->check);
		err_restore(&why);
	}
	d->check = NULL;
	image_writer_free(d->writer);
	d->writer = NULL;
}

static void discard_image(void *ctx)
{
	struct dump *d = ctx;

	free_writer(d);
	outfile_discard(&d->out);
}

/* A tree that cannot be stopped is looked at as it runs: the report then names the feature, where it is one. */
static void name_refusal(struct dump *d)
{
	struct scan s = { .model = &d->model, .report = d->scan.report };
	struct err_record why;

	if (err_status() != STATUS_REFUSED)
		return;
	err_keep(&why);
	scan_tree(&s, d->options->pid);
	err_restore(&why);
}

static int seize(void *ctx)
{
	struct dump *d = ctx;
	int ret = tree_seize(&d->tree, d->options->pid);

	if (ret < 0)
		name_refusal(d);
	return ret;
}

static void let_go(void *ctx)
{
	struct dump *d = ctx;

	tree_release(&d->tree);
}

static int refuse_if_found(const struct dump *d)
{
	size_t n = report_features(d->scan.report);

	return n ? fail_refused("%d cannot be checkpointed: %zu %s refused", d->options->pid, n, n == 1 ? "feature" : "features") : 0;
}

static int scan_frozen(void *ctx)
{
	struct dump *d = ctx;

	if (scan_tree(&d->scan, d->options->pid) < 0)
		return -1;
	return refuse_if_found(d);
}

static int open_tree(void *ctx)
{
	struct dump *d = ctx;

	return tree_open(&d->tree);
}

static int capture(void *ctx)
{
	struct dump *d = ctx;

	d->asked = 1;
	return scan_capture(&d->scan) < 0 ? -1 : refuse_if_found(d);
}

static int count_pages(void *ctx)
{
	struct dump *d = ctx;

	if (mem_identify_all(&d->model) < 0 || mem_count(&d->model) < 0)
		return -1;
	d->bytes = mem_bytes(&d->model);
	return 0;
}

/* A stub in its own text would be in the image; and who is stopped cannot find home before it is continued. */
static int has_to_be_left(const struct task *t)
{
	return t->remote && (t->remote->in_text || !strcmp(t->run, "stopped"));
}

/* In a moment. Until then it finds home by itself if we die; who is to run on for longer is rid of all that is ours before. */
static int ends_soon(const struct dump *d)
{
	for (size_t i = 0; i < d->model.ntasks; i++)
		if (has_to_be_left(d->model.tasks[i]))
			return 0;
	return d->options->after == DUMP_KILL && !d->out.is_stdout && d->bytes <= MUCH;
}

/* The image holds the tree and nothing of ours, whether that is still there or not: the model knows no scratch. */
static int close_tree(void *ctx)
{
	struct dump *d = ctx;

	return ends_soon(d) ? 0 : tree_close(&d->tree);
}

static int write_sections(void *ctx)
{
	struct dump *d = ctx;

	if (dump_fill_header(&d->model, d->options, d->scan.report) < 0)
		return -1;
	d->writer = image_writer_new(d->out.fd, d->options->compress, 0);
	return d->writer ? dump_write_sections(&d->model, d->writer, &d->sections) : -1;
}

/* ---- bulk of files ---- */

struct bulk {
	struct image_writer *writer;
	const struct file *file;
	unsigned number;
};

static int put_bulk(void *ctx, const void *data, size_t len)
{
	struct bulk *b = ctx;

	while (len) {
		struct image_chunk *c = image_chunk_get(b->writer);
		size_t n = len < IMAGE_CHUNK ? len : IMAGE_CHUNK;

		if (!c)
			return -1;
		snprintf(c->name, sizeof(c->name), "files/%u/%06u", b->file->id, b->number++);
		memcpy(c->data, data, n);
		c->len = n;
		if (image_chunk_put(b->writer, c) < 0)
			return -1;
		data = (const char *)data + n;
		len -= n;
	}
	return 0;
}

static int write_files(void *ctx)
{
	struct dump *d = ctx;

	for (size_t i = 0; i < d->model.nfiles; i++) {
		struct file *f = d->model.files[i];
		struct bulk b = { d->writer, f, 0 };

		if (f->kind->dump_bulk && f->kind->dump_bulk(f, put_bulk, &b) < 0)
			return fail_context("pid %d fd %d", f->pid, f->fd);
	}
	return 0;
}

static int write_pages(void *ctx)
{
	struct dump *d = ctx;

	if (d->bytes > MUCH && !d->out.is_stdout && !(d->check = image_check_new(d->writer, d->out.fd)))
		err_clear();			/* it will be read afterwards */
	progress_start(&d->progress, d->options->progress, "dump", d->bytes);
	return mem_dump_pages(&d->model, d->writer, progress_show, &d->progress);
}

/* Everything has been read. A tree that is to run on need not wait for its image. */
static int resume(void *ctx)
{
	struct dump *d = ctx;

	if (d->options->after != DUMP_RUN)
		return 0;
	model_close_files(&d->model);
	tree_release(&d->tree);
	return 0;
}

/* Whoever reads a stream has the image once its seal is out; a file may be withdrawn until the tree is ended. */
static int seal(void *ctx)
{
	struct dump *d = ctx;
	struct dump_check *sections = d->sections;

	progress_end(&d->progress);
	d->sections = NULL;
	if (dump_check_end(sections) < 0 || (d->out.is_stdout && dump_look_again(&d->model, d->options) < 0))
		return -1;
	return image_writer_finish(d->writer);
}

/* What the disk will be asked for is what was written: every member is read again and held against the seal. */
static int reread(void *ctx)
{
	struct dump *d = ctx;
	struct image_member m;
	struct image_reader *r;
	int ret;

	if (d->out.is_stdout)
		return 0;
	if (d->check) {
		ret = image_check_end(d->check);
		d->check = NULL;
		return ret < 0 ? fail_plain("the image just written does not read back: %s", err_text()) : 0;
	}
	if (lseek(d->out.fd, 0, SEEK_SET) < 0)
		return fail("read %s again", d->options->image);
	free_writer(d);			/* its memory serves again */
	r = image_reader_new(d->out.fd);
	if (!r)
		return -1;
	image_reader_blind(r);
	do
		ret = image_read_next(r, &m);
	while (ret > 0);
	image_reader_free(r);
	return ret < 0 ? fail_plain("the image just written does not read back: %s", err_text()) : 0;
}

/* After a crash of the machine the image would be refused without what the tree has written. */
static int sync_files(const struct model *m)
{
	for (size_t i = 0; i < m->nfiles; i++) {
		const struct file *f = m->files[i];

		if (f->kind->sync && f->kind->sync(f) < 0)
			return -1;
	}
	return mem_sync_files(m);
}

static int publish(void *ctx)
{
	struct dump *d = ctx;

	if (d->options->after == DUMP_KILL && sync_files(&d->model) < 0)
		return -1;
	return outfile_publish(&d->out);
}

static void withdraw(void *ctx)
{
	struct dump *d = ctx;

	outfile_withdraw(&d->out);
}

static int end_tree(void *ctx)
{
	struct dump *d = ctx;

	if (!d->out.is_stdout && dump_look_again(&d->model, d->options) < 0)
		return -1;
	model_close_files(&d->model);
	if (d->options->after == DUMP_KILL) {
		tree_kill_begin(&d->tree);
		mem_release(&d->model);
		tree_kill(&d->tree);
	} else {
		tree_release_stopped(&d->tree);
	}
	return 0;
}

const struct phase dump_phases[] = {
	{ "create image", create_image, discard_image },
	{ "seize tree", seize, let_go },
	{ "scan", scan_frozen, NULL },
	{ "enter tree", open_tree, NULL },
	{ "capture", capture, NULL },
	{ "count pages", count_pages, NULL },
	{ "leave tree", close_tree, NULL },
	{ "write sections", write_sections, NULL },
	{ "write files", write_files, NULL },
	{ "write pages", write_pages, NULL },
	{ "resume", resume, NULL },
	{ "seal", seal, NULL },
	{ "read again", reread, NULL },
	{ "publish", publish, withdraw },
	{ "end the tree", end_tree, NULL },
	{ NULL, NULL, NULL }
};

static void begin(struct dump *d, const struct dump_options *options, struct report *report)
{
	*d = (struct dump) { .options = options, .out.fd = -1 };
	d->scan = (struct scan) { .model = &d->model, .report = report, .frozen = 1, .remote_of = tree_find, .remote_ctx = &d->tree };
}

int dump_run(const struct dump_options *options, struct report *report)
{
	struct dump d;
	int ret;

	begin(&d, options, report);
	ret = phases_run(dump_phases, &d, options->verbose);
	dump_check_drop(d.sections);
	free_writer(&d);
	outfile_discard(&d.out);
	model_free(&d.model);
	return ret;
}

/* The same phases, up to the point where nothing more is to be asked. */
static const struct phase look_phases[] = {
	{ "seize tree", seize, let_go },
	{ "scan", scan_frozen, NULL },
	{ "enter tree", open_tree, NULL },
	{ "capture", capture, NULL },
	{ "leave tree", close_tree, NULL },
	{ NULL, NULL, NULL }
};

int dump_look(pid_t pid, struct model *model, struct report *report, int *asked)
{
	struct dump_options options = { .pid = pid, .after = DUMP_RUN };
	struct dump d;
	int ret;

	begin(&d, &options, report);
	d.scan.model = model;
	ret = phases_run(look_phases, &d, 0);
	*asked = d.asked;
	if (ret == 0)
		tree_release(&d.tree);
	else if (report->refused) {
		err_clear();
		/* Refused before the tree was looked at: what is seen from outside is said as well. */
		ret = model->ntasks ? 0 : scan_tree(&(struct scan) { .model = model, .report = report }, pid);
	}
	return ret;
}
