/*
 * unknown.c - what no unit recognises because it came with a newer kernel: keys of status, rows of limits, names in /proc/PID, ns/ and
 * attr/, bits of PIDFD_GET_INFO, parts that kcmp(2) says are shared.
 *
 * All of it is compared with a process that has done nothing yet: what is the same there is no state of this process.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include "checks/run.h"
#include "core/base/io.h"
#include "core/look/reference.h"

#define PIDFD_GET_INFO_NR 11
#define PIDFD_INFO_SIZE 256		/* more than any kernel fills today */
#define PIDFD_INFO_KNOWN 0x1full	/* pid, credentials, cgroup, exit, core dump */
#define PIDFD_INFO_FILLED 80		/* bytes that are known */
#define STRANGE_MAX 16			/* names */
#define KCMP_KNOWN 8			/* types 0 to 7 */
#define KCMP_LAST 15

/* What this kernel has that is not known. Made anew for each scan. */
static struct {
	struct strange {
		const char *folder, *name;
		const char *fresh;	/* what it says of a fresh process, once somebody asked */
	} v[STRANGE_MAX];
	size_t n;
	char *status;			/* of a fresh process, once somebody asked */
	int kcmp_type;			/* 0: none */
} kernel;

struct look {
	struct scan *s;
	const struct thread_look *l;
};

static int found(void *ctx, const char *key, const char *value, const char *fresh)
{
	struct look *k = ctx;

	return thread_refuse(k->s, k->l, "unknown", key, "use a newer cr", "its status says '%s: %s', which no unit of this cr knows; "
			     "a fresh process has '%s'", key, value, fresh);
}

static const char *fresh_status(void *ctx)
{
	struct look *k = ctx;
	cleanup_buf struct buf text = { 0 };

	if (!kernel.status && !reference_read("status", &text) && text.p)
		kernel.status = arena_strdup(&k->s->model->arena, text.p);
	err_clear();
	return kernel.status;
}

/* ---- names that this kernel has ---- */

/* NULL: it cannot be read. */
static const char *fresh_file(struct scan *s, struct strange *what, const char *name)
{
	cleanup_buf struct buf text = { 0 };

	if (!what->fresh && !reference_read(name, &text))
		what->fresh = arena_strdup(&s->model->arena, text.p ? text.p : "");
	return what->fresh;
}

/* Some stand in the folder of the process alone: then the first thread speaks for all. */
static int read_name(const struct thread_look *l, const char *name, struct buf *out)
{
	char above[96];
	int ret = reference_read_of(thread_dir(l), name, out);

	if (ret != PROC_ABSENT || !l->first)
		return ret;
	snprintf(above, sizeof(above), "../../%s", name);
	return reference_read_of(thread_dir(l), above, out);
}

static int compare_name(struct scan *s, const struct thread_look *l, struct strange *what)
{
	cleanup_buf struct buf value = { 0 };
	const char *fresh, *text;
	char name[80];
	int ret;

	snprintf(name, sizeof(name), "%s%s%s", what->folder, *what->folder ? "/" : "", what->name);
	ret = read_name(l, name, &value);
	if (ret == PROC_GONE || (ret == PROC_ABSENT && !l->first))
		return ret == PROC_GONE ? ret : 0;
	fresh = fresh_file(s, what, name);
	if (ret == PROC_ERROR || !fresh) {
		err_clear();
		return thread_refuse(s, l, "unknown", name, "use a newer cr", "this kernel has /proc/PID/%s, which no unit of this cr knows, "
				     "and which cannot be read", name);
	}
	text = value.p ? value.p : "";
	if (!strcmp(text, fresh))
		return 0;
	return thread_refuse(s, l, "unknown", name, "use a newer cr", "this kernel has /proc/PID/%s, which no unit of this cr knows: '%.200s'; "
			     "a fresh process has '%.200s'", name, text, fresh);
}

static int is_known(const char *folder, const char *name)
{
	const char *forgotten = ENABLE_FAULTS ? getenv("CR_FORGET") : NULL;

	return reference_knows(folder, name) && !(forgotten && (!strcmp(forgotten, name) || !strcmp(forgotten, "*")));
}

/* Which names there are is the kernel's affair, the same for all: ours tell. */
static int add_names(struct scan *s, int self, const char *folder)
{
	struct proc_names names = { 0 };
	int ret = proc_read_names(self, *folder ? folder : ".", &s->model->arena, &names);

	for (size_t i = 0; ret == 0 && i < names.n; i++) {
		if (is_known(folder, names.v[i]))
			continue;
		if (kernel.n == STRANGE_MAX)
			return report_refuse(s->report, "unknown", s->model->tasks[0]->pid, names.v[i], "use a newer cr",
					     "this kernel has more that no unit of this cr knows than can be looked at");
		kernel.v[kernel.n++] = (struct strange) { folder, names.v[i], NULL };
	}
	return ret < 0 ? -1 : 0;
}

/* ---- pidfd and kcmp ---- */

/* Zeros when the kernel does not tell. */
static void pidfd_info(pid_t pid, uint64_t out[PIDFD_INFO_SIZE / 8])
{
	cleanup_fd int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	memset(out, 0, PIDFD_INFO_SIZE);
	out[0] = ~0ull;
	if (fd < 0 || ioctl(fd, _IOC(_IOC_READ | _IOC_WRITE, 0xff, PIDFD_GET_INFO_NR, PIDFD_INFO_SIZE), out))
		memset(out, 0, PIDFD_INFO_SIZE);
}

static int look_at_pidfd(struct scan *s, const struct thread_look *l)
{
	uint64_t info[PIDFD_INFO_SIZE / 8], fresh[PIDFD_INFO_SIZE / 8];
	const size_t known = PIDFD_INFO_FILLED / 8;
	size_t at = known;
	pid_t pid;

	pidfd_info(l->task->pid, info);
	while (at < PIDFD_INFO_SIZE / 8 && !info[at])
		at++;
	if (!(info[0] & ~PIDFD_INFO_KNOWN) && at == PIDFD_INFO_SIZE / 8)
		return 0;
	pid = reference_begin();
	if (pid < 0)
		return -1;
	pidfd_info(pid, fresh);
	reference_end(pid);
	if ((info[0] & ~PIDFD_INFO_KNOWN) == (fresh[0] & ~PIDFD_INFO_KNOWN) && !memcmp(info + known, fresh + known, PIDFD_INFO_SIZE - PIDFD_INFO_FILLED))
		return 0;
	return thread_refuse(s, l, "unknown", "PIDFD_GET_INFO", "use a newer cr", "the kernel tells something of it that no unit of this cr knows: "
			     "mask %llx, a fresh process has %llx", (unsigned long long)info[0], (unsigned long long)fresh[0]);
}

/* A part that processes can share since a newer kernel: with its parent, or with us, as a fresh process does not. */
static int look_at_parts(struct scan *s, const struct thread_look *l)
{
	pid_t other = l->task->ppid ? l->task->ppid : getpid(), fresh;
	char type[32];
	int shared;

	if (!kernel.kcmp_type || kcmp_parts(l->thread->tid, other, kernel.kcmp_type))
		return 0;
	fresh = reference_begin();
	if (fresh < 0)
		return -1;
	shared = kcmp_parts(fresh, getpid(), kernel.kcmp_type);
	reference_end(fresh);
	snprintf(type, sizeof(type), "kcmp type %d", kernel.kcmp_type);
	return !shared ? 0 : thread_refuse(s, l, "unknown", type, "use a newer cr", "it shares a part with process %d that no unit of this cr knows",
					   other);
}

int unknown_look(struct scan *s, const struct thread_look *l)
{
	struct look k = { s, l };
	int ret = reference_status(&s->model->arena, l->status, fresh_status, found, &k);

	if (!ret && strstr(l->status, "\nCoreDumping:\t1"))
		ret = thread_refuse(s, l, "unknown", "", "nothing can be done: it is about to end", "it is writing a core dump");
	for (size_t i = 0; !ret && i < kernel.n; i++)
		ret = compare_name(s, l, &kernel.v[i]);
	if (!ret && l->first)
		ret = look_at_pidfd(s, l);
	return ret ? ret : look_at_parts(s, l);
}

static int learn_kernel(struct scan *s, int self)
{
	const pid_t us = getpid();

	for (int type = KCMP_KNOWN; type <= KCMP_LAST && !kernel.kcmp_type; type++)
		if (!kcmp_parts(us, us, type) || errno != EINVAL)
			kernel.kcmp_type = type;
	return add_names(s, self, "") < 0 || add_names(s, self, "ns") < 0 || add_names(s, self, "attr") < 0 ? -1 : 0;
}

/* Whom we make has of what is not known the same as any new child of ours. */
int unknown_learn(struct scan *s, int self)
{
	memset(&kernel, 0, sizeof(kernel));
	return scan_is_newborn(s) ? 0 : learn_kernel(s, self);
}

const struct check check_unknown = {
	.name = "unknown",
	.title = ROW_TEXT("anything no unit recognised"),
	.how = ROW_TEXT("everything is whitelisted; keys of status, rows of limits, names in /proc/PID, ns/ and attr/, PIDFD_GET_INFO and options of "
		"sockets are compared with those of a fresh process or socket"),
	.takes = ROW_TEXT("a newer cr"),
	.page = ROW_PAGE(
		"Descriptors, flags, mappings, keys of /proc and names of namespaces that no unit of this cr knows.\n\n"
		"A newer kernel may have features that did not exist when cr was written. What is not known cannot be "
		"carried, and must not be lost in silence: it is refused, and the finding says what was seen. Everything "
		"is a list of what is known, nowhere of what is bad. What a process that has done nothing yet shows with "
		"the same value is no state of this process and is let pass.\n\n"
		"A kind that was left out of this build (make menuconfig) is unknown to it, too."),
	.scan = threads_scan,
};
