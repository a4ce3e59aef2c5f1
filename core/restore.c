/*
 * restore.c - the phases of a restore.
 *
 * Until "release" every task of the new tree stands stopped and dies with us (PTRACE_O_EXITKILL). Nothing is released before the seal of
 * the image was read and held, and before the rebuilt tree was scanned like any other and compared with the image, field by field.
 */
#include "core/restore.h"

#include <string.h>
#include <unistd.h>

#include "core/base/bind.h"
#include "core/mem/mem.h"
#include "core/verify.h"

static int read_image(void *ctx)
{
	return restore_read(ctx);
}

static int preflight(void *ctx)
{
	return restore_preflight(ctx);
}

static int open_files(void *ctx)
{
	return restore_open_files(ctx);
}

static int load_files(void *ctx)
{
	return restore_load_files(ctx);
}

static int free_tree(const struct tree *tree)
{
	int ret = bind_free(0);

	for (size_t i = 0; !ret && i < tree->n; i++)
		for (size_t j = 0; !ret && j < tree->v[i]->nthreads; j++)
			ret = bind_free(tree->v[i]->threads[j].tid);
	bind_end();
	return ret;
}

static int make_tree(void *ctx)
{
	struct restore *r = ctx;
	int ret;

	progress_start(&r->progress, r->options->progress, "restore", mem_bytes(&r->model));
	bind_begin();
	ret = restore_make(r) < 0 ? -1 : free_tree(&r->tree);
	progress_end(&r->progress);
	return ret;
}

static void kill_tree(void *ctx)
{
	struct restore *r = ctx;

	tree_kill(&r->tree);
}

static int set_groups(void *ctx)
{
	return restore_groups(ctx);
}

static int make_tables(void *ctx)
{
	struct restore *r = ctx;

	if (restore_tables(r) < 0)
		return -1;
	model_close_files(&r->model);
	return 0;
}

static int set_state(void *ctx)
{
	struct restore *r = ctx;

	if (tasks_rebuild(&r->rebuild) < 0)
		return -1;
	for (size_t i = 0; i < r->model.ntasks; i++) {
		struct task *t = r->model.tasks[i];

		if (t->mm && t->threads[0].zombie && remote_end_leader(t->remote, t->exit_code) < 0)
			return -1;
	}
	return 0;
}

/* A stop takes effect at the release only: until then the tree cannot differ in it. */
static void take_over_stops(const struct model *image, struct model *rebuilt)
{
	for (size_t i = 0; i < rebuilt->ntasks; i++) {
		const struct task *t = model_task(image, rebuilt->tasks[i]->pid);

		if (t && !strcmp(t->run, "stopped") && !strcmp(rebuilt->tasks[i]->run, "running")) {
			rebuilt->tasks[i]->run = t->run;
			rebuilt->tasks[i]->stop_reported = t->stop_reported;
		}
	}
}

static int compare_with(struct restore *r, struct model *rebuilt)
{
	struct report report = { .arena = &rebuilt->arena };
	struct scan s = { .model = rebuilt, .report = &report, .frozen = 1, .remote_of = tree_find, .remote_ctx = &r->tree };

	if (scan_tree(&s, r->model.header.root) < 0 || scan_capture(&s) < 0)
		return fail_context("looking at the rebuilt tree");
	for (size_t i = 0; i < report.n; i++)
		if (report.findings[i].verdict == FINDING_REFUSED)
			return fail_plain("the rebuilt tree could not be checkpointed again: %s of %d: %s %s", report.findings[i].id,
					  report.findings[i].pid, report.findings[i].object, report.findings[i].meaning);
	take_over_stops(&r->model, rebuilt);
	return verify_models(&r->model, rebuilt);
}

static int verify(void *ctx)
{
	struct restore *r = ctx;
	struct model rebuilt = { .like = &r->model };
	int ret = compare_with(r, &rebuilt);

	model_free(&rebuilt);
	return ret;
}

static int start_clocks(void *ctx)
{
	struct restore *r = ctx;

	for (size_t i = 0; i < r->model.ntasks; i++)
		if (r->model.tasks[i]->mm && tasks_start(r->model.tasks[i]) < 0)
			return fail_context("process %d", r->model.tasks[i]->pid);
	return 0;
}

static struct remote_finish finish_of(const struct task *t)
{
	for (size_t i = 0; i < t->mm->nvmas; i++)
		if (t->mm->vmas[i].type == VMA_VDSO)
			return (struct remote_finish){ t->remote, t->mm->vmas[i].start, t->mm->vmas[i].end };
	return (struct remote_finish){ .process = t->remote };
}

static int is_stopped(const struct task *t)
{
	return !strcmp(t->run, "stopped");
}

/*
 * A parent takes note of its child's stop as long as calls can be run in it: the leaves go first. And not at the release: a signal that waits
 * in the child would be taken before the stop is.
 */
static int leave_stopped(struct model *m)
{
	for (size_t i = m->ntasks; i-- > 0;) {
		struct task *t = m->tasks[i];
		struct remote_finish last;

		if (!t->mm || !is_stopped(t))
			continue;
		last = finish_of(t);
		if (remote_finish_newborns(&last, 1) < 0)
			return -1;
		if (restore_stop(t) < 0)
			return fail_context("process %d", t->pid);
	}
	return 0;
}

#define AT_ONCE 32			/* processes that run their last call side by side */

static int leave_tree(void *ctx)
{
	struct restore *r = ctx;
	struct remote_finish v[AT_ONCE];
	size_t n = 0;

	if (leave_stopped(&r->model) < 0)
		return -1;
	for (size_t i = 0; i < r->model.ntasks; i++) {
		const struct task *t = r->model.tasks[i];

		if (!t->mm || is_stopped(t))
			continue;
		v[n++] = finish_of(t);
		if (n < AT_ONCE)
			continue;
		if (remote_finish_newborns(v, n) < 0)
			return -1;
		n = 0;
	}
	return remote_finish_newborns(v, n);
}

/* Whose group was in the foreground of its terminal; where that was none of the tree, the root is. */
static pid_t in_front(const struct model *m)
{
	size_t i = m->ntasks;

	while (--i && !m->tasks[i]->foreground)
		;
	return m->tasks[i]->pid;
}

/* From the root down would let a parent see children that are still held: the leaves go first. */
static int release(void *ctx)
{
	struct restore *r = ctx;

	if (r->options->ready && r->options->ready(r->options->ctx, in_front(&r->model)) < 0)
		return -1;
	for (size_t i = r->tree.n; i-- > 0;) {
		remote_release(r->tree.v[i]);
		r->tree.n = i;
	}
	tree_release(&r->tree);
	return 0;
}

const struct phase restore_phases[] = {
	{ "read image", read_image, NULL },
	{ "preflight", preflight, NULL },
	{ "open files", open_files, NULL },
	{ "load files", load_files, NULL },
	{ "make tree", make_tree, kill_tree },
	{ "set groups", set_groups, NULL },
	{ "make descriptor tables", make_tables, NULL },
	{ "set state", set_state, NULL },
	{ "verify", verify, NULL },
	{ "start clocks", start_clocks, NULL },
	{ "leave tree", leave_tree, NULL },
	{ "release", release, NULL },
	{ NULL, NULL, NULL }
};

static void begin(struct restore *r, const struct restore_options *options, struct report *report, int terminal)
{
	*r = (struct restore) { .options = options, .image_fd = -1 };
	r->rebuild = (struct rebuild) { .model = &r->model, .report = report, .terminal = terminal, .detach = options->detach };
}

static void end(struct restore *r)
{
	image_reader_free(r->reader);
	if (r->image_fd >= 0)
		close(r->image_fd);
	model_free(&r->model);
}

int restore_run(const struct restore_options *options, struct report *report, int terminal, pid_t *root)
{
	struct restore r;
	int ret;

	begin(&r, options, report, terminal);
	ret = phases_run(restore_phases, &r, options->verbose);
	*root = r.model.header.root;
	end(&r);
	return ret;
}

static int read_to_the_seal(struct restore *r)
{
	int more;

	do
		more = restore_next(r);
	while (more > 0);
	return more;
}

int restore_look(const struct restore_options *options, struct report *report, int terminal)
{
	struct restore r;
	int ret;

	begin(&r, options, report, terminal);
	ret = restore_read(&r);
	if (ret == 0)
		ret = restore_preflight(&r);
	/* The bulk has to be sound, too, whatever else is in the way: a restore would read it up to the seal. */
	if (ret == 0 || err_status() == STATUS_REFUSED) {
		int more = read_to_the_seal(&r);

		ret = more < 0 ? more : ret;
	}
	end(&r);
	return ret;
}
