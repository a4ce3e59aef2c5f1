/*
 * proc.h - every /proc text that cr reads: one pure parser each (text in, struct out), and thin openers beside them.
 *
 * proc_X_parse() never opens anything: 0, or -1 with the line it does not understand recorded. TEXT ends with a NUL.
 * proc_read_X() reads the file under a descriptor of /proc/PID or /proc/PID/task/TID and parses it; it returns
 * one of the values of enum proc_result. All memory comes from the arena; strings are never NULL unless it is said.
 */
#ifndef CR_PROC_PROC_H
#define CR_PROC_PROC_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/field.h"

enum proc_result {
	PROC_ERROR = -1,		/* recorded */
	PROC_OK = 0,
	PROC_GONE = 1,			/* the process or thread has ended: a value, nothing recorded */
	PROC_ABSENT = 2,		/* it is there, but has no such file or link (old kernel, zombie, no LSM); nothing recorded */
};

/* ---- openers (open.c) ---- */

int proc_open(pid_t pid, int *dirfd);				/* /proc/PID */
int proc_open_self(int *dirfd);					/* ours: PROC_OK, or PROC_ERROR */
/* What errno says of a process that could not be looked at: 0 it has ended, 1 others may not; -1 recorded: what is there was missed. */
int proc_unseen(pid_t pid);
int proc_open_thread(pid_t pid, pid_t tid, int *dirfd);		/* /proc/PID/task/TID */
int proc_open_file(int dirfd, const char *name, int flags, int *fd);	/* O_CLOEXEC is added */
int proc_lives(int dirfd);					/* is no zombie, and not about to end: the leader or the thread of the folder */
int proc_read_text(int dirfd, const char *name, struct buf *out);	/* OUT is cleared first; a NUL inside is an error */
int proc_read_record(int dirfd, const char *name, struct buf *out);	/* the same, see io_read_record(): status and the like */
int proc_read_piece(int dirfd, const char *name, int fd, struct buf *out, size_t enough);	/* appends so much of it, open as FD */
int proc_read_link(int dirfd, const char *name, struct buf *out);
#define PROC_NS_MAX 32
int proc_read_ns(int dirfd, const char *name, char out[PROC_NS_MAX]);	/* "net:[4026531833]", a link that is short; "" when it cannot be read */
int proc_write_text(int dirfd, const char *name, const char *text);		/* 0, or -1 recorded: who is gone is an error here */

/*
 * A long text in pieces of whole entries, each of which BEGINS at the start of a line (NULL: each line is one). They last until TAKE returns;
 * what that is, if not 0, ends it. (pieces.c)
 */
int proc_each_piece(int dirfd, const char *name, int (*begins)(const char *line), int (*take)(void *ctx, const char *text), void *ctx);

/* Entries of a directory: all must be numbers ("task", "fd"; sorted), or any names ("ns", "attr"; in the kernel's order). */
int proc_read_numbers(int dirfd, const char *name, struct arena *a, struct u64_list *out);
struct proc_names {
	char **v;
	size_t n;
};
int proc_read_names(int dirfd, const char *name, struct arena *a, struct proc_names *out);

/* ---- single numbers, and lists of them (number.c): oom_score_adj, coredump_filter, children ---- */

/* One number, then at most white space. BASE 10 or 16 (then "0x" may stand in front). */
int proc_u64_parse(const char *text, unsigned base, uint64_t *out);
int proc_i64_parse(const char *text, int64_t *out);
int proc_list_parse(struct arena *a, const char *text, struct u64_list *out);	/* decimal, white space between: children */
int proc_read_u64(int dirfd, const char *name, unsigned base, uint64_t *out);
int proc_read_i64(int dirfd, const char *name, int64_t *out);
int proc_read_list(int dirfd, const char *name, struct arena *a, struct u64_list *out);

/* ---- stat (stat.c) ---- */

#define PROC_PF_EXITING		0x00000004
#define PROC_PF_IO_WORKER	0x00000010
#define PROC_PF_FORKNOEXEC	0x00000040
#define PROC_PF_USER_WORKER	0x00004000	/* a thread of the kernel's own: io_uring, vhost */
#define PROC_PF_KTHREAD		0x00200000

struct proc_stat {
	pid_t pid, ppid, pgrp, session, tpgid;
	char comm[64];			/* raw bytes, 15 at most for a user's task */
	char state;			/* R S D T t X Z P I */
	uint32_t tty_nr, flags;
	int64_t priority, nice, num_threads;
	uint64_t starttime;
	uint64_t start_code, end_code, start_stack, start_data, end_data, start_brk;
	uint64_t arg_start, arg_end, env_start, env_end;	/* all of these are 0 without the right to look */
	int exit_code, exit_signal;
	uint32_t processor, rt_priority, policy;
	unsigned extra;			/* numbers behind those that are known: a newer kernel's */
};
int proc_stat_parse(const char *text, struct proc_stat *out);
int proc_read_stat(int dirfd, struct proc_stat *out);
int proc_stat_of(pid_t pid, struct proc_stat *out);	/* for those of whom nothing else is asked */

/* ---- "key: value" lines (pairs.c) ---- */

struct proc_pair {
	char *key, *value;		/* VALUE without the white space around it */
};
struct proc_pairs {
	struct proc_pair *v;
	size_t n;
};
/* Takes the next line apart where it stands: 1 and *TEXT moved behind it, 0 at the end, -1. */
int proc_pair_next(char **text, struct proc_pair *out);
const char *proc_pairs_get(const struct proc_pairs *pairs, const char *key);	/* NULL: no such key */

/* ---- status (status.c) ---- */

#define PROC_FEATURE_SHSTK	1u	/* x86_Thread_features: shstk */
#define PROC_FEATURE_WRSS	2u
#define PROC_FEATURE_UNKNOWN	4u	/* another word */

struct proc_status {
	char state;
	uint32_t umask;
	int has_umask;			/* not for zombies */
	pid_t tgid, pid, ppid, tracer;
	uint32_t uid[4], gid[4];	/* real, effective, saved, filesystem */
	struct u64_list groups, nspid;	/* NSPID: outermost namespace first */
	uint64_t vm_rss_kb, threads;
	uint64_t sig_pnd, shd_pnd, sig_blk, sig_ign, sig_cgt;	/* bit 0 is signal 1 */
	uint64_t cap_inh, cap_prm, cap_eff, cap_bnd, cap_amb;
	uint32_t no_new_privs, seccomp, seccomp_filters;
	int thp_enabled, has_thp;	/* HAS_*: the kernel shows the line */
	uint64_t untag_mask;
	int has_untag_mask;
	uint32_t thread_features, thread_features_locked;	/* PROC_FEATURE_*: CET shadow stack */
};
int proc_status_parse(struct arena *a, const char *text, struct proc_status *out);
int proc_read_status(int dirfd, struct arena *a, struct proc_status *out);
const char *proc_capability_name(unsigned bit);	/* "SYS_ADMIN"; NULL: none that has a name here */

/* ---- maps (maps.c) ---- */

struct proc_map {
	uint64_t start, end, offset, inode;
	uint32_t major, minor;
	uint8_t prot;			/* PROT_READ, PROT_WRITE, PROT_EXEC */
	uint8_t shared;			/* MAP_SHARED: may be written to the file */
	/*
	 * The kernel writes a newline as \012 but a backslash as itself, so "\012" means two things: it is undone here, and
	 * ESCAPED says so. Then only the link in map_files tells the name.
	 */
	uint8_t escaped;
	char *path;			/* "" for none; " (deleted)" kept */
};
struct proc_maps {
	struct proc_map *v;
	size_t n;
};
/* One line: 1 and *TEXT moved behind it, 0 at the end, -1. */
int proc_maps_next(struct arena *a, const char **text, struct proc_map *out);
int proc_maps_parse(struct arena *a, const char *text, struct proc_maps *out);	/* ascending, never overlapping */
int proc_read_maps(int dirfd, struct arena *a, struct proc_maps *out);
/* The vdso alone, if it can be read and executed. -1: not found in this way, nothing recorded. */
int proc_vdso(pid_t tid, uint64_t *start, uint64_t *end);

/* ---- smaps (smaps.c) ---- */

/* Bits of proc_smap.flags; the two letters of VmFlags are in proc_vm_flag_names[]. */
enum proc_vm_flag {
	PROC_VM_RD, PROC_VM_WR, PROC_VM_EX, PROC_VM_SH, PROC_VM_MR, PROC_VM_MW, PROC_VM_ME, PROC_VM_MS,
	PROC_VM_GD, PROC_VM_PF, PROC_VM_LO, PROC_VM_IO, PROC_VM_SR, PROC_VM_RR, PROC_VM_DC, PROC_VM_DE,
	PROC_VM_LF, PROC_VM_AC, PROC_VM_NR, PROC_VM_HT, PROC_VM_SF, PROC_VM_AR, PROC_VM_WF, PROC_VM_DD,
	PROC_VM_SD, PROC_VM_MM, PROC_VM_HG, PROC_VM_NH, PROC_VM_MG, PROC_VM_BT, PROC_VM_MT, PROC_VM_UM,
	PROC_VM_UW, PROC_VM_UI, PROC_VM_SS, PROC_VM_SL, PROC_VM_DP, PROC_VM_GU, PROC_VM_DW, PROC_VM_FLAGS
};
#define PROC_VM(flag) (1ull << PROC_VM_##flag)
extern const char proc_vm_flag_names[PROC_VM_FLAGS][3];

struct proc_smap {
	struct proc_map map;
	uint64_t rss_kb, pss_kb, anonymous_kb, anon_huge_kb, swap_kb, locked_kb, kernel_page_kb;
	uint64_t protection_key;	/* 0 when the line is missing */
	uint64_t flags;			/* PROC_VM() bits */
	char *flags_text;		/* "rd wr mr" */
	unsigned unknown_flags;		/* words that are in no table ("??" is one) */
	char *unknown_flag;		/* the first of them; NULL: none */
	struct proc_pairs unknown;	/* keys that are in no table */
};
/*
 * One mapping after the other, so that the memory it takes does not grow with them: each lasts until EACH returns. What that is, if not 0,
 * ends it. END: of the mapping before the first one of TEXT; then of the last one.
 */
typedef int proc_smap_fn(void *ctx, const struct proc_smap *smap);
int proc_smaps_each(const char *text, uint64_t *end, proc_smap_fn *each, void *ctx);
int proc_each_smap(int dirfd, proc_smap_fn *each, void *ctx);	/* of a process */

/* ---- locks, as in /proc/locks and in fdinfo (locks.c) ---- */

enum proc_lock_kind { PROC_LOCK_POSIX, PROC_LOCK_OFD, PROC_LOCK_FLOCK, PROC_LOCK_LEASE, PROC_LOCK_DELEG, PROC_LOCK_ACCESS };
enum proc_lock_state {
	PROC_LOCK_ADVISORY, PROC_LOCK_NOINODE,				/* POSIX, OFD, FLOCK, ACCESS */
	PROC_LOCK_ACTIVE, PROC_LOCK_BREAKING, PROC_LOCK_BREAKER,	/* LEASE, DELEG */
};
enum proc_lock_mode { PROC_LOCK_READ, PROC_LOCK_WRITE, PROC_LOCK_UNLOCK };

#define PROC_LOCK_EOF INT64_MAX

struct proc_lock {
	uint64_t id;
	unsigned waiter;		/* 0: it is held; else it waits, at this depth, for the last one held above it */
	enum proc_lock_kind kind;
	enum proc_lock_state state;
	enum proc_lock_mode mode;
	pid_t pid;			/* -1 OFD; 0 not in the reader's pid namespace */
	uint32_t major, minor;
	uint64_t inode;
	int64_t start, end;		/* END is the last byte, or PROC_LOCK_EOF */
};
struct proc_locks {
	struct proc_lock *v;
	size_t n;
};
int proc_lock_parse(const char *line, size_t len, struct proc_lock *out);
int proc_locks_parse(struct arena *a, const char *text, struct proc_locks *out);
int proc_read_locks(struct arena *a, struct proc_locks *out);	/* /proc/locks */

/* ---- fdinfo (fdinfo.c) ---- */

struct proc_fdinfo {
	int64_t pos;
	uint32_t flags;			/* as open(2) takes them, O_CLOEXEC included */
	uint32_t mnt_id;
	uint64_t ino;
	int has_ino;			/* since Linux 5.14 */
	struct proc_locks locks;
	/*
	 * All other lines in order. "inotify wd:1 ino:.." and "fanotify flags:.." have their first word as key and the rest as
	 * value; a line without a colon has the key "".
	 */
	struct proc_pairs other;
};
int proc_fdinfo_parse(struct arena *a, const char *text, struct proc_fdinfo *out);
int proc_read_fdinfo(int dirfd, unsigned fd, struct arena *a, struct proc_fdinfo *out);
int proc_read_fdinfo_text(int dirfd, unsigned fd, struct buf *out);

/* ---- mountinfo (mountinfo.c) ---- */

struct proc_mount {
	uint32_t id, parent, major, minor;
	char *root, *mountpoint, *options;
	char *optional;			/* "shared:1 master:2", "" for none */
	char *fstype, *source;
	char *super_options;		/* as printed: escapes are not undone */
};
struct proc_mounts {
	struct proc_mount *v;
	size_t n;
};
int proc_mountinfo_parse(struct arena *a, const char *text, struct proc_mounts *out);
int proc_read_mountinfo(int dirfd, struct arena *a, struct proc_mounts *out);
const struct proc_mount *proc_mount_by_id(const struct proc_mounts *mounts, uint32_t id);	/* NULL: not there */

/* ---- limits (limits.c) ---- */

#define PROC_LIMITS 16			/* RLIMIT_CPU 0 .. RLIMIT_RTTIME 15 */

struct proc_limits {
	uint64_t soft[PROC_LIMITS], hard[PROC_LIMITS];	/* by RLIMIT_ number; unlimited is ~0 */
	uint32_t present;		/* a bit for each RLIMIT_ number that was listed */
	struct proc_names unknown;	/* names of rows that are in no table */
};
int proc_limits_parse(struct arena *a, const char *text, struct proc_limits *out);
int proc_read_limits(int dirfd, struct arena *a, struct proc_limits *out);

/* ---- cgroup (cgroup.c) ---- */

struct proc_cgroup {
	uint32_t hierarchy;		/* 0: version 2 */
	char *controllers;		/* "cpu,cpuacct", "name=systemd", "" */
	char *path;			/* " (deleted)" kept */
};
struct proc_cgroups {
	struct proc_cgroup *v;
	size_t n;
};
int proc_cgroup_parse(struct arena *a, const char *text, struct proc_cgroups *out);
int proc_read_cgroup(int dirfd, struct arena *a, struct proc_cgroups *out);

/* ---- links (inode_link.c) ---- */

/* "pipe:[123]", "socket:[123]", "mnt:[4026531841]". */
struct proc_inode_link {
	char type[32];
	uint64_t inode;
};
int proc_inode_link_parse(const char *text, struct proc_inode_link *out);

/* ---- timers (timers.c) ---- */

enum proc_timer_notify { PROC_TIMER_SIGNAL, PROC_TIMER_NONE, PROC_TIMER_THREAD };

struct proc_timer {
	int id, signal, clock;
	uint64_t value;			/* sigval */
	enum proc_timer_notify notify;
	int to_thread;			/* SIGEV_THREAD_ID: PID is a tid */
	pid_t pid;
};
struct proc_timers {
	struct proc_timer *v;
	size_t n;
};
int proc_timers_parse(struct arena *a, const char *text, struct proc_timers *out);
int proc_read_timers(int dirfd, struct arena *a, struct proc_timers *out);

/* ---- syscall (syscall.c) ---- */

struct proc_syscall {
	int running;			/* nothing else is known then */
	int64_t nr;			/* -1: blocked, but not in a system call; arguments are 0 */
	uint64_t args[6], sp, pc;
};
int proc_syscall_parse(const char *text, struct proc_syscall *out);
int proc_read_syscall(int dirfd, struct proc_syscall *out);

/* ---- System V IPC (sysvipc.c) ---- */

struct proc_ipc_object {
	int64_t key, id;
	int64_t perms;			/* the octal digits, read as decimal ones: 1600 is a segment that goes with its last user */
	int64_t size;			/* bytes of a segment, semaphores of a set, bytes in a queue */
	int64_t count;			/* attachments of a segment, messages in a queue */
	int64_t last[2];		/* processes: who sent and received last; who made and who attached or detached last */
	int64_t otime;			/* of a set: the last operation; 0: there was none */
};
struct proc_ipc_objects { struct proc_ipc_object *v; size_t n; };
int proc_sysvipc_parse(struct arena *a, const char *text, struct proc_ipc_objects *out);
/* NAME "shm", "msg", "sem", of our own IPC namespace. PROC_ABSENT: there is no System V IPC. */
int proc_read_sysvipc(const char *name, struct arena *a, struct proc_ipc_objects *out);

/* ---- pagemap (pagemap.c) ---- */

/* Categories of a page, as PAGEMAP_SCAN knows them. */
#define PROC_PAGE_FILE		(1u << 2)	/* page cache or shared memory; not set: a page of the process alone */
#define PROC_PAGE_PRESENT	(1u << 3)
#define PROC_PAGE_SWAPPED	(1u << 4)
#define PROC_PAGE_ZERO		(1u << 5)	/* the zero page */
#define PROC_PAGE_HUGE		(1u << 6)
#define PROC_PAGE_SOFT_DIRTY	(1u << 7)
#define PROC_PAGE_GUARD		(1u << 8)	/* MADV_GUARD_INSTALL */

/* Which pages: all of WITH are set, all of WITHOUT are not, and one of ANY_OF is (0: no matter). */
struct proc_page_query {
	uint64_t with, without, any_of;
	uint64_t report;		/* categories that split runs and are told; 0: the longest runs */
};
extern const struct proc_page_query proc_pages_data;	/* has content: present or swapped, not the zero page, no guard */
extern const struct proc_page_query proc_pages_private;	/* the same, and not the file's: what a private mapping wrote */
extern const struct proc_page_query proc_pages_guard;	/* guard pages (Linux 6.15 on; never any before) */

struct proc_page_run {
	uint64_t start, end;
	uint64_t categories;		/* of those in REPORT */
};

#define PROC_PAGEMAP_REGIONS 512	/* the kernel's own buffer: see pagemap.c */

struct proc_pagemap {			/* 12 kB: not on small stacks */
	int fd;				/* of /proc/PID/pagemap; not owned */
	int plain, ready;		/* PLAIN: no PAGEMAP_SCAN, reads the file; READY: ZERO_PFN has been looked for */
	uint64_t at, end;		/* not scanned yet */
	struct proc_page_query query;
	uint64_t zero_pfn;		/* 0: cannot be known */
	size_t next, n;
	struct { uint64_t start, end, categories; } regions[PROC_PAGEMAP_REGIONS];
};
/* START and END are page-aligned. Runs come in ascending order and never touch unless their categories differ. */
void proc_pagemap_begin(struct proc_pagemap *p, int fd, uint64_t start, uint64_t end, const struct proc_page_query *query);
int proc_pagemap_next(struct proc_pagemap *p, struct proc_page_run *run);	/* 1: a run; 0: no more; -1 recorded */

/* Page frame numbers of N pages from START, and of what is swapped its place there, with bit 62; 0: nothing, or no right to know (CAP_SYS_ADMIN). */
int proc_pagemap_pfns(int fd, uint64_t start, uint64_t *pfns, size_t n);

#endif
