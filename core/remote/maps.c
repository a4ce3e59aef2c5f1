/*
 * maps.c - the little that has to be known of an address space: a hole for the scratch, zero bytes for the stub.
 *
 *	7ffd1c5f2000-7ffd1c5f4000 r-xp 00000000 00:00 0                          [vdso]
 *
 * The stub stands in the tail of the vdso: all of its code is there before a thread is sent into it, and no page of the
 * program is written to. Without a vdso the zero bytes behind any program text serve as well. See proc_pid_maps(5).
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/base/err.h"
#include "core/remote/internal.h"

#define TAIL_MAX 16384			/* bytes looked at, at the end of a mapping */
#define GAP_LOW 0x10000			/* mmap_min_addr is not above this */
#define GAP_ENOUGH (1ull << 40)		/* no larger one is looked for */
#define MANY 256			/* mappings: to look for the vdso alone costs more than the rest of so many */

struct each {
	remote_map_fn *each;
	void *ctx;
	int ret;			/* of EACH */
};

static int take_piece(void *ctx, const char *text)
{
	struct each *e = ctx;
	struct arena a = { 0 };
	struct arena_mark mark = arena_mark(&a);
	struct proc_map map;
	int more = 1;

	while (!e->ret && (more = proc_maps_next(&a, &text, &map)) > 0) {
		e->ret = e->each(e->ctx, &map);
		arena_rewind(&a, mark);
	}
	arena_free(&a);
	return more < 0 ? -1 : e->ret;
}

int remote_each_map(struct remote_process *p, remote_map_fn *each, void *ctx)
{
	struct remote_thread *t = process_runnable(p);
	struct each e = { each, ctx, 0 };
	char path[64];
	int ret;

	if (!t)
		return -1;
	snprintf(path, sizeof(path), "/proc/%d/maps", t->tid);
	ret = proc_each_piece(AT_FDCWD, path, NULL, take_piece, &e);
	return ret > 0 && !e.ret ? fail_plain("%s is not there", path) : ret;
}

struct look {
	struct remote_process *p;
	struct survey *s;
	uint64_t before;		/* end of the mapping before */
	int vdso_only;
	unsigned n;
};

/* The stub of a killed run, at the end of MAP? */
static void look_for_leftover(struct survey *s, const uint8_t *tail, size_t len, uint64_t at)
{
	struct stub_ctl ctl;

	for (size_t i = 0; i + sizeof(ctl) <= len; i += 64) {
		memcpy(&ctl, tail + i, sizeof(ctl));
		if (ctl.magic != STUB_MAGIC || ctl.offset > i || ctl.offset % 64 || ctl.size > len - (i - ctl.offset))
			continue;
		s->left = at + i - ctl.offset;
		s->left_ctl = ctl;
		return;
	}
}

static void look_at_tail(struct look *l, const uint8_t *tail, size_t len, uint64_t at)
{
	size_t used, start;

	look_for_leftover(l->s, tail, len, at);
	if (l->s->left)
		return;
	for (used = len; used > 0 && !tail[used - 1]; used--)
		;
	start = (used + 64 + 63) & ~(size_t)63;		/* the text may end in zero bytes of its own */
	if (start + STUB_SIZE <= len)
		l->s->stub = at + start;
}

static void look_at_map(struct look *l, uint64_t start, uint64_t end)
{
	size_t len = end - start < TAIL_MAX ? end - start : TAIL_MAX;
	uint8_t *tail = malloc(len);

	/* Text behind the end of its file: SIGBUS for others, EIO here. */
	if (tail && remote_read(l->p, end - len, tail, len) >= 0)
		look_at_tail(l, tail, len, end - len);
	else
		err_clear();
	free(tail);
}

/* Of many mappings the first ones may do: behind the program there is a hole that is large enough, and the vdso is found without the others. */
static int is_enough(struct look *l)
{
	uint64_t start, end;

	if (l->n++ != MANY || l->s->gap_size < GAP_ENOUGH || !l->vdso_only || proc_vdso(process_runnable(l->p)->tid, &start, &end) < 0)
		return 0;
	look_at_map(l, start, end);
	return l->s->stub || l->s->left;
}

static int survey_one(void *ctx, const struct proc_map *map)
{
	struct look *l = ctx;
	int is_vdso = !strcmp(map->path, "[vdso]"), prot = map->prot & (PROT_READ | PROT_EXEC);

	if (map->start <= ARCH_TASK_END && map->start > l->before && map->start - l->before > l->s->gap_size) {
		l->s->gap = l->before;
		l->s->gap_size = map->start - l->before;
	}
	if (map->end > l->before)
		l->before = map->end;
	if (!l->s->stub && !l->s->left && prot == (PROT_READ | PROT_EXEC) && !map->shared && is_vdso == l->vdso_only &&
	    (is_vdso || map->path[0] == '/'))
		look_at_map(l, map->start, map->end);
	return is_enough(l);
}

int remote_survey(struct remote_process *p, struct survey *out)
{
	memset(out, 0, sizeof(*out));
	for (int vdso_only = 1; vdso_only >= 0; vdso_only--) {
		struct look l = { p, out, GAP_LOW, vdso_only, 0 };

		out->gap_size = 0;
		p->in_text = !vdso_only;
		if (remote_each_map(p, survey_one, &l) < 0)
			return -1;
		if (out->stub || out->left)
			break;
	}
	return 0;
}
