/*
 * rlimits.c - the 16 resource limits of a process.
 *
 *	Limit                     Soft Limit           Hard Limit           Units
 *	Max cpu time              unlimited            unlimited            seconds
 *
 * Lowering a limit or keeping it is anybody's right, so the process does that itself; a hard limit above ours is set by us,
 * which needs CAP_SYS_RESOURCE. Last of all, because a small limit would hinder the rest. See getrlimit(2).
 */
#include <sys/resource.h>

#include "core/look/reference.h"
#include "core/task/task.h"

struct rlimit_record {
	char *name;
	uint64_t soft, hard;		/* 18446744073709551615: unlimited */
};

static const struct field rlimit_fields[] = {
	FIELD(struct rlimit_record, name, STR),
	FIELD(struct rlimit_record, soft, U64),
	FIELD(struct rlimit_record, hard, U64),
	FIELD_END
};

/* by RLIMIT_ number on x86 and arm; mips and sparc number some of them otherwise */
static const char names[PROC_LIMITS][12] = {
	"cpu", "fsize", "data", "stack", "core", "rss", "nproc", "nofile", "memlock", "as", "locks", "sigpending", "msgqueue",
	"nice", "rtprio", "rttime",
};

struct unknown_row {
	struct scan *s;
	const struct task *t;
	struct buf fresh;
};

static const char *fresh_limits(void *ctx)
{
	struct unknown_row *u = ctx;

	if (!u->fresh.p && reference_read("limits", &u->fresh) < 0)
		err_clear();
	return u->fresh.p;
}

static int found_row(void *ctx, const char *name, const char *value, const char *fresh)
{
	struct unknown_row *u = ctx;

	return report_refuse(u->s->report, "unknown", u->t->pid, name, "use a newer cr",
			     "a resource limit that no unit of this cr knows: '%s'; a fresh process has '%s'", value, fresh);
}

/* A limit of a newer kernel: let pass when it is what a process has that has done nothing. */
static int compare_unknown(struct scan *s, const struct task *t, int dir)
{
	cleanup_buf struct buf text = { 0 };
	struct unknown_row u = { s, t, { 0 } };
	int ret = proc_read_record(dir, "limits", &text);

	if (!ret)
		ret = reference_limits(&s->model->arena, text.p, fresh_limits, found_row, &u);
	buf_free(&u.fresh);
	return ret < 0 ? -1 : 0;
}

static int rlimits_look(struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	struct proc_limits limits;
	struct rlimit_record *item;
	int dir, r = task_folder(s, t, th, &dir);

	if (r == PROC_OK)
		r = proc_read_limits(dir, &s->model->arena, &limits);
	if (r != PROC_OK)
		return task_look_result(r);
	if (limits.unknown.n && compare_unknown(s, t, dir) < 0)
		return -1;
	if (!ENABLE_APPLET_DUMP && !ENABLE_APPLET_RESTORE)
		return 0;		/* who only checks has no use for the others */
	item = state_alloc(s, out, PROC_LIMITS, sizeof(*item));
	if (!item)
		return -1;
	for (size_t i = 0; i < PROC_LIMITS; i++) {
		if (!(limits.present >> i & 1))
			return fail_plain("process %d: /proc/PID/limits has no row for \"%s\"", (int)t->pid, names[i]);
		item[i].name = arena_strdup(&s->model->arena, names[i]);
		item[i].soft = limits.soft[i];
		item[i].hard = limits.hard[i];
		if (!item[i].name)
			return -1;
	}
	return 0;
}

/* Above our own? That is asked once: nothing here changes the hard ones. */
static int raises(const struct rlimit_record *item, size_t i)
{
	static struct rlimit own[PROC_LIMITS];
	static unsigned known;			/* bit of each */

	if (!(known >> i & 1) && prlimit(0, i, NULL, &own[i]) < 0)
		return 1;
	known |= 1u << i;
	return item[i].hard > own[i].rlim_max;
}

static int rlimits_preflight(struct rebuild *r, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct rlimit_record *item = in->items;

	for (size_t i = 0; i < in->n; i++) {
		if (strcmp(item[i].name, names[i]) || item[i].soft > item[i].hard)
			return fail_image("process %d: resource limit %zu (%.20s)", (int)t->pid, i, item[i].name);
		if (raises(item, i) && !task_own_cap(CAP_SYS_RESOURCE) &&
		    report_refuse(r->report, "rlimits", t->pid, item[i].name,
				  "raise cr's own hard limit (ulimit -H), or run it with CAP_SYS_RESOURCE",
				  "its hard limit %llu is above that of cr", (unsigned long long)item[i].hard) < 0)
			return -1;
	}
	return 0;
}

static int rlimits_rebuild(struct batch *b, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct rlimit_record *item = in->items;

	for (size_t i = 0; i < in->n; i++) {
		uint64_t pair[2] = { item[i].soft, item[i].hard }, remote;

		if (raises(item, i))
			continue;
		remote = batch_put(b, pair, sizeof(pair));
		if (!remote)
			return -1;
		CALL(b, "prlimit", SYS_prlimit64, 0, i, remote, 0);
	}
	return 0;
}

static int rlimits_rebuild_outside(struct rebuild *r, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct rlimit_record *item = in->items;

	for (size_t i = 0; i < in->n; i++) {
		uint64_t pair[2] = { item[i].soft, item[i].hard };

		if (raises(item, i) && syscall(SYS_prlimit64, t->pid, i, pair, NULL) < 0)
			return fail("process %d: raise the hard limit \"%s\" to %llu", (int)t->pid, item[i].name,
				    (unsigned long long)item[i].hard);
	}
	return 0;
}

const struct task_kind task_rlimits = {
	.name = "rlimits",
	.title = ROW_TEXT("resource limits"),
	.also = ROW_TEXT("limits"),
	.how = ROW_TEXT("/proc/PID/task/TID/limits"),
	.condition = ROW_TEXT("a hard limit above that of cr needs CAP_SYS_RESOURCE"),
	.page = ROW_PAGE(
		"The 16 pairs of soft and hard limits of a process (getrlimit(2)).\n\n"
		"Lowering is anybody's right, so each process does that itself, as the very last step: a small limit on "
		"memory, files or processes would hinder the restore. To give a hard limit above our own takes "
		"CAP_SYS_RESOURCE, and the preflight refuses where we do not have it; keeping the lower one would make a "
		"service fail later, in the middle of the night.\n\n"
		"What counts against a limit (CPU time used, queued signals of the user) starts anew. A row of the table "
		"that this cr does not know is refused."),
	.scope = PER_TASK,
	.of_others = 1,
	.stage = STAGE_LAST,
	.fields = IF_IMAGE(rlimit_fields),
	.size = sizeof(struct rlimit_record),
	.records = PROC_LIMITS,
	.look = rlimits_look,
	.preflight = IF_RESTORE(rlimits_preflight),
	.rebuild = IF_RESTORE(rlimits_rebuild),
	.rebuild_outside = IF_RESTORE(rlimits_rebuild_outside),
};
