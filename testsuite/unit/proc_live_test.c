/*
 * proc_live_test.c - the openers and the pages, against processes of this machine.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/io.h"
#include "core/proc/net.h"
#include "check.h"

#define PAGE 4096ul

static struct arena arena;

static int count_smap(void *list, const struct proc_smap *smap)
{
	((struct u64_list *)list)->n++;
	return smap->unknown_flags || smap->unknown.n ? -1 : 0;
}

static int stop_at_smap(void *list, const struct proc_smap *smap)
{
	(void)list;
	return smap->map.end ? 7 : 0;
}

#define MANY 5000			/* mappings: more than one piece of text */

struct many {
	uint64_t from, to;
	size_t n;
};

/* Those between FROM and TO, whose protections alternate, come one by one and without a gap. */
static int follow_smap(void *ctx, const struct proc_smap *smap)
{
	struct many *m = ctx;

	if (smap->map.start < m->from || smap->map.start >= m->to)
		return 0;
	return smap->map.start == m->from + m->n++ * 4096 && !(smap->flags & PROC_VM(WR)) == m->n % 2 ? 0 : -1;
}

static int stop_behind(void *ctx, const struct proc_smap *smap)
{
	const struct many *m = ctx;

	return smap->map.start == m->to ? 7 : follow_smap(ctx, smap);
}

static void test_many_mappings(void)
{
	char *p = mmap(NULL, MANY * 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct many m = { (uintptr_t)p, (uintptr_t)p + MANY * 4096, 0 };
	cleanup_fd int dir = -1;

	for (size_t i = 1; p != MAP_FAILED && i < MANY; i += 2)
		mprotect(p + i * 4096, 4096, PROT_READ | PROT_WRITE);
	check(!proc_open(getpid(), &dir) && !proc_each_smap(dir, follow_smap, &m) && m.n == MANY, "live: the smaps of thousands of mappings, in pieces");
	m = (struct many) { m.from, m.from + 4096 * 2000, 0 };
	check(proc_each_smap(dir, stop_behind, &m) == 7 && m.n == 2000, "live: ... up to one in the middle of them");
	munmap(p, MANY * 4096);
}

/* Kernels before 6.11 do not tell. */
static void test_vdso(void)
{
	uintptr_t vdso = getauxval(AT_SYSINFO_EHDR);
	uint64_t start, end;

	if (!vdso || proc_vdso(getpid(), &start, &end) < 0) {
		puts("SKIP: live: the vdso alone: this kernel does not tell");
		return;
	}
	check(start == vdso && end > start && proc_vdso(INT_MAX, &start, &end) == -1, "live: the vdso alone");
	check(!mprotect((void *)vdso, end - vdso, PROT_READ) && proc_vdso(getpid(), &start, &end) == -1 &&
	      !mprotect((void *)vdso, end - vdso, PROT_READ | PROT_EXEC), "live: ... not one that may not be executed");
}

static void test_self(void)
{
	cleanup_fd int dir = -1, task = -1;
	cleanup_buf struct buf b = { 0 };
	struct proc_stat stat;
	struct proc_status status;
	struct proc_maps maps;
	struct proc_limits limits;
	struct proc_cgroups cgroups;
	struct proc_syscall call;
	struct u64_list list = { 0 };
	uint64_t u;
	int64_t i;

	prctl(PR_SET_NAME, "a) Z (\n", 0, 0, 0);
	check(!proc_open(getpid(), &dir) && !proc_open_thread(getpid(), getpid(), &task), "live: opened");
	check(!proc_read_stat(dir, &stat) && stat.pid == getpid() && !strcmp(stat.comm, "a) Z (\n") && stat.ppid == getppid() && !stat.extra, "live: stat");
	check(!proc_read_status(task, &arena, &status) && status.pid == getpid() && status.uid[0] == getuid() && status.has_umask, "live: status");
	check(!proc_read_maps(dir, &arena, &maps) && maps.n > 3, "live: maps");
	check(!proc_each_smap(task, count_smap, &list) && list.n >= maps.n && proc_each_smap(task, stop_at_smap, &list) == 7, "live: smaps");
	check(!proc_read_limits(dir, &arena, &limits) && limits.present == 0xffff && !limits.unknown.n, "live: limits");
	check(!proc_read_cgroup(dir, &arena, &cgroups) && cgroups.n, "live: cgroup");
	check(!proc_read_syscall(dir, &call), "live: syscall");
	check(!proc_read_numbers(dir, "task", &arena, &list) && list.n == 1 && list.v[0] == (uint64_t)getpid(), "live: threads");
	check(!proc_read_i64(dir, "oom_score_adj", &i) && !proc_read_u64(dir, "timerslack_ns", 10, &u) && !proc_read_u64(dir, "personality", 16, &u) &&
	      !proc_read_u64(dir, "coredump_filter", 16, &u), "live: numbers");
	check(proc_read_u64(dir, "no-such-file", 10, &u) == PROC_ABSENT && proc_read_link(dir, "fd/999", &b) == PROC_ABSENT, "live: a file that is not there");
	check(proc_read_text(dir, "fd", &b) == PROC_ERROR && strstr(err_text(), "/proc/") && strstr(err_text(), "Is a directory"), "live: an error names the file");
	check(proc_read_text(dir, "cmdline", &b) == PROC_ERROR && strstr(err_text(), "NUL"), "live: a NUL in a text is refused");
}

static void test_rest_of_self(void)
{
	cleanup_fd int dir = -1;
	struct proc_inode_link ns;
	cleanup_buf struct buf link = { 0 };
	struct proc_names names;
	struct proc_mounts mounts;
	struct proc_fdinfo info;
	struct proc_timers timers;
	struct proc_inet_table inet;
	struct proc_unix_table unix_table;
	struct proc_netlink_table netlink;
	struct proc_packet_table packet;
	struct proc_locks locks;
	struct u64_list list;
	struct sigevent event = { .sigev_notify = SIGEV_NONE };
	timer_t timer;
	int fd, r;

	proc_open(getpid(), &dir);
	check(!proc_read_names(dir, "ns", &arena, &names) && names.n >= 8 && !proc_read_link(dir, "ns/mnt", &link) && !proc_inode_link_parse(link.p, &ns) && !strcmp(ns.type, "mnt") && ns.inode, "live: namespaces");
	check(!proc_read_mountinfo(dir, &arena, &mounts) && mounts.n, "live: mountinfo");
	fd = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	check(fd >= 0 && !flock(fd, LOCK_EX) && !proc_read_fdinfo(dir, (unsigned)fd, &arena, &info) && info.locks.n == 1 &&
	      info.locks.v[0].kind == PROC_LOCK_FLOCK && proc_mount_by_id(&mounts, info.mnt_id), "live: fdinfo with a lock");
	check(!proc_read_locks(&arena, &locks) && locks.n, "live: /proc/locks");
	check(!proc_read_numbers(dir, "fd", &arena, &list) && list.n > 3 && list.v[0] == 0, "live: descriptors");
	close(fd);
	check(!timer_create(CLOCK_MONOTONIC, &event, &timer) && !proc_read_timers(dir, &arena, &timers) && timers.n == 1 && timers.v[0].clock == CLOCK_MONOTONIC &&
	      timers.v[0].notify == PROC_TIMER_NONE, "live: timers");
	check(!proc_read_net_inet(dir, "net/tcp", &arena, &inet) && !proc_read_net_inet(dir, "net/udp", &arena, &inet) &&
	      !proc_read_net_inet(dir, "net/raw", &arena, &inet), "live: inet tables");
	r = proc_read_net_inet(dir, "net/tcp6", &arena, &inet);
	check(!r || r == PROC_ABSENT, "live: tcp6");
	r = proc_read_net_packet(dir, &arena, &packet);
	check(!proc_read_net_unix(dir, &arena, &unix_table) && !proc_read_net_netlink(dir, &arena, &netlink) && (!r || r == PROC_ABSENT), "live: other tables");
}

static void test_gone(void)
{
	cleanup_fd int dir = -1, other = -1;
	cleanup_buf struct buf b = { 0 };
	struct proc_status status;
	struct proc_mounts mounts;
	struct proc_names names;
	struct proc_maps maps;
	struct proc_stat stat;
	struct u64_list list;
	pid_t pid = fork();
	siginfo_t info;

	if (!pid)
		_exit(3);
	proc_open(pid, &dir);
	waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
	check(!proc_read_stat(dir, &stat) && stat.state == 'Z' && stat.exit_code == 3 << 8, "gone: a zombie's stat");
	check(!proc_read_status(dir, &arena, &status) && status.state == 'Z' && !status.vm_rss_kb, "gone: a zombie's status");
	check(!proc_read_maps(dir, &arena, &maps) && !maps.n, "gone: a zombie has no mappings");
	check(proc_read_link(dir, "exe", &b) == PROC_ABSENT, "gone: a zombie's exe is absent");
	check(!proc_read_numbers(dir, "fd", &arena, &list) && !list.n, "gone: a zombie has no descriptors");
	check(proc_read_mountinfo(dir, &arena, &mounts) == PROC_ABSENT, "gone: a zombie has no mounts");
	waitpid(pid, NULL, 0);
	check(proc_read_stat(dir, &stat) == PROC_GONE && proc_read_maps(dir, &arena, &maps) == PROC_GONE, "gone: files");
	check(proc_read_mountinfo(dir, &arena, &mounts) == PROC_GONE, "gone: mounts");
	check(proc_read_link(dir, "exe", &b) == PROC_GONE && proc_read_names(dir, "task", &arena, &names) == PROC_GONE, "gone: links and directories");
	check(proc_open(pid, &other) == PROC_GONE && proc_open_thread(pid, pid, &other) == PROC_GONE && !err_text()[0], "gone: nothing is recorded");
}

/* The runs as text, by pages from BASE: "0-3 5-6*" with a star for what was reported. */
static const char *runs(int fd, char *base, size_t pages, const struct proc_page_query *query, int plain)
{
	static struct buf out[8];
	static unsigned turn;
	static struct proc_pagemap p;
	struct buf *b = &out[turn++ % 8];
	struct proc_page_run run;
	uint64_t from = (uintptr_t)base;
	int r;

	buf_clear(b);
	buf_puts(b, "");
	proc_pagemap_begin(&p, fd, from, from + pages * PAGE, query);
	p.plain = plain;
	while ((r = proc_pagemap_next(&p, &run)) == 1)
		buf_printf(b, "%llu-%llu%s ", (unsigned long long)((run.start - from) / PAGE), (unsigned long long)((run.end - from) / PAGE), run.categories ? "*" : "");
	return r ? "error" : b->p;
}

/* Some guests give a page of its own to whoever only reads: then it is content like any other. Frame numbers are for root. */
static int shares_zero_page(int fd)
{
	volatile char *m = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t pfns[2];
	char sink;

	madvise((void *)m, 2 * PAGE, MADV_NOHUGEPAGE);
	sink = m[0];
	sink = m[PAGE];
	(void)sink;
	return geteuid() || proc_pagemap_pfns(fd, (uintptr_t)m, pfns, 2) || pfns[0] == pfns[1];
}

static void test_pages(void)
{
	char content[64], private[64];
	const struct proc_page_query guarded = { .any_of = PROC_PAGE_PRESENT | PROC_PAGE_GUARD, .report = PROC_PAGE_GUARD };
	cleanup_fd int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	char *m = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int file = open("/proc/self/exe", O_RDONLY);
	char *f = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
	volatile char sink;
	uint64_t pfns[2];
	int plain, has_guard, has_zero;

	madvise(m, 16 * PAGE, MADV_NOHUGEPAGE);
	m[0] = m[PAGE] = m[5 * PAGE] = 1;
	sink = m[8 * PAGE];			/* the zero page */
	sink = f[0];
	f[2 * PAGE] = 1;
	m[15 * PAGE] = 1;
	has_guard = !madvise(m + 15 * PAGE, PAGE, 102);
	(void)sink;
	has_zero = shares_zero_page(fd);
	snprintf(content, sizeof(content), "0-2 5-6 %s%s", has_zero ? "" : "8-9 ", has_guard ? "" : "15-16 ");
	snprintf(private, sizeof(private), "0-2 5-6 8-9 %s", has_guard ? "" : "15-16 ");
	for (plain = 0; plain < 2; plain++) {
		printf("# %s\n", plain ? "plain" : "scan");
		if (geteuid() == 0 || !plain)
			check(!strcmp(runs(fd, m, 16, &proc_pages_data, plain), content), "pagemap: content, without zero and guard pages");
		check(!strcmp(runs(fd, f, 8, &proc_pages_private, plain), "2-3 "), "pagemap: only what a private mapping wrote");
		check(!strcmp(runs(fd, m, 16, &proc_pages_private, plain), private), "pagemap: zeros are content where the file has something else");
		check(!strncmp(runs(fd, f, 8, &proc_pages_data, plain), "0-", 2), "pagemap: the file's pages are data too");
		check(!strcmp(runs(fd, m, 16, &proc_pages_guard, plain), has_guard ? "15-16 " : ""), "pagemap: guard pages");
		if (has_guard)
			check(strstr(runs(fd, m, 16, &guarded, plain), "15-16* ") != NULL, "pagemap: categories are reported");
	}
	check(!proc_pagemap_pfns(fd, (uintptr_t)m + PAGE, pfns, 2) && (pfns[0] || geteuid()) && !pfns[1], "pagemap: frame numbers");
	close(file);
}

/* More runs than the buffer holds, and runs across its borders. */
static void test_many_pages(void)
{
	size_t pages = 20000, i, n[2] = { 0 }, sum[2] = { 0 };
	cleanup_fd int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	char *m = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	static struct proc_pagemap p;
	struct proc_page_run run;
	uint64_t end;
	int plain, ordered = 1;

	madvise(m, pages * PAGE, MADV_NOHUGEPAGE);
	for (i = 0; i < pages; i++)
		if (i < 10000 ? i % 2 : i % 3000)
			m[i * PAGE] = 1;
	for (plain = 0; plain < 2; plain++) {
		proc_pagemap_begin(&p, fd, (uintptr_t)m, (uintptr_t)m + pages * PAGE, &proc_pages_data);
		p.plain = plain;
		for (end = 0; proc_pagemap_next(&p, &run) == 1; end = run.end) {
			ordered &= run.start > end && run.end > run.start;
			n[plain]++;
			sum[plain] += (run.end - run.start) / PAGE;
		}
	}
	check(ordered && n[0] == 5003 && n[1] == 5003 && sum[0] == sum[1] && sum[0] == 5000 + 10000 - 3, "pagemap: thousands of runs, both ways");
	munmap(m, pages * PAGE);
	proc_pagemap_begin(&p, fd, (uintptr_t)m, (uintptr_t)m + pages * PAGE, &proc_pages_data);
	check(proc_pagemap_next(&p, &run) == 0 && proc_pagemap_next(&p, &run) == 0, "pagemap: nothing");
	proc_pagemap_begin(&p, fd, (uintptr_t)m, (uintptr_t)m, &proc_pages_data);
	check(proc_pagemap_next(&p, &run) == 0, "pagemap: an empty range");
	proc_pagemap_begin(&p, -1, (uintptr_t)m, (uintptr_t)m + PAGE, &proc_pages_data);
	check(proc_pagemap_next(&p, &run) == -1 && err_text()[0], "pagemap: a bad descriptor is an error");
}

/* Random pages of all kinds: the scan and the plain way must agree, whatever the ends. */
static void test_random_pages(void)
{
	size_t pages = 6000, i, round, differ = 0;
	cleanup_fd int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	char *m = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	volatile char sink;

	srandom(1);
	madvise(m, pages * PAGE, MADV_NOHUGEPAGE);
	for (round = 0; round < 40; round++) {
		size_t from = (size_t)random() % pages, len = (size_t)random() % (pages - from) + 1;

		for (i = 0; i < 400; i++)
			m[(size_t)random() % pages * PAGE] = 1;
		for (i = 0; i < 300; i++)
			sink = m[(size_t)random() % pages * PAGE];
		madvise(m + (size_t)random() % pages * PAGE, PAGE, MADV_DONTNEED);
		differ += strcmp(runs(fd, m + from * PAGE, len, &proc_pages_data, 0), runs(fd, m + from * PAGE, len, &proc_pages_data, 1)) != 0;
	}
	(void)sink;
	if (geteuid() == 0)
		check(!differ, "pagemap: random pages, both ways the same");
}

int main(void)
{
	test_self();
	test_many_mappings();
	test_vdso();
	test_rest_of_self();
	test_gone();
	test_pages();
	test_many_pages();
	test_random_pages();
	arena_free(&arena);
	return failures != 0;
}
