/*
 * lsm_exec.c - refuses a security label that a thread has asked for what it starts next, and one that it will go back to.
 *
 *	/proc/thread-self/attr/exec: "profile (enforce)"; EINVAL or nothing when there is none
 *
 * AppArmor answers whoever reads these files with what the reader has asked for, whosever file it is: so the thread itself has to read
 * its own. aa_change_onexec(2), aa_change_hat(2); apparmor_getprocattr() in security/apparmor/lsm.c.
 */
#include <fcntl.h>

#include "core/task/task.h"

static const char *const files[] = { "/proc/thread-self/attr/exec", "/proc/thread-self/attr/prev" };
#define FILES (sizeof(files) / sizeof(files[0]))

struct answers {
	char path[FILES][32], text[FILES][64];
};

static int has_module(void)
{
	static int known, has;

	if (!known) {
		cleanup_fd int fd = open("/proc/thread-self/attr/current", O_RDONLY | O_CLOEXEC);
		char byte;

		has = fd >= 0 && read(fd, &byte, 1) == 1;
		known = 1;
	}
	return has;
}

/* The number that the next file will get. */
static int free_number(const struct task *t, const struct thread *th, uint64_t *out)
{
	struct arena arena = { 0 };
	struct u64_list used = { 0 };
	cleanup_fd int dir = -1;
	int ret = proc_open_thread(t->pid, th->tid, &dir);

	if (!ret)
		ret = proc_read_numbers(dir, "fd", &arena, &used);
	for (*out = 0; !ret && *out < used.n && used.v[*out] == *out; ++*out)
		;
	arena_free(&arena);
	return ret ? fail_plain("the descriptors of thread %d cannot be listed", (int)th->tid) : 0;
}

/* The whole tree is stopped, and no other thread is asked meanwhile: the file gets that number, or none at all, and then nothing is read or closed. */
static int lsm_exec_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	struct answers *w;
	uint64_t fd;

	a->space = NULL;
	if (!has_module())
		return 0;
	w = batch_space(a->batch, sizeof(*w), &a->remote);
	if (!w || free_number(t, th, &fd) < 0)
		return -1;
	a->space = w;
	a->batch->alone = t->nthreads > 1;
	for (size_t i = 0; i < FILES; i++) {
		strcpy(w->path[i], files[i]);
		CALL(a->batch, NULL, SYS_openat, (uint64_t)AT_FDCWD, a->remote + offsetof(struct answers, path[i]), O_RDONLY | O_CLOEXEC);
		CALL(a->batch, NULL, SYS_read, fd, a->remote + offsetof(struct answers, text[i]), sizeof(w->text[i]) - 1);
		CALL(a->batch, NULL, SYS_close, fd);
	}
	return 0;
}

static int lsm_exec_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	const struct answers *w = a->space;

	for (unsigned i = 0; w && i < FILES; i++) {
		long opened = ask_result(a, 3 * i), got = ask_result(a, 3 * i + 1);
		int ret;

		if (opened >= 0 && (got == 0 || got == -EINVAL))
			continue;
		if (opened < 0 || got < 0)
			ret = report_add(s->report, FINDING_REFUSED, "lsm", t->pid, th->tid, files[i], "", "it cannot be asked for this label: %s",
					 strerror((int)-(opened < 0 ? opened : got)));
		else
			ret = report_add(s->report, FINDING_REFUSED, "lsm", t->pid, th->tid, files[i], "",
					 "it has asked for a security label for what it starts next, or will go back to one: '%.*s'",
					 (int)strcspn(w->text[i], "\n"), w->text[i]);
		if (ret < 0)
			return -1;
	}
	return 0;
}

const struct task_kind task_lsm_exec = {
	.name = "lsm_exec",
	.title = ROW_TEXT("security labels for what is started next"),
	.how = ROW_TEXT("/proc/thread-self/attr/exec and prev, read inside the thread"),
	.inside = 1,
	.refuses = "lsm",
	.scope = PER_THREAD,
	.ask = IF_INSIDE(lsm_exec_ask),
	.answer = IF_INSIDE(lsm_exec_answer),
};
