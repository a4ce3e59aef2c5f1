/*
 * model_text.c - the model out of the text sections of an image. The other way: model_write.c.
 *
 *	tasks    task pid=41 ppid=0 ...     thread pid=41 tid=42 ...     signal pid=41 signo=2 handler=0x... ...
 *	memory   mapped path=/bin/sleep ... mm pid=41 brk=0x... ...      vma pid=41 start=0x... ...
 *	files    pipe id=3 flags=01 ...     fd pid=41 fd=1 file=3 ...
 *
 * The image is untrusted: see model_check.c for what is asked of a whole model.
 */
#include <stdlib.h>
#include <string.h>

#include "core/unit.h"
#include "image/image.h"
#include "image/record.h"

/* Records of one process stand together, so the task that a record names is nearly always the last one. */
static int take_task(struct model_reading *rd, struct record *r, struct task **out)
{
	uint64_t pid;

	if (record_take_u64(r, "pid", &pid) < 0)
		return -1;
	if (!rd->last || (uint64_t)rd->last->pid != pid) {
		rd->last = pid > INT32_MAX ? NULL : model_task(rd->m, (pid_t)pid);
		rd->threads_cap = rd->last ? rd->last->nthreads : 0;
	}
	if (!rd->last)
		return fail_image("there is no process %llu in this image", (unsigned long long)pid);
	*out = rd->last;
	return 0;
}

static int read_task(struct model_reading *rd, struct record *r)
{
	struct model *m = rd->m;
	struct task *t = arena_alloc(&m->arena, sizeof(*t));

	if (!t || !arena_grow(&m->arena, &m->tasks, m->ntasks, &m->tasks_cap, sizeof(*m->tasks)))
		return -1;
	t->pidfd = -1;
	model_place(m, t);
	if (record_take_fields(r, &m->arena, task_fields, t) < 0)
		return -1;
	if (t->pid <= 0 || model_task(m, t->pid))
		return fail_image("pid %d is not a pid, or stands here twice", t->pid);
	if (t->ppid) {
		t->parent = model_task(m, t->ppid);
		if (!t->parent)
			return fail_image("the parent of %d does not stand before it", t->pid);
	}
	m->tasks[m->ntasks++] = t;
	rd->last = t, rd->threads_cap = 0;
	return ids_add(&m->pids, &m->arena, t->pid, t, 0);
}

static int read_thread(struct model_reading *rd, struct record *r)
{
	struct task *t;
	struct thread *th;

	if (take_task(rd, r, &t) < 0)
		return -1;
	th = arena_grow(&rd->m->arena, &t->threads, t->nthreads, &rd->threads_cap, sizeof(*th));
	if (!th)
		return -1;
	th->task = t;
	if (record_take_fields(r, &rd->m->arena, thread_fields, th) < 0)
		return -1;
	return ids_add(&rd->tids, &rd->m->arena, th->tid, t, (uint32_t)t->nthreads++);
}

/* The last task, and the thread with the given tid among its own. */
static int take_owner(struct model_reading *rd, struct record *r, enum scope scope, struct thread **th)
{
	const struct id *found;
	struct task *t;
	uint64_t tid;

	if (scope == PER_TASK)
		return take_task(rd, r, &t);
	if (record_take_u64(r, "tid", &tid) < 0)
		return -1;
	found = tid > INT32_MAX ? NULL : ids_find(&rd->tids, (pid_t)tid);
	if (!found || found->task != rd->last)
		return fail_image("thread %llu is not of the process above", (unsigned long long)tid);
	*th = &rd->last->threads[found->index];
	return 0;
}

static int read_state(struct model_reading *rd, struct record *r)
{
	int k = task_kind_index(r->kind);
	const struct task_kind *kind = k < 0 ? NULL : task_kinds[k];
	struct arena *a = &rd->m->arena;
	struct thread *th = NULL;
	struct arena_mark mark;
	struct state *st;
	void *items;

	if (!kind)
		return fail_image("this cr knows no '%s': a newer image, or a unit that was not built in", r->kind);
	if (take_owner(rd, r, kind->scope, &th) < 0)
		return -1;
	st = state_of_kind(rd->last, th, k);
	if (st->n >= 1024)
		return fail_image("too many '%s' records", r->kind);
	/* Few records each: a copy per record is cheaper than a capacity in every state. */
	mark = arena_mark(a);
	items = arena_alloc(a, (st->n + 1) * kind->size);
	if (!items)
		return -1;
	if (st->n)
		memcpy(items, st->items, st->n * kind->size);
	st->items = items;
	if (record_take_fields(r, a, kind->fields, (char *)items + st->n++ * kind->size) < 0)
		return -1;
	state_share(a, mark, rd->last, th, k, NULL);
	return 0;
}

static int read_tasks(struct model_reading *rd, struct record *r)
{
	if (!strcmp(r->kind, "task"))
		return read_task(rd, r);
	if (!strcmp(r->kind, "thread"))
		return read_thread(rd, r);
	return read_state(rd, r);
}

static int read_mapped(struct model_reading *rd, struct record *r)
{
	struct model *m = rd->m;
	struct mapped_file *f = arena_alloc(&m->arena, sizeof(*f));
	uint64_t id;

	if (!f || !arena_grow(&m->arena, &m->mapped, m->nmapped, &m->mapped_cap, sizeof(*m->mapped)))
		return -1;
	f->local_fd = -1;
	if (record_take_u64(r, "id", &id) < 0)
		return -1;
	if (id != m->nmapped)
		return fail_image("mapped files are not numbered from 0 on");
	if (record_take_fields(r, &m->arena, mapped_fields, f) < 0)
		return -1;
	m->mapped[m->nmapped++] = f;
	return 0;
}

static int read_mm(struct model_reading *rd, struct record *r)
{
	struct task *t;

	if (take_task(rd, r, &t) < 0)
		return -1;
	if (t->mm)
		return fail_image("a second address space for %d", t->pid);
	return model_add_mm(rd->m, t) ? record_take_fields(r, &rd->m->arena, mm_fields, t->mm) : -1;
}

static int read_vma(struct model_reading *rd, struct record *r)
{
	struct task *t;
	struct vma *v;

	if (take_task(rd, r, &t) < 0)
		return -1;
	if (!t->mm)
		return fail_image("a mapping of %d before its address space", t->pid);
	v = arena_grow(&rd->m->arena, &t->mm->vmas, t->mm->nvmas, &t->mm->vmas_cap, sizeof(*v));
	if (!v)
		return -1;
	t->mm->nvmas++;
	return record_take_fields(r, &rd->m->arena, vma_fields, v);
}

static int read_memory(struct model_reading *rd, struct record *r)
{
	if (!strcmp(r->kind, "mapped"))
		return read_mapped(rd, r);
	if (!strcmp(r->kind, "mm"))
		return read_mm(rd, r);
	if (strcmp(r->kind, "vma"))
		return fail_image("this cr knows no '%s' in this section", r->kind);
	return read_vma(rd, r);
}

static int read_fd(struct model_reading *rd, struct record *r)
{
	struct task *t;
	struct fd *fd;

	if (take_task(rd, r, &t) < 0)
		return -1;
	fd = arena_grow(&rd->m->arena, &t->fds, t->nfds, &t->fds_cap, sizeof(*fd));
	if (!fd)
		return -1;
	t->nfds++;
	return record_take_fields(r, &rd->m->arena, fd_fields, fd);
}

static int read_file(struct model_reading *rd, struct record *r)
{
	struct model *m = rd->m;
	const struct file_kind *kind = file_kind_find(r->kind);
	struct file *f;

	if (!kind)
		return fail_image("this cr knows no kind of file '%s': a newer image, or a unit that was not built in", r->kind);
	f = arena_alloc(&m->arena, sizeof(*f));
	if (!f || !arena_grow(&m->arena, &m->files, m->nfiles, &m->files_cap, sizeof(*m->files)))
		return -1;
	f->kind = kind;
	f->local_fd = -1;
	f->text = "";
	f->state = arena_alloc(&m->arena, kind->size);
	if (!f->state || record_take_fields(r, &m->arena, file_fields, f) < 0 ||
	    record_take_fields(r, &m->arena, kind->fields, f->state) < 0)
		return -1;
	if (f->id != m->nfiles + 1)
		return fail_image("open files are not numbered from 1 on");
	m->files[m->nfiles++] = f;
	return 0;
}

static int read_files(struct model_reading *rd, struct record *r)
{
	return !strcmp(r->kind, "fd") ? read_fd(rd, r) : read_file(rd, r);
}

static int read_header(struct model_reading *rd, struct record *r)
{
	struct header *h = &rd->m->header;
	uint64_t format;

	if (strcmp(r->kind, "image") || h->format)
		return fail_image("the header is not one 'image' record");
	/* The number of the format stands first, so that a newer image is told apart from a damaged one. */
	if (r->npairs && !strcmp(r->pairs[0].key, "format") && strcmp(r->pairs[0].value, "1")) {
		if (record_take_u64(r, "format", &format) < 0)
			return -1;
		return fail_image("this image has format %llu, this cr knows format 1: use a newer cr", (unsigned long long)format);
	}
	return record_take_fields(r, &rd->m->arena, header_fields, h);
}

static const struct {
	const char *name;
	int (*read)(struct model_reading *rd, struct record *r);
} sections[] = {
	{ "header", read_header },
	{ "tasks", read_tasks },
	{ "memory", read_memory },
	{ "files", read_files },
};

int model_read_begin(struct model_reading *rd, struct model *m, const char *name)
{
	*rd = (struct model_reading){ .m = m, .name = name };
	for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++)
		if (!strcmp(sections[i].name, name))
			rd->read = sections[i].read;
	return rd->read ? 0 : fail_image("this cr knows no section '%s'", name);
}

int model_read_lines(struct model_reading *rd, char *text, size_t len)
{
	struct record r = { .seen = &rd->seen };

	if (strlen(text) != len)
		return fail_image("section %s holds a NUL byte", rd->name);
	while (*text) {
		char *end = strchr(text, '\n');

		if (!end)
			return fail_image("section %s does not end with a whole line", rd->name);
		*end = '\0';
		rd->line++;
		if (record_parse(&r, text) < 0 || rd->read(rd, &r) < 0 || record_done(&r) < 0)
			return fail_context("%s line %u", rd->name, rd->line);
		text = end + 1;
	}
	return 0;
}

int model_read_section(struct model *m, const char *name, char *text, size_t len)
{
	struct model_reading rd;

	return model_read_begin(&rd, m, name) < 0 ? -1 : model_read_lines(&rd, text, len);
}
