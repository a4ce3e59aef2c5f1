/*
 * check_all.c - cr check --all: one line for each process tree of this machine, for somebody who plans to move it. See check.h.
 *
 * A tree begins at each child of process 1 (a service), at each leader of a session (a login, a daemon), and at each job of a shell: a
 * process group in a terminal. Each is judged with all below it, as cr check PID would. What is asked of all other processes is read once
 * for a whole pass over the trees; whoever is refused is looked at again in the next pass, with all of it read anew, because what comes and
 * goes is no reason.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "applets/applet.h"
#include "applets/check.h"
#include "applets/findings.h"
#include "core/base/io.h"
#include "core/look/outside.h"
#include "core/proc/proc.h"
#include "image/record.h"

#define PASSES 5

enum answer { ANSWER_YES, ANSWER_NO, ANSWER_UNKNOWN, ANSWER_GONE };

struct root {
	pid_t pid;
	enum answer answer;
	int sure;			/* two looks say the same */
	struct check_size size;
	struct finding first;		/* the first reason against it */
	char *why;			/* what failed; only where the answer is not known */
};

struct all {
	struct arena arena;
	struct root *v;
	size_t n, cap, own;		/* OWN: trees that hold cr itself */
};

/* ---- which trees ---- */

static int read_stat(pid_t pid, struct proc_stat *st)
{
	if (!proc_stat_of(pid, st))
		return 1;
	err_clear();
	return 0;
}

/* We ourselves, and whoever we are below of. */
static int holds_us(pid_t pid)
{
	struct proc_stat st = { .ppid = getpid() };

	for (int depth = 0; depth < 4096 && st.ppid > 0; depth++) {
		if (st.ppid == pid)
			return 1;
		if (!read_stat(st.ppid, &st))
			return 0;
	}
	return 0;
}

static int begins_tree(pid_t pid, const struct proc_stat *st)
{
	struct proc_stat parent;

	if (pid == 1 || st->flags & PROC_PF_KTHREAD || st->state == 'Z' || st->state == 'X')
		return 0;
	if (st->ppid <= 1 || pid == st->session || (st->tty_nr && pid == st->pgrp))
		return 1;
	return !read_stat(st->ppid, &parent);	/* its parent is of another pid namespace, or has just ended */
}

static int find_roots(struct all *a)
{
	cleanup_listing struct io_listing proc = io_list(AT_FDCWD, "/proc");
	const char *name;

	if (proc.fd < 0)
		return fail("open /proc");
	while ((name = io_next_name(&proc))) {
		pid_t pid = *name >= '1' && *name <= '9' ? (pid_t)atoi(name) : 0;
		struct proc_stat st;

		if (!pid || !read_stat(pid, &st) || !begins_tree(pid, &st))
			continue;
		if (holds_us(pid)) {
			a->own++;
			continue;
		}
		if (!arena_grow(&a->arena, &a->v, a->n, &a->cap, sizeof(*a->v)))
			return -1;
		a->v[a->n++] = (struct root) { .pid = pid };
	}
	return 0;
}

/* ---- looking at them ---- */

static int is_there(const struct report *r, const struct finding *f)
{
	const struct finding *g;
	size_t at = 0;

	while ((g = findings_next_refusal(r, &at)))
		if (findings_same(f, g))
			return 1;
	return 0;
}

static int keep_first(struct all *a, struct root *root, const struct finding *f)
{
	root->first = *f;
	root->first.id = arena_strdup(&a->arena, f->id);
	root->first.object = arena_strdup(&a->arena, f->object);
	root->first.meaning = arena_strdup(&a->arena, f->meaning);
	root->first.remedy = arena_strdup(&a->arena, f->remedy);
	return root->first.id && root->first.object && root->first.meaning && root->first.remedy ? 0 : -1;
}

static int judge(struct all *a, struct root *root, const struct model *m, const struct report *r)
{
	size_t at = 0;
	const struct finding *f = findings_next_refusal(r, &at);

	check_measure(m, &root->size);
	root->answer = f ? ANSWER_NO : ANSWER_YES;
	root->sure = !f || (root->first.id && is_there(r, &root->first));
	return f && !root->sure ? keep_first(a, root, f) : 0;
}

static int look_at(struct all *a, struct root *root, struct outside *outside)
{
	struct model m = { 0 };
	struct report report = { .arena = &m.arena };
	struct scan s = { .model = &m, .report = &report, .outside = outside };
	int ret = scan_tree(&s, root->pid);

	if (ret == 0) {
		ret = judge(a, root, &m, &report);
	} else if (err_status() == STATUS_REFUSED) {
		root->answer = ANSWER_GONE;
		root->sure = 1;
		ret = 0;
	} else {
		root->answer = ANSWER_UNKNOWN;
		root->why = arena_strdup(&a->arena, err_text());
		ret = root->why ? 0 : -1;
	}
	err_clear();
	model_free(&m);
	return ret;
}

static int look_at_all(struct all *a)
{
	for (int pass = 0; pass < PASSES; pass++) {
		struct outside outside;
		size_t left = 0;
		int ret = 0;

		outside_begin(&outside, 1);
		for (size_t i = 0; ret == 0 && i < a->n; i++)
			if (!a->v[i].sure) {
				ret = look_at(a, &a->v[i], &outside);
				left += !a->v[i].sure;
			}
		outside_end(&outside);
		if (ret < 0 || !left)
			return ret;
	}
	return 0;
}

/* ---- saying it ---- */

/* Who can, by number; then who cannot, by reason. */
static int by_answer(const void *x, const void *y)
{
	const struct root *a = x, *b = y;
	int order = (int)a->answer - (int)b->answer;

	if (!order && a->answer == ANSWER_NO)
		order = strcmp(a->first.id, b->first.id);
	return order ? order : (a->pid > b->pid) - (a->pid < b->pid);
}

static void put_root(struct buf *out, const struct root *root)
{
	static const char *const words[] = { "yes", "no", "unknown" };
	cleanup_buf struct buf command = { 0 };

	applet_text(&command, *root->size.command ? root->size.command : "?");
	buf_printf(out, "%-7s  %7d  %-15s  %4zu task%s  %6llu MiB", words[root->answer], root->pid, command.p ? command.p : "", root->size.tasks,
		   root->size.tasks == 1 ? " " : "s", (unsigned long long)(root->size.resident_kib + 512) / 1024);
	if (root->answer == ANSWER_NO) {
		buf_printf(out, "  %-12s  ", root->first.id);
		findings_put_where(out, &root->first);
		buf_puts(out, "  ");
		applet_text(out, root->first.meaning);
	} else if (root->answer == ANSWER_UNKNOWN) {
		buf_puts(out, "  ");
		applet_text(out, root->why);
	}
	buf_putc(out, '\n');
}

static void put_json(struct buf *out, const struct root *root)
{
	struct report one = { .findings = (struct finding *)&root->first, .n = root->answer == ANSWER_NO };

	buf_printf(out, "{\"pid\":%d", root->pid);
	json_member(out, "command", root->size.command);
	buf_printf(out, ",\"tasks\":%zu,\"threads\":%zu,\"files\":%zu,\"resident_kib\":%llu,\"possible\":%s", root->size.tasks,
		   root->size.threads, root->size.files, (unsigned long long)root->size.resident_kib,
		   root->answer == ANSWER_YES ? "true" : root->answer == ANSWER_NO ? "false" : "null");
	json_member(out, "why_unknown", root->answer == ANSWER_UNKNOWN ? root->why : NULL);
	buf_puts(out, ",\"findings\":[");
	findings_json(out, &one);
	buf_puts(out, "]}");
}

static int say(const struct check_job *j, struct all *a)
{
	cleanup_buf struct buf out = { 0 };
	size_t count[ANSWER_GONE + 1] = { 0 }, said = 0;
	int json = ENABLE_JSON && j->json, ret;

	if (a->n)
		qsort(a->v, a->n, sizeof(*a->v), by_answer);
	buf_puts(&out, json ? "{\"checked\":\"\",\"kind\":\"all\",\"trees\":[" : "");
	for (size_t i = 0; i < a->n; i++) {
		count[a->v[i].answer]++;
		if (a->v[i].answer == ANSWER_GONE)
			continue;
		if (!json) {
			put_root(&out, &a->v[i]);
			continue;
		}
		buf_puts(&out, said++ ? ",\n" : "");
		put_json(&out, &a->v[i]);
	}
	if (json)
		buf_printf(&out, "],\"yes\":%zu,\"no\":%zu,\"unknown\":%zu,\"own\":%zu}\n", count[ANSWER_YES], count[ANSWER_NO],
			   count[ANSWER_UNKNOWN], a->own);
	else
		buf_printf(&out, "%zu trees: %zu can be checkpointed, %zu cannot, %zu cannot be told; %zu that hold cr itself were not looked at\n",
			   count[ANSWER_YES] + count[ANSWER_NO] + count[ANSWER_UNKNOWN], count[ANSWER_YES], count[ANSWER_NO],
			   count[ANSWER_UNKNOWN], a->own);
	ret = applet_print("check", &out, j->quiet);
	return ret == STATUS_DONE && (count[ANSWER_NO] || count[ANSWER_UNKNOWN]) ? STATUS_REFUSED : ret;
}

int check_all(const struct check_job *j)
{
	struct all a = { 0 };
	int ret = find_roots(&a);

	if (ret == 0)
		ret = look_at_all(&a);
	ret = ret < 0 ? applet_failed("check") : say(j, &a);
	arena_free(&a.arena);
	return ret;
}
