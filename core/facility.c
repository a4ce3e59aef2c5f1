/* facility.c - asks the kernel for each facility, in ways that change nothing. See facility.h. */
#include "core/facility.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/proc/proc.h"

enum { CAP_PTRACE = 19, CAP_ADMIN = 21, CAP_RESOURCE = 24, CAP_CHECKPOINT_RESTORE = 40 };

static int has_capability(int number)
{
	struct arena a = { 0 };
	struct proc_status st;
	cleanup_fd int dir = -1;
	int ret = !proc_open(getpid(), &dir) && !proc_read_status(dir, &a, &st) && (st.cap_eff & (1ull << number));

	arena_free(&a);
	err_clear();
	return ret;
}

static int probe_ptrace(void)
{
	return has_capability(CAP_PTRACE);
}

static int probe_children(void)
{
	return access("/proc/self/task", F_OK) == 0 && access("/proc/thread-self/children", R_OK) == 0;
}

static int probe_kcmp(void)
{
	return syscall(SYS_kcmp, getpid(), getpid(), 0, 0ul, 0ul) == 0;
}

static int probe_getfd(void)
{
	cleanup_fd int self = (int)syscall(SYS_pidfd_open, getpid(), 0);
	cleanup_fd int copy = self < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, self, STDERR_FILENO, 0);

	return copy >= 0 || (self >= 0 && errno == EBADF);
}

static int probe_checkpoint_restore(void)
{
	unsigned size = 0;

	return prctl(PR_SET_MM, PR_SET_MM_MAP_SIZE, &size, 0, 0) == 0;
}

static int probe_set_tid(void)
{
	return (syscall(SYS_clone3, NULL, 0) >= 0 || errno != ENOSYS) && (has_capability(CAP_CHECKPOINT_RESTORE) || has_capability(CAP_ADMIN));
}

static int probe_map_files(void)
{
	return has_capability(CAP_CHECKPOINT_RESTORE) || has_capability(CAP_ADMIN);
}

static int probe_pfn(void)
{
	static const char here[1];
	uint64_t pfn = 0;
	cleanup_fd int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	int ret = fd >= 0 && proc_pagemap_pfns(fd, (uint64_t)(uintptr_t)here & ~4095ull, &pfn, 1) == 0 && pfn;

	err_clear();
	return ret;
}

static int probe_pagemap_scan(void)
{
	cleanup_fd int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	struct proc_pagemap map;
	struct proc_page_run run;
	int ret;

	if (fd < 0)
		return 0;
	proc_pagemap_begin(&map, fd, (uint64_t)(uintptr_t)&map & ~4095ull, ((uint64_t)(uintptr_t)&map & ~4095ull) + 4096, &proc_pages_data);
	ret = proc_pagemap_next(&map, &run) >= 0 && !map.plain;
	err_clear();
	return ret;
}

static int probe_rseq(void)
{
	errno = 0;
	/* Of a process that is not ours to trace: a kernel that knows the request says ESRCH. */
	return ptrace((int)0x420f, getpid(), NULL, NULL) < 0 && errno == ESRCH;
}

static int probe_seccomp(void)
{
	return has_capability(CAP_ADMIN);
}

static int probe_resource(void)
{
	return has_capability(CAP_RESOURCE);
}

static int probe_timer_ids(void)
{
	return prctl(77, 2, 0, 0, 0) >= 0;	/* PR_TIMER_CREATE_RESTORE_IDS, _GET */
}

const struct facility facilities[] = {
	{ "ptrace of others", "CAP_SYS_PTRACE", "processes of other users, and those with privileges", 0, probe_ptrace },
	{ "children in /proc", "CONFIG_PROC_CHILDREN", "finding the tree", 1, probe_children },
	{ "kcmp", "CONFIG_KCMP", "shared open files", 1, probe_kcmp },
	{ "pidfd_getfd", "Linux 5.6", "pipes, terminals, owners of files", 1, probe_getfd },
	{ "PR_SET_MM_MAP", "CONFIG_CHECKPOINT_RESTORE", "restoring memory", 1, probe_checkpoint_restore },
	{ "clone3 with set_tid", "Linux 5.9 and CAP_CHECKPOINT_RESTORE", "restoring pids", 1, probe_set_tid },
	{ "map_files", "CAP_CHECKPOINT_RESTORE", "mapped files whose name leads elsewhere", 0, probe_map_files },
	{ "page frame numbers", "CAP_SYS_ADMIN", "pages shared by parent and child are stored once", 0, probe_pfn },
	{ "PAGEMAP_SCAN", "Linux 6.7", "sparse memory quickly", 0, probe_pagemap_scan },
	{ "rseq configuration", "Linux 5.13 and CONFIG_RSEQ", "rseq", 0, probe_rseq },
	{ "suspended seccomp", "CAP_SYS_ADMIN", "seccomp", 0, probe_seccomp },
	{ "raising limits", "CAP_SYS_RESOURCE", "rlimits above our own, lower oom_score_adj", 0, probe_resource },
	{ "timer ids", "Linux 6.15", "posix_timer with high ids", 0, probe_timer_ids },
	{ NULL, NULL, NULL, 0, NULL }
};
