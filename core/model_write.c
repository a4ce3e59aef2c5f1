/*
 * model_write.c - the model as the text sections of an image (see model_text.c), in pieces: all of it at once, of ten thousand threads, would
 * be several times as large as the model.
 */
#include <string.h>

#include "core/unit.h"
#include "image/record.h"

#define PIECE (1 << 20)

struct writing {
	const struct model *m;
	struct buf text;
	struct record_seen seen;
	model_take_fn *take;
	void *ctx;
};

static int hand_over(struct writing *w, int last)
{
	int ret = buf_check(&w->text) < 0 ? -1 : w->take(w->ctx, &w->text, last);

	buf_clear(&w->text);
	return ret;
}

static int end_record(struct writing *w)
{
	record_end(&w->text);
	return w->text.len < PIECE ? 0 : hand_over(w, 0);
}

/* KEY: whose it is. */
static int write_record(struct writing *w, const char *kind, const char *key, uint64_t owner, const struct field *fields, const void *object)
{
	record_begin(&w->text, kind);
	if (key)
		record_put_u64(&w->text, key, owner);
	record_put_fields(&w->text, &w->seen, fields, object);
	return end_record(w);
}

static int write_header(struct writing *w)
{
	return write_record(w, "image", NULL, 0, header_fields, &w->m->header);
}

static int write_states(struct writing *w, const struct state *states, enum scope scope, const char *key, pid_t owner)
{
	for (int k = 0; task_kinds[k]; k++) {
		const struct task_kind *kind = task_kinds[k];
		const struct state *st = &states[task_kind_slot(k)];

		for (size_t i = 0; kind->scope == scope && i < st->n; i++)
			if (write_record(w, kind->name, key, (uint64_t)owner, kind->fields, (const char *)st->items + i * kind->size) < 0)
				return -1;
	}
	return 0;
}

static int write_task(struct writing *w, const struct task *t)
{
	if (write_record(w, "task", NULL, 0, task_fields, t) < 0)
		return -1;
	for (size_t j = 0; j < t->nthreads; j++)
		if (write_record(w, "thread", "pid", (uint64_t)t->pid, thread_fields, &t->threads[j]) < 0)
			return -1;
	if (write_states(w, t->state, PER_TASK, "pid", t->pid) < 0)
		return -1;
	for (size_t j = 0; j < t->nthreads; j++)
		if (write_states(w, t->threads[j].state, PER_THREAD, "tid", t->threads[j].tid) < 0)
			return -1;
	return 0;
}

static int write_tasks(struct writing *w)
{
	for (size_t i = 0; i < w->m->ntasks; i++)
		if (write_task(w, w->m->tasks[i]) < 0)
			return -1;
	return 0;
}

static int write_mm(struct writing *w, const struct task *t)
{
	if (write_record(w, "mm", "pid", (uint64_t)t->pid, mm_fields, t->mm) < 0)
		return -1;
	for (size_t j = 0; j < t->mm->nvmas; j++)
		if (write_record(w, "vma", "pid", (uint64_t)t->pid, vma_fields, &t->mm->vmas[j]) < 0)
			return -1;
	return 0;
}

static int write_memory(struct writing *w)
{
	for (size_t i = 0; i < w->m->nmapped; i++)
		if (write_record(w, "mapped", "id", i, mapped_fields, w->m->mapped[i]) < 0)
			return -1;
	for (size_t i = 0; i < w->m->ntasks; i++)
		if (w->m->tasks[i]->mm && write_mm(w, w->m->tasks[i]) < 0)
			return -1;
	return 0;
}

static int write_file(struct writing *w, const struct file *f)
{
	record_begin(&w->text, f->kind->name);
	record_put_fields(&w->text, &w->seen, file_fields, f);
	record_put_fields(&w->text, &w->seen, f->kind->fields, f->state);
	return end_record(w);
}

static int write_files(struct writing *w)
{
	for (size_t i = 0; i < w->m->nfiles; i++)
		if (write_file(w, w->m->files[i]) < 0)
			return -1;
	for (size_t i = 0; i < w->m->ntasks; i++) {
		const struct task *t = w->m->tasks[i];

		for (size_t j = 0; j < t->nfds; j++)
			if (write_record(w, "fd", "pid", (uint64_t)t->pid, fd_fields, &t->fds[j]) < 0)
				return -1;
	}
	return 0;
}

const char *const model_sections[] = { "header", "tasks", "memory", "files", NULL };
static int (*const writers[])(struct writing *w) = { write_header, write_tasks, write_memory, write_files };

int model_write_section(const struct model *m, unsigned section, model_take_fn *take, void *ctx)
{
	struct writing w = { .m = m, .take = take, .ctx = ctx };
	int ret;

	buf_puts(&w.text, "");
	ret = writers[section](&w);
	if (ret == 0)
		ret = hand_over(&w, 1);
	buf_free(&w.text);
	return ret;
}
