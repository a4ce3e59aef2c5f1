/*
 * facility.c - asks the kernel for each facility, in ways that change nothing. See facility.h.
 *
 * Whatever can be tried is tried, in a child where it has to be: a capability that is held in a user namespace does not count outside.
 */
#include "core/facility.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/kcmp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/proc/proc.h"
#include "core/proc/text.h"
#include "core/texts.h"

#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL
#endif

static const char no_system_call[] = "a seccomp filter around cr forbids it";

/* ---- capabilities ---- */

static uint64_t own_capabilities(void)
{
	struct arena a = { 0 };
	struct proc_status st;
	cleanup_fd int dir = -1;
	uint64_t caps = 0;

	if (!proc_open_self(&dir) && !proc_read_status(dir, &a, &st))
		caps = st.cap_eff;
	arena_free(&a);
	err_clear();
	return caps;
}

/* "CAP_SETUID CAP_SETGID", what is in WANTED and not in ours; NULL: nothing. */
static const char *missing_caps(uint64_t wanted)
{
	static char text[256];
	uint64_t missing = wanted & ~own_capabilities();
	size_t len = 0;

	for (unsigned i = 0; i < 64; i++) {
		const char *name = proc_capability_name(i);

		if (missing >> i & 1)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%sCAP_%s", len ? " " : "", name ? name : "?");
	}
	return missing ? text : NULL;
}

int facility_in_user_namespace(void)
{
	cleanup_buf struct buf map = { 0 };
	uint64_t numbers[3];		/* inside, outside, how many */
	const char *p;

	if (io_read_file(AT_FDCWD, "/proc/self/uid_map", &map) || !map.p)
		return 0;		/* a kernel without user namespaces */
	p = map.p;
	for (int i = 0; i < 3; i++) {
		text_blanks(&p);
		if (text_u64(&p, 10, &numbers[i]))
			return 1;
	}
	return numbers[0] || numbers[1] || numbers[2] != UINT32_MAX;
}

/* ---- looking at processes ---- */

static long yama_scope(void)
{
	cleanup_buf struct buf text = { 0 };

	return io_read_file(AT_FDCWD, "/proc/sys/kernel/yama/ptrace_scope", &text) || !text.p ? 0 : atol(text.p);
}

static const char *probe_own(void)
{
	long scope = yama_scope();

	if (scope >= 3)
		return "sysctl kernel.yama.ptrace_scope below 3 (it takes a reboot)";
	return scope && missing_caps(1ull << CAP_SYS_PTRACE) ? "sysctl kernel.yama.ptrace_scope=0, or CAP_SYS_PTRACE" : NULL;
}

static const char *probe_others(void)
{
	if (facility_in_user_namespace())
		return "CAP_SYS_PTRACE in the first user namespace";
	return missing_caps(1ull << CAP_SYS_PTRACE);
}

/* Process 1 stands for those that the kernel, or a security module, guards best. */
static const char *probe_first(void)
{
	if (!syscall(SYS_kcmp, 1, 1, 0, 0ul, 0ul) || errno != EPERM)
		return NULL;
	if (facility_in_user_namespace())
		return "CAP_SYS_PTRACE in the first user namespace";
	return missing_caps(1ull << CAP_SYS_PTRACE) ? "CAP_SYS_PTRACE" : "a security module that lets cr look at process 1";
}

#define FIRST_PID_NAMESPACE "pid:[4026531836]"	/* PROC_PID_INIT_INO of linux/proc_ns.h */

static const char *probe_visible(void)
{
	char link[sizeof(FIRST_PID_NAMESPACE)] = "";

	if (access("/proc/1/stat", R_OK))
		return "/proc mounted without hidepid";
	return readlink("/proc/self/ns/pid", link, sizeof(link) - 1) > 0 && strcmp(link, FIRST_PID_NAMESPACE) ? "the first pid namespace" : NULL;
}

static const char *probe_children(void)
{
	cleanup_fd int self = -1;

	if (proc_open_self(&self)) {
		err_clear();
		return "the /proc of this pid namespace";
	}
	return access("/proc/thread-self/children", R_OK) ? "CONFIG_PROC_CHILDREN" : NULL;
}

static const char *probe_page_monitor(void)
{
	return access("/proc/self/smaps", R_OK) || access("/proc/self/pagemap", R_OK) ? "CONFIG_PROC_PAGE_MONITOR" : NULL;
}

static const char *of_call(long ret, const char *option)
{
	return ret >= 0 || errno == EBADF ? NULL : errno == EPERM || errno == EACCES ? no_system_call : option;
}

static const char *probe_kcmp(void)
{
	return of_call(syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILE, 0ul, 0ul), "CONFIG_KCMP");
}

static const char *probe_getfd(void)
{
	cleanup_fd int self = (int)syscall(SYS_pidfd_open, getpid(), 0);
	cleanup_fd int copy = self < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, self, STDERR_FILENO, 0);

	return of_call(copy, "Linux 5.6");
}

static const char *probe_openat2(void)
{
	struct { uint64_t flags, mode, resolve; } how = { O_PATH | O_CLOEXEC, 0, 0 };
	cleanup_fd int fd = (int)syscall(SYS_openat2, AT_FDCWD, "/", &how, sizeof(how));

	return of_call(fd, "Linux 5.6");
}

static const char *probe_thread_pidfd(void)
{
	cleanup_fd int fd = (int)syscall(SYS_pidfd_open, getpid(), PIDFD_THREAD);

	return fd < 0 ? "Linux 6.9" : NULL;
}

static const char *probe_locks(void)
{
	return access("/proc/locks", R_OK) ? "CONFIG_FILE_LOCKING" : NULL;
}

/* ---- memory ---- */

static const char *probe_set_mm(void)
{
	unsigned size = 0;

	return prctl(PR_SET_MM, PR_SET_MM_MAP_SIZE, &size, 0, 0) ? "CONFIG_CHECKPOINT_RESTORE" : NULL;
}

static const char *probe_map_files(void)
{
	cleanup_listing struct io_listing list = io_list(AT_FDCWD, "/proc/self/map_files");
	const char *name;

	while ((name = io_next_name(&list))) {
		cleanup_fd int fd = openat(list.fd, name, O_PATH | O_CLOEXEC);

		if (fd >= 0)
			return NULL;
	}
	return "CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN, in the first user namespace";
}

static const char *probe_pfn(void)
{
	uint64_t pfn = 0;		/* its own page has been written to: it has a frame */
	cleanup_fd int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	int there = fd >= 0 && proc_pagemap_pfns(fd, (uint64_t)(uintptr_t)&pfn & ~4095ull, &pfn, 1) == 0 && pfn;

	err_clear();
	return there ? NULL : "CAP_SYS_ADMIN, in the first user namespace";
}

static const char *probe_pagemap_scan(void)
{
	cleanup_fd int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	struct proc_pagemap map;
	struct proc_page_run run;
	int there = 0;

	if (fd >= 0) {
		uint64_t at = (uint64_t)(uintptr_t)&map & ~4095ull;

		proc_pagemap_begin(&map, fd, at, at + 4096, &proc_pages_data);
		there = proc_pagemap_next(&map, &run) >= 0 && !map.plain;
	}
	err_clear();
	return there ? NULL : "Linux 6.7";
}

/* ---- tasks ---- */

/* A number that is in use: EEXIST comes after the look at our rights, and nothing is made. */
static const char *probe_set_tid(void)
{
	pid_t self = getpid();
	struct {
		uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
	} args = { .exit_signal = SIGCHLD, .set_tid = (uint64_t)(uintptr_t)&self, .set_tid_size = 1 };
	long pid = syscall(SYS_clone3, &args, sizeof(args));

	if (!pid)
		_exit(0);
	if (pid > 0 || errno == EEXIST)
		return NULL;
	return errno == EPERM ? "CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN, in the user namespace that owns this pid namespace" :
	       "Linux 5.9 (and no seccomp filter around cr that hides clone3)";
}

/* Asks ptrace for REQUEST of a child that stands stopped. */
static int tracee_knows(int request, size_t size)
{
	uint64_t out[8];
	int status = 0, known;
	pid_t pid = io_fork();

	if (pid < 0)
		return 0;
	if (!pid) {
		if (!ptrace(PTRACE_TRACEME, 0, NULL, NULL))
			kill(getpid(), SIGSTOP);
		_exit(0);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		return 0;
	known = ptrace(request, pid, (void *)size, out) >= 0;
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return known;
}

static const char *probe_rseq(void)
{
	return tracee_knows(0x420f, 24) ? NULL : "Linux 5.13 and CONFIG_RSEQ";	/* PTRACE_GET_RSEQ_CONFIGURATION */
}

static const char *probe_dispatch(void)
{
	return tracee_knows(0x4211, 32) ? NULL : "Linux 6.4";	/* PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG */
}

static const char *probe_tid_address(void)
{
	void *address;

	return prctl(40, &address, 0, 0, 0) ? "CONFIG_CHECKPOINT_RESTORE" : NULL;	/* PR_GET_TID_ADDRESS */
}

static const char *probe_timers(void)
{
	return access("/proc/self/timers", R_OK) ? "CONFIG_CHECKPOINT_RESTORE and CONFIG_POSIX_TIMERS" : NULL;
}

static const char *probe_timer_ids(void)
{
	return prctl(77, 2, 0, 0, 0) < 0 ? "Linux 6.15" : NULL;	/* PR_TIMER_CREATE_RESTORE_IDS, _GET */
}

static const char *probe_membarrier(void)
{
	return syscall(SYS_membarrier, 1 << 9, 0, 0) < 0 ? "Linux 6.3 and CONFIG_MEMBARRIER" : NULL;	/* GET_REGISTRATIONS */
}

static const char *probe_numa(void)
{
	return syscall(SYS_get_mempolicy, NULL, NULL, 0ul, NULL, 0ul) < 0 ? "CONFIG_NUMA" : NULL;
}

int facility_child_can(int (*f)(const void *ctx), const void *ctx)
{
	int status = 1;
	pid_t pid = io_fork();

	if (!pid)
		_exit(f(ctx) ? 1 : 0);
	return pid > 0 && waitpid(pid, &status, 0) == pid && !status;
}

static int raise_limit(const void *unused)
{
	struct rlimit low = { 0, 0 }, high = { 0, 1 };

	return prlimit(0, RLIMIT_CORE, &low, NULL) || prlimit(0, RLIMIT_CORE, &high, NULL);
}

static int raise_priority(const void *unused)
{
	return setpriority(PRIO_PROCESS, 0, -20);
}

static const char *probe_limits(void)
{
	return facility_child_can(raise_limit, NULL) ? NULL : "CAP_SYS_RESOURCE, in the first user namespace";
}

static const char *probe_priority(void)
{
	return facility_child_can(raise_priority, NULL) ? NULL : "CAP_SYS_NICE, in the first user namespace";
}

static const char *probe_users(void)
{
	return missing_caps(1ull << CAP_SETGID | 1ull << CAP_SETUID | 1ull << CAP_SETPCAP);
}

#define CHECK_AND_MORE (FOR_CHECK | FOR_DUMP | FOR_RESTORE)

const struct facility facilities[] = {
	{ "children in /proc", ROW_TEXT("finding the tree"), ROW_TEXT("task"), CHECK_AND_MORE, probe_children },
	{ "smaps and pagemap", ROW_TEXT("looking at memory"), ROW_TEXT("memory vma_flags"), CHECK_AND_MORE, probe_page_monitor },
	{ "kcmp", ROW_TEXT("what is shared: open files, memory"), ROW_TEXT("regular pipe clone_vm sem_undo"), CHECK_AND_MORE, probe_kcmp },
	{ "openat2", ROW_TEXT("does a path lead to the file?"), ROW_TEXT("regular directory mount"), CHECK_AND_MORE, probe_openat2 },
	{ "pidfd_getfd", ROW_TEXT("copies of open files: pipes, terminals, owners"), ROW_TEXT("pipe fifo tty owner dnotify"), FOR_DUMP, probe_getfd },
	{ "ptrace", ROW_TEXT("stopping processes of one's own"), ROW_TEXT(""), FOR_DUMP, probe_own },
	{ "tid address", ROW_TEXT("the word that pthread_join waits for"), ROW_TEXT("tid_address"), FOR_DUMP | FOR_RESTORE, probe_tid_address },
	{ "PR_SET_MM_MAP", ROW_TEXT("making memory again"), ROW_TEXT("memory"), FOR_RESTORE, probe_set_mm },
	{ "clone3 with set_tid", ROW_TEXT("giving numbers back"), ROW_TEXT("task thread privilege"), FOR_RESTORE, probe_set_tid },
	{ "other users", ROW_TEXT("looking at processes of others"), ROW_TEXT(""), 0, probe_others },
	{ "process 1", ROW_TEXT("does it, or one as mighty, hold or share a part of the tree?"), ROW_TEXT("pipe fifo clone_vm"), 0, probe_first },
	{ "all processes seen", ROW_TEXT("does one of them hold, share or trace a part of the tree?"), ROW_TEXT("pipe fifo clone_vm ptrace"), 0, probe_visible },
	{ "locks in /proc", ROW_TEXT("who waits for a lock"), ROW_TEXT("lock"), 0, probe_locks },
	{ "pidfd of threads", ROW_TEXT("open files of a process whose leader has exited"), ROW_TEXT("thread"), 0, probe_thread_pidfd },
	{ "map_files", ROW_TEXT("mapped files whose name leads elsewhere"), ROW_TEXT("memory"), 0, probe_map_files },
	{ "page frame numbers", ROW_TEXT("pages that parent and child share are stored once"), ROW_TEXT("memory"), 0, probe_pfn },
	{ "PAGEMAP_SCAN", ROW_TEXT("sparse memory quickly"), ROW_TEXT("memory"), 0, probe_pagemap_scan },
	{ "timers in /proc", ROW_TEXT("which POSIX timers there are"), ROW_TEXT("posix_timer"), FOR_DUMP, probe_timers },
	{ "timer ids", ROW_TEXT("POSIX timers with high ids"), ROW_TEXT("posix_timer"), 0, probe_timer_ids },
	{ "rseq configuration", ROW_TEXT("restartable sequences"), ROW_TEXT("rseq"), 0, probe_rseq },
	{ "dispatch configuration", ROW_TEXT("is it in use?"), ROW_TEXT("sud"), 0, probe_dispatch },
	{ "membarrier queries", ROW_TEXT("registrations, exactly"), ROW_TEXT("membarrier"), 0, probe_membarrier },
	{ "NUMA policies", ROW_TEXT("there are any to be carried"), ROW_TEXT("mempolicy"), 0, probe_numa },
	{ "changing users", ROW_TEXT("processes of another user or with other capabilities"), ROW_TEXT("credentials"), 0, probe_users },
	{ "raising priorities", ROW_TEXT("higher ones than our own"), ROW_TEXT("sched"), 0, probe_priority },
	{ "raising limits", ROW_TEXT("hard limits above our own, lower oom_score_adj"), ROW_TEXT("rlimits oom_score_adj"), 0, probe_limits },
	{ NULL, 0, 0, 0, NULL }
};
