/*
 * proc_test.c - the parsers of a process's own texts: captured text and hostile text.
 *
 * proc_tables_test.c has the smaller ones and the tables, proc_live_test.c the openers and the pages.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "core/base/err.h"
#include "core/proc/proc.h"
#include "check.h"

static struct arena arena;

#define STAT_TAIL " S 11095 11094 2331 34816 -1 4194304 130 0 0 0 0 0 0 0 20 -5 1 0 550476 2990080 412 18446744073709551615 " \
	"94821455716352 94821455734281 140736246993600 0 0 0 0 6 0 1 0 0 17 1 3 2 0 0 0 94821455748368 94821455749632 " \
	"94821630980096 140736246999698 140736246999706 140736246999706 140736247001065 768"

static void test_stat(void)
{
	static const char *const bad[] = {
		"", "x", "1", "1 (a", "1 a) S", "1 (a) ", "1 (a)", "1 (a) S", "1 (a) S 1 2 3",
		"1 (a)" STAT_TAIL " x", "1 (a)" STAT_TAIL "\nx", "99999999999 (a)" STAT_TAIL, "-99999999999 (a)" STAT_TAIL,
		"1 (0123456789012345678901234567890123456789012345678901234567890123)" STAT_TAIL, "1 (a)" STAT_TAIL "\v",
		"1 (a) S 99999999999" STAT_TAIL, "1 (a) S -" STAT_TAIL, "1 (a)  " STAT_TAIL,
	};
	struct proc_stat s;
	size_t i, refused = 0;

	check(!proc_stat_parse("11100 (a) S\n b)(" ")" STAT_TAIL "\n", &s) && s.pid == 11100 && !strcmp(s.comm, "a) S\n b)("), "stat: a hostile name");
	check(s.state == 'S' && s.ppid == 11095 && s.pgrp == 11094 && s.session == 2331 && s.tty_nr == 34816 && s.tpgid == -1, "stat: ids");
	check(s.flags == 4194304 && s.priority == 20 && s.nice == -5 && s.num_threads == 1 && s.starttime == 550476, "stat: scheduling");
	check(s.start_code == 94821455716352 && s.end_code == 94821455734281 && s.start_stack == 140736246993600 &&
	      s.start_data == 94821455748368 && s.end_data == 94821455749632 && s.start_brk == 94821630980096 &&
	      s.arg_start == 140736246999698 && s.arg_end == 140736246999706 && s.env_start == 140736246999706 &&
	      s.env_end == 140736247001065, "stat: addresses");
	check(s.exit_code == 768 && s.exit_signal == 17 && s.processor == 1 && s.rt_priority == 3 && s.policy == 2 && !s.extra, "stat: the rest");
	check(!proc_stat_parse("1 (a)" STAT_TAIL " 7 -8", &s) && s.extra == 2, "stat: more numbers of a newer kernel are counted");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refused += proc_stat_parse(bad[i], &s) == -1 && err_text()[0];
	check(refused == i, "stat: hostile lines are refused");
}

#define STATUS_HEAD "Name:\tsl\\ne:p\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t10\nPid:\t11\nPPid:\t9\nTracerPid:\t0\n" \
	"Uid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t4294967295\nGroups:\t4 24 \nNSpid:\t11\t2\nVmRSS:\t    1760 kB\nTHP_enabled:\t1\n" \
	"untag_mask:\t0xffffffffffffffff\nThreads:\t3\nSigPnd:\t0000000000000000\nShdPnd:\t0000000000004000\n" \
	"SigBlk:\t0000000000000001\nSigIgn:\t0000000000000006\nSigCgt:\tffffffffffffffff\nCapInh:\t0000000000000000\n" \
	"CapPrm:\t000001fffeffffff\nCapEff:\t000001fffeffffff\nCapBnd:\t000001fffeffffff\n"
#define STATUS STATUS_HEAD "CapAmb:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t3\n"

static void test_status(void)
{
	static const char *const bad[] = {
		"", "x", ":", "\n", STATUS_HEAD, STATUS "Pid:\t11\n", STATUS "nocolon\n", STATUS "\n", "Pid:\tx\n" STATUS,
		STATUS "Seccomp:\t2\n", "Groups:\t1 x\n", "Uid:\t1\t2\t3\n", "Uid:\t1\t2\t3\t4\t5\n", "State:\t\n", "VmRSS:\t1 MB\n", STATUS "VmRSS:\t1\n",
	};
	struct proc_status s;
	size_t i, refused = 0;

	check(!proc_status_parse(&arena, STATUS "x86_Thread_features:\tshstk wrss \nx86_Thread_features_locked:\tnew\nNew:\n", &s), "status: parsed");
	check(s.state == 'S' && s.umask == 022 && s.has_umask && s.tgid == 10 && s.pid == 11 && s.ppid == 9 && !s.tracer, "status: ids");
	check(s.uid[0] == 1 && s.uid[3] == 4 && s.gid[3] == 4294967295u && s.groups.n == 2 && s.groups.v[1] == 24, "status: users and groups");
	check(s.nspid.n == 2 && s.nspid.v[1] == 2 && s.vm_rss_kb == 1760 && s.threads == 3, "status: namespaces, memory, threads");
	check(s.shd_pnd == 0x4000 && s.sig_blk == 1 && s.sig_ign == 6 && s.sig_cgt == ~0ull && s.cap_prm == 0x1fffeffffff, "status: masks");
	check(s.no_new_privs == 1 && s.seccomp == 2 && s.seccomp_filters == 3 && s.thp_enabled == 1 && s.untag_mask == ~0ull, "status: security");
	check(s.thread_features == 3 && s.thread_features_locked == PROC_FEATURE_UNKNOWN, "status: features");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refused += proc_status_parse(&arena, bad[i], &s) == -1 && err_text()[0];
	check(refused == i, "status: hostile text is refused");
}

static void test_maps(void)
{
	static const char text[] =
		"563d572f6000-563d572fb000 r-xp 00002000 fe:00 248056                     /usr/bin/sl\\012ee\\p (deleted)\n"
		"7fadeb9bd000-7fadeb9bf000 rw-s 00000000 00:01 0                          /SYSV00001234 (deleted)\n"
		"7ffd2b5e0000-7ffd2b5e1000 ---p 00000000 00:00 0 \n"
		"ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n";
	static const char *const bad[] = {
		"\n", "x", "1", "1-", "1-2", "1-2 r", "1-2 r-xp", "2-1 r-xp 0 0:0 0", "1-1 r-xp 0 0:0 0", "1-2 r-xq 0 0:0 0", "1-2 r-xp 0 0:0",
		"1-2 r-xp 0 0:0 0x", "11111111111111111-22222222222222222 r-xp 0 0:0 0", "1-2 rwxp 0 100000000:0 0", "1-3 rwxp 0 0:0 0\n2-4 rwxp 0 0:0 0",
		"1-2  rwxp 0 0:0 0", "+1-2 rwxp 0 0:0 0", "1-2 rwxp -1 0:0 0", "1-2 rwxp 0 0:0 99999999999999999999",
	};
	struct proc_maps m;
	size_t i, refused = 0;

	check(!proc_maps_parse(&arena, text, &m) && m.n == 4, "maps: parsed");
	check(m.v[0].start == 0x563d572f6000 && m.v[0].end == 0x563d572fb000 && m.v[0].offset == 0x2000 && m.v[0].major == 0xfe &&
	      m.v[0].inode == 248056 && m.v[0].prot == (PROT_READ | PROT_EXEC) && !m.v[0].shared, "maps: numbers");
	check(!strcmp(m.v[0].path, "/usr/bin/sl\nee\\p (deleted)") && m.v[0].escaped && !m.v[1].escaped, "maps: a newline in a name");
	check(m.v[1].shared && m.v[1].prot == (PROT_READ | PROT_WRITE) && !strcmp(m.v[2].path, "") && m.v[3].end == 0xffffffffff601000, "maps: kinds");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refused += proc_maps_parse(&arena, bad[i], &m) == -1 && err_text()[0];
	check(refused == i, "maps: hostile lines are refused");
	check(!proc_maps_parse(&arena, "", &m) && !m.n, "maps: none at all (a zombie)");
}

static void test_maps_speed(void)
{
	cleanup_buf struct buf b = { 0 };
	struct arena a = { 0 };
	struct timespec t0, t1;
	struct proc_maps m;
	char title[80];
	uint64_t us;
	int i;

	for (i = 1; i <= 10000; i++)
		buf_printf(&b, "%x000-%x000 r-xp 00002000 fe:00 248056                     /usr/lib/x86_64-linux-gnu/libc.so.6\n", i, i + 1);
	clock_gettime(CLOCK_MONOTONIC, &t0);
	i = proc_maps_parse(&a, b.p, &m);
	clock_gettime(CLOCK_MONOTONIC, &t1);
	us = (uint64_t)((t1.tv_sec - t0.tv_sec) * 1000000 + (t1.tv_nsec - t0.tv_nsec) / 1000);
	snprintf(title, sizeof(title), "maps: 10000 lines in %llu us", (unsigned long long)us);
	check(!i && m.n == 10000 && us < 100000, title);
	arena_free(&a);
}

/* Each of two mappings, where it is told apart. */
static int smap_is_good(void *ctx, const struct proc_smap *m)
{
	size_t *n = ctx;

	if ((*n)++ == 1) {
		check(m->flags == (PROC_VM(GU) | PROC_VM(DP) | PROC_VM(SL) | PROC_VM(SS) | PROC_VM(LF)) && !m->unknown.n && !strcmp(m->map.path, "/a:b") &&
		      m->kernel_page_kb == 4 && m->rss_kb == 123456789 && m->anonymous_kb == 12345678, "smaps: the next mapping");
		return 0;
	}
	check(m->rss_kb == 3 && m->anonymous_kb == 2 && m->anon_huge_kb == 1 && m->kernel_page_kb == 4 && m->protection_key == 5, "smaps: figures");
	check(m->flags == (PROC_VM(RD) | PROC_VM(WR) | PROC_VM(MR) | PROC_VM(AC)) && m->unknown_flags == 2 && !strcmp(m->unknown_flag, "??") &&
	      !strcmp(m->flags_text, "rd wr ?? mr zz ac"), "smaps: flags, known and unknown");
	check(m->unknown.n == 1 && !strcmp(m->unknown.v[0].key, "New_figure") && !strcmp(m->unknown.v[0].value, "7 kB"), "smaps: an unknown key");
	return 0;
}

static int smap_ends_it(void *ctx, const struct proc_smap *m)
{
	return ++*(size_t *)ctx == 1 ? 7 : !m;
}

static int smap_is_nothing(void *ctx, const struct proc_smap *m)
{
	return ctx || !m;
}

static void test_smaps(void)
{
#define MAP "1000-2000 rw-p 00000000 00:00 0 \n"
	static const char text[] = MAP "Size:   4 kB\nKernelPageSize:        4 kB\nRss:  3 kB\nAnonymous:             2 kB\nAnonHugePages: 1 kB\n"
		"New_figure:   7 kB\nTHPeligible:           0\nProtectionKey:         5\nVmFlags: rd wr ?? mr zz ac \n"
		"3000-4000 r--p 00000000 fe:00 5   /a:b\nSize:                  4 kB\nKernelPageSize:        4 kB\n"
		"Rss:            123456789 kB\nAnonymous:      12345678 kB\nVmFlags: gu dp sl ss lf\n";
	static const char *const bad[] = {
		"Size: 4 kB\n", MAP, MAP "Size: 4 kB\n", MAP "Rss: x\nVmFlags: rd\n", MAP "Rss: 4 MB\nVmFlags: rd\n", MAP "VmFlags: rd\nVmFlags: rd\n",
		MAP "VmFlags: rd\n" MAP "VmFlags: rd\n", MAP "Rss\nVmFlags: rd\n", MAP "\nVmFlags: rd\n", MAP ": 1\n", MAP "Rss: 99999999999999999999 kB\n",
		MAP "Size:                  4 kB\nKernelPageSize:        x kB\nVmFlags: rd\n", MAP "Size:                  4 kB\nKernelPageSize:     ",
	};
	size_t i, n = 0, ended = 0, refused = 0;
	uint64_t end = 0x1000, none = 0;

	check(!proc_smaps_each(text, &end, smap_is_good, &n) && n == 2 && end == 0x4000, "smaps: parsed");
	check(proc_smaps_each(text, &end, smap_is_good, &n) == -1 && n == 2, "smaps: what comes before the end of the last piece is refused");
	check(proc_smaps_each(text, &none, smap_ends_it, &ended) == 7 && ended == 1 && none == 0x2000, "smaps: ended by who looks");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		none = 0, refused += proc_smaps_each(bad[i], &none, smap_is_nothing, NULL) == -1 && err_text()[0];
	check(refused == i, "smaps: hostile text is refused");
}

static void test_locks(void)
{
	static const char text[] = "1: LEASE  ACTIVE    READ 21767 fe:00:10952974 0 EOF\n2: OFDLCK ADVISORY  WRITE -1 fe:00:10952973 50 54\n"
		"4: FLOCK  ADVISORY  WRITE 21767 fe:00:10952972 0 EOF\n4: -> FLOCK  ADVISORY  WRITE 21808 fe:00:10952972 0 EOF\n"
		"4:  -> POSIX  *NOINODE* UNLCK 0 <none>:0 7 EOF\n"
		"5: LEASE  BREAKING  UNLCK 7523 fe:00:10953059 0 EOF\n5: -> LEASE  BREAKER   WRITE 7774 <none>:0 0 EOF\n";
	static const char *const bad[] = {
		"1", "1: ", "1: FLOCK", "1: FLOCK ADVISORY", "1: BLOCK  ADVISORY  WRITE 1 fe:00:1 0 EOF", "1: FLOCK  ACTIVE  WRITE 1 fe:00:1 0 EOF",
		"1: LEASE  ADVISORY  WRITE 1 fe:00:1 0 EOF", "1: FLOCK  ADVISORY  RW 1 fe:00:1 0 EOF", "1: FLOCK  ADVISORY  WRITE 1 fe:00:1 9 3",
		"1: FLOCK  ADVISORY  WRITE 1 fe:00:1 -9 EOF", "1: FLOCK  ADVISORY  WRITE 1 fe:00:1 0 EOFx", "1:   FLOCK  ADVISORY  WRITE 1 fe:00:1 0 EOF",
		"1: FLOCK  ADVISORY  WRITE 1 <none>:0 0 EOF",
	};
	struct proc_locks l;
	size_t i, refused = 0;

	check(!proc_locks_parse(&arena, text, &l) && l.n == 7, "locks: parsed");
	check(l.v[0].kind == PROC_LOCK_LEASE && l.v[0].state == PROC_LOCK_ACTIVE && l.v[0].mode == PROC_LOCK_READ && l.v[0].end == PROC_LOCK_EOF, "locks: a lease");
	check(l.v[1].kind == PROC_LOCK_OFD && l.v[1].pid == -1 && l.v[1].start == 50 && l.v[1].end == 54 && l.v[1].inode == 10952973 && l.v[1].major == 0xfe, "locks: a range");
	check(!l.v[2].waiter && l.v[3].waiter == 1 && l.v[4].waiter == 2 && l.v[4].state == PROC_LOCK_NOINODE, "locks: waiters");
	check(l.v[5].state == PROC_LOCK_BREAKING && l.v[6].state == PROC_LOCK_BREAKER && l.v[6].waiter == 1 && l.v[6].pid == 7774, "locks: a lease that is broken");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refused += proc_locks_parse(&arena, bad[i], &l) == -1 && err_text()[0];
	check(refused == i, "locks: hostile lines are refused");
}

static void test_fdinfo(void)
{
	static const char text[] = "pos:\t-1\nflags:\t02100002\nmnt_id:\t27\nino:\t10952972\nlock:\t1: FLOCK  ADVISORY  WRITE 21767 fe:00:10952972 0 EOF\n"
		"settime flags: 03\ninotify wd:1 ino:a7c039 sdev:fe00000\ninotify wd:2\ntfd:        5 events: 80000019 data: 1\nno colon\npos:\tagain\n";
	static const char *const bad[] = {
		"", "pos:\t0\n", "pos:\t0\nflags:\t0\n", "pos:\t0x\nflags:\t0\nmnt_id:\t1\n", "pos:\t0\nflags:\t8\nmnt_id:\t1\n",
		"pos:\t0\nflags:\t0\nmnt_id:\t1\nlock:\tx\n", "pos:\t0\nflags:\t0\nmnt_id:\t-1\n", "pos:\t0\nflags:\t0777777777777777777777777\nmnt_id:\t1\n",
	};
	struct proc_fdinfo f;
	size_t i, refused = 0;

	check(!proc_fdinfo_parse(&arena, text, &f) && f.pos == -1 && f.flags == 02100002 && f.mnt_id == 27 && f.ino == 10952972 && f.has_ino, "fdinfo: common lines");
	check(f.locks.n == 1 && f.locks.v[0].kind == PROC_LOCK_FLOCK && f.other.n == 6, "fdinfo: locks and other lines");
	check(!strcmp(f.other.v[0].key, "settime flags") && !strcmp(f.other.v[0].value, "03") && !strcmp(f.other.v[1].key, "inotify") &&
	      !strcmp(f.other.v[1].value, "wd:1 ino:a7c039 sdev:fe00000") && !strcmp(f.other.v[3].value, "5 events: 80000019 data: 1"), "fdinfo: keys and values");
	check(!strcmp(f.other.v[4].key, "") && !strcmp(f.other.v[4].value, "no colon") && !strcmp(f.other.v[5].key, "pos"), "fdinfo: odd lines are kept");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refused += proc_fdinfo_parse(&arena, bad[i], &f) == -1 && err_text()[0];
	check(refused == i, "fdinfo: hostile text is refused");
}

int main(void)
{
	test_stat();
	test_status();
	test_maps();
	test_maps_speed();
	test_smaps();
	test_locks();
	test_fdinfo();
	arena_free(&arena);
	return failures != 0;
}
