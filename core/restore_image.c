/* restore_image.c - reads an image up to its bulk, and finds every obstacle before anything is made. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/base/words.h"
#include "core/cpu.h"
#include "core/mem/mem.h"
#include "core/restore.h"

#ifndef CAP_CHECKPOINT_RESTORE
#define CAP_CHECKPOINT_RESTORE 40
#endif

#define CPU_WORDS_MAX 8192
#define MODEL_LIMIT (1u << 30)		/* bytes of arena that an image may make us use */

static int read_sections(struct restore *r)
{
	int ret;

	while ((ret = image_read_next(r->reader, &r->member)) > 0 && !r->member.bulk) {
		if (model_read_section(&r->model, r->member.name, (char *)r->member.data, r->member.len) < 0)
			return -1;
		if (!strcmp(r->member.name, "files"))
			restore_make_room(&r->model);	/* the reader has a thread from the first bulk member on */
	}
	r->have_member = ret > 0;
	r->ended = ret == 0;
	return ret < 0 ? -1 : model_check_whole(&r->model);
}

int restore_read(struct restore *r)
{
	const char *path = r->options->image;

	r->image_fd = !strcmp(path, "-") ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	if (r->image_fd < 0)
		return fail("open %s", path);
	r->model.arena.limit = MODEL_LIMIT;
	r->reader = image_reader_new(r->image_fd);
	return r->reader ? read_sections(r) : -1;
}

int restore_next(struct restore *r)
{
	int ret = 1;

	if (!r->have_member)
		ret = r->ended ? 0 : image_read_next(r->reader, &r->member);
	r->have_member = 0;
	if (ret == 0)
		r->ended = 1;
	return ret;
}

/* ---- preflight ---- */

/* BELOW: all numbers here are. */
static int look_number(struct restore *r, pid_t pid, uint64_t below)
{
	char comm[64] = "?";
	struct proc_stat st;

	if ((uint64_t)pid >= below)
		return report_refuse(r->rebuild.report, "pid_in_use", pid, "", "raise it (sysctl kernel.pid_max)",
				     "all numbers here are below %" PRIu64, below);

	/* Of no process and no thread; it may still be that of a group that somebody is in. */
	if (kill(pid, 0) < 0 && errno == ESRCH) {
		if (kill(-pid, 0) < 0 && errno == ESRCH)
			return 0;
		return report_refuse(r->rebuild.report, "pid_in_use", pid, "", "end that group first", "a process group has this number");
	}
	if (proc_stat_of(pid, &st))
		st = (struct proc_stat) { .state = '?' };
	else
		snprintf(comm, sizeof(comm), "%s", st.comm);
	if (st.state == 'Z')
		return report_refuse(r->rebuild.report, "pid_in_use", pid, "", "its parent has to wait(2) for it",
				     "held by the zombie %s, a child of %d", comm, st.ppid);
	return report_refuse(r->rebuild.report, "pid_in_use", pid, "", "end it, or restore in another pid namespace",
			     "held by %s (state %c)", comm, st.state);
}

/* Has ended, or is about to: "cr dump -o - PID | cr restore -" still holds it by ptrace when its image has come. */
static int is_ending(pid_t pid)
{
	struct arena arena = { 0 };
	struct proc_status status;
	struct proc_stat st;
	cleanup_fd int dir = -1;
	int ret;

	if (proc_open(pid, &dir) || proc_read_stat(dir, &st))
		return 0;
	ret = st.state == 'Z' || st.flags & PROC_PF_EXITING || (!proc_read_status(dir, &arena, &status) && status.tracer);
	arena_free(&arena);
	return ret;
}

/* A tree that was just ended leaves zombies to process 1, which may take a while to wait for them: they are worth a little patience. */
static void wait_for_numbers(struct restore *r)
{
	int naps = 300;

	for (size_t i = 0; i < r->model.ntasks; i++)
		while (naps-- > 0 && is_ending(r->model.tasks[i]->pid))
			nanosleep(&(struct timespec) { 0, 10000000 }, NULL);
}

static int look_numbers(struct restore *r)
{
	uint64_t below = UINT64_MAX;

	if (proc_read_u64(AT_FDCWD, "/proc/sys/kernel/pid_max", 10, &below))
		err_clear();		/* then it shows when they are made */
	wait_for_numbers(r);
	for (size_t i = 0; i < r->model.ntasks; i++)
		for (size_t j = 0; j < r->model.tasks[i]->nthreads; j++)
			if (look_number(r, r->model.tasks[i]->threads[j].tid, below) < 0)
				return -1;
	/* A group whose leader has ended: for a moment a helper has its number. */
	for (size_t i = 0; i < r->model.ntasks; i++)
		if (r->model.tasks[i]->pgid && !model_task(&r->model, r->model.tasks[i]->pgid) &&
		    look_number(r, r->model.tasks[i]->pgid, below) < 0)
			return -1;
	return 0;
}

/* A program chooses among instructions when it starts (see ld.so(8)), and never again. */
static int look_features(struct restore *r)
{
	cleanup_buf struct buf here = { 0 }, missing = { 0 };

	if (strlen(r->model.header.cpu) > CPU_WORDS_MAX)
		return fail_image("the header names more features of a CPU than there are");
	if (cpu_features(&here) < 0)
		return -1;
	for (const char *name = r->model.header.cpu; *name;) {
		size_t len = strcspn(name, " ");

		if (!words_have(here.p ? here.p : "", name, len))
			buf_printf(&missing, " %.*s", (int)(len < 64 ? len : 64), name);
		name += len + strspn(name + len, " ");
	}
	if (buf_check(&missing) < 0 || !missing.len)
		return buf_check(&missing);
	return report_refuse(r->rebuild.report, "cpu", 0, "", "restore on a CPU with these features",
			     "this CPU lacks what the programs may use:%.900s", missing.p);
}

static int look_machine(struct restore *r)
{
	const struct header *h = &r->model.header;
	uint64_t mask;
	uint32_t size;
	struct utsname u;

	cpu_xsave(&mask, &size);
	if (uname(&u) < 0)
		return fail("uname");
	if (strcmp(u.machine, h->arch) || h->page_size != (uint32_t)getpagesize())
		return report_refuse(r->rebuild.report, "cpu", 0, "", "restore on a machine of that kind",
				     "the image is of a %s with pages of %u bytes, this is a %s", h->arch, h->page_size, u.machine);
	if ((h->xsave_mask & ~mask) || h->xsave_size > size)
		return report_refuse(r->rebuild.report, "cpu", 0, "", "restore on a CPU with these features",
				     "the image's CPU had xsave features 0x%llx in %u bytes, this one has 0x%llx in %u",
				     (unsigned long long)h->xsave_mask, h->xsave_size, (unsigned long long)mask, size);
	return look_features(r);
}

/*
 * After a reboot these clocks begin anew. A program would see time go back: what it waits for until some point in time comes hours too
 * late, or never. Time that passed is no worse than a long stop.
 */
static int look_clocks(struct restore *r)
{
	const struct header *h = &r->model.header;
	uint64_t monotonic = model_clock(CLOCK_MONOTONIC), boottime = model_clock(CLOCK_BOOTTIME), behind = 0;
	char remedy[160];

	if (h->monotonic > monotonic)
		behind = h->monotonic - monotonic;
	if (h->boottime > boottime && h->boottime - boottime > behind)
		behind = h->boottime - boottime;
	if (!behind)
		return 0;
	behind = behind / 1000000000 + 1;
	snprintf(remedy, sizeof(remedy), "wait, or give it clocks of its own: unshare -fT --monotonic %llu --boottime %llu cr restore ...",
		 (unsigned long long)behind, (unsigned long long)behind);
	return report_refuse(r->rebuild.report, "clock", 0, "", remedy,
			     "CLOCK_MONOTONIC or CLOCK_BOOTTIME is %llu seconds behind that of the dump: this machine was started later",
			     (unsigned long long)behind);
}

/* clone3 with set_tid came with Linux 5.5 for CAP_SYS_ADMIN and with 5.9 for CAP_CHECKPOINT_RESTORE. */
static int look_kernel(struct restore *r)
{
	struct proc_status st;
	cleanup_fd int dir = -1;

	if (syscall(SYS_clone3, NULL, 0) < 0 && errno == ENOSYS)
		return report_refuse(r->rebuild.report, "kernel", 0, "", "use Linux 5.9 or newer", "this kernel has no clone3");
	if (proc_open_self(&dir) || proc_read_status(dir, &r->model.arena, &st))
		return -1;
	if (!(st.cap_eff & (1ull << CAP_CHECKPOINT_RESTORE | 1ull << CAP_SYS_ADMIN)))
		return report_refuse(r->rebuild.report, "privilege", 0, "", "run as root, or with CAP_CHECKPOINT_RESTORE",
				     "choosing pids needs CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN");
	return 0;
}

/* A sibling has the exit signal of whoever makes it, and his terminal. */
static int look_root(struct restore *r)
{
	const struct task *root = r->model.tasks[0];
	int sig = root->exit_signal;

	if (root->tty_nr && r->rebuild.terminal < 0 &&
	    report_add(r->rebuild.report, FINDING_NOTE, "tty", root->pid, 0, "", "", "it had a controlling terminal, and will have none") < 0)
		return -1;
	if (!r->options->sibling || sig == SIGCHLD)
		return 0;
	return report_refuse(r->rebuild.report, "task", root->pid, "", "",
			     "the root tells its parent of its end by signal %d instead of SIGCHLD", sig);
}

/*
 * A group of which some are stopped is ended by the kernel when nobody ties it to its session any more: kill_orphaned_pgrp() in kernel/exit.c.
 * That of the session's leader never was.
 */
static int look_stopped(struct restore *r)
{
	const struct task *root = r->model.tasks[0];

	for (size_t i = 0; r->options->detach && !root->sid && (root->pgid || getpgrp() != getsid(0)) && i < r->model.ntasks; i++)
		if (r->model.tasks[i]->pgid == root->pgid && !strcmp(r->model.tasks[i]->run, "stopped"))
			return report_refuse(r->rebuild.report, "task", r->model.tasks[i]->pid, "", "restore it without -d",
					     "it is stopped, and its group would get SIGHUP when cr ends");
	return 0;
}

/* What the image does not hold because --allow-loss named it. */
static int tell_losses(struct restore *r)
{
	const char *p = r->model.header.losses;

	while (*p) {
		const char *name = arena_strndup(&r->model.arena, p, strcspn(p, ","));

		if (!name)
			return -1;
		if (!unit_may_be_lost(name))
			return fail_image("the header names losses that are none");
		if (report_add(r->rebuild.report, FINDING_NOTE, name, 0, 0, "", "", "left out when the image was made (--allow-loss)") < 0)
			return -1;
		p += strlen(name);
		p += *p == ',';
	}
	return 0;
}

int restore_preflight(struct restore *r)
{
	struct report *report = r->rebuild.report;

	if (tell_losses(r) < 0 || look_kernel(r) < 0 || look_machine(r) < 0 || look_clocks(r) < 0 ||
	    look_root(r) < 0 || look_stopped(r) < 0 || look_numbers(r) < 0 || restore_look_limit(r) < 0 || mem_preflight(&r->rebuild) < 0)
		return -1;
	r->scratch = mem_find_hole(&r->model, REMOTE_SLOT_SIZE * r->model.ntasks);
	if (!r->scratch)
		return -1;
	for (size_t i = 0; i < r->model.ntasks; i++)
		if (tasks_preflight(&r->rebuild, r->model.tasks[i]) < 0)
			return fail_context("process %d", r->model.tasks[i]->pid);
	for (size_t i = 0; i < r->model.nfiles; i++) {
		struct file *f = r->model.files[i];

		if (f->kind->preflight && f->kind->preflight(&r->rebuild, f) < 0)
			return fail_context("open file %u", f->id);
	}
	if (!report->refused)
		return 0;
	return fail_refused("the image cannot be restored here and now: %zu %s", report->refused, report->refused == 1 ? "obstacle" : "obstacles");
}
