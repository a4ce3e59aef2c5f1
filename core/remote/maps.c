/*
 * maps.c - the little that has to be known of an address space: a hole for the scratch, zero bytes for the stub.
 *
 *	7ffd1c5f2000-7ffd1c5f4000 r-xp 00000000 00:00 0                          [vdso]
 *
 * The stub stands in the tail of the vdso: all of its code is there before a thread is sent into it, and no page of the
 * program is written to. Without a vdso the zero bytes behind any program text serve as well. See proc_pid_maps(5).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/io.h"
#include "core/proc/text.h"
#include "core/remote/internal.h"

#define TAIL_MAX 16384			/* bytes looked at, at the end of a mapping */
#define GAP_LOW 0x10000			/* mmap_min_addr is not above this */

/* " r-xp 00000000 00:00 0                 [vdso]": the rights into PERMS; returns the name behind three more columns. NULL: not that. */
static const char *take_columns(const char *p, char perms[5])
{
	if (*p != ' ' || strcspn(p + 1, " ") != 4)
		return NULL;
	memcpy(perms, p + 1, 4);
	perms[4] = '\0';
	p += 5;
	for (int i = 0; i < 3; i++) {
		p += strspn(p, " ");
		if (!*p)
			return NULL;
		p += strcspn(p, " ");
	}
	return p + strspn(p, " ");
}

int remote_each_map(struct remote_process *p, int (*each)(const struct remote_map *, void *), void *arg)
{
	struct remote_thread *t = process_runnable(p);
	cleanup_buf struct buf b = { 0 };
	char path[64], *line, *next;

	if (!t)
		return -1;
	snprintf(path, sizeof(path), "/proc/%d/maps", t->tid);
	if (io_read_file(AT_FDCWD, path, &b) < 0)
		return fail("read %s", path);
	for (line = b.p; line && *line; line = next) {
		struct remote_map map = { 0 };
		const char *p = line;
		int ret;

		next = strchr(line, '\n');
		if (next)
			*next++ = 0;
		if (text_u64(&p, 16, &map.start) || text_literal(&p, "-") || text_u64(&p, 16, &map.end) || map.end <= map.start ||
		    !(map.name = take_columns(p, map.perms)))
			return fail_plain("%s: a line that is not understood: %s", path, line);
		ret = each(&map, arg);
		if (ret)
			return ret;
	}
	return 0;
}

struct look {
	struct remote_process *p;
	struct survey *s;
	uint64_t before;		/* end of the mapping before */
	int vdso_only;
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

static void look_at_tail(struct look *l, const struct remote_map *map)
{
	size_t len = map->end - map->start < TAIL_MAX ? map->end - map->start : TAIL_MAX, used, start;
	uint8_t tail[TAIL_MAX];

	if (remote_read(l->p, map->end - len, tail, len) < 0) {
		err_clear();		/* text behind the end of its file: SIGBUS for others, EIO here */
		return;
	}
	look_for_leftover(l->s, tail, len, map->end - len);
	if (l->s->left)
		return;
	for (used = len; used > 0 && !tail[used - 1]; used--)
		;
	start = (used + 64 + 63) & ~(size_t)63;		/* the text may end in zero bytes of its own */
	if (start + STUB_SIZE <= len)
		l->s->stub = map->end - len + start;
}

static int survey_one(const struct remote_map *map, void *arg)
{
	struct look *l = arg;
	int is_vdso = !strcmp(map->name, "[vdso]");

	if (map->start <= ARCH_TASK_END && map->start > l->before && map->start - l->before > l->s->gap_size) {
		l->s->gap = l->before;
		l->s->gap_size = map->start - l->before;
	}
	if (map->end > l->before)
		l->before = map->end;
	if (!l->s->stub && !l->s->left && map->perms[0] == 'r' && map->perms[2] == 'x' && map->perms[3] == 'p' && is_vdso == l->vdso_only &&
	    (is_vdso || map->name[0] == '/'))
		look_at_tail(l, map);
	return 0;
}

int remote_survey(struct remote_process *p, struct survey *out)
{
	memset(out, 0, sizeof(*out));
	for (int vdso_only = 1; vdso_only >= 0; vdso_only--) {
		struct look l = { p, out, GAP_LOW, vdso_only };

		out->gap_size = 0;
		if (remote_each_map(p, survey_one, &l) < 0)
			return -1;
		if (out->stub || out->left)
			break;
	}
	return 0;
}
