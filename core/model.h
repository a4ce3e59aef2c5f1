/*
 * model.h - a process tree as data. Filled by scan (from outside) and capture (inside the frozen tree), or decoded from an image;
 * checked, written, rebuilt and compared. Everything in it belongs to its arena.
 */
#ifndef CR_CORE_MODEL_H
#define CR_CORE_MODEL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/field.h"
#include "image/record.h"

#define TASK_KINDS_MAX 48
#define TASK_SLOTS 16			/* kinds of task state that a process has once, */
#define THREAD_SLOTS 20			/* and that each thread has: see task_kind_slot() */

/* The records of one kind for one task or thread: an array of N items of the kind's size. */
struct state {
	void *items;
	size_t n;
};

struct thread {
	pid_t tid;
	int zombie;			/* a leader that has exited while other threads live */
	struct task *task;
	struct state state[THREAD_SLOTS];	/* kinds of scope PER_THREAD */
	struct remote_thread *remote;		/* while frozen; never written, as all that follows */
	/* as it was at the first look of this scan */
	const char *status_text;		/* while scanning; NULL: not kept */
	uint32_t flags;				/* of its stat: PROC_PF_* */
	char comm[16];
	int64_t ruid;				/* real user; -1: not known yet */
	uint64_t cap_eff;			/* effective capabilities: known with it */
};

/* One slot of a descriptor table. */
struct fd {
	uint32_t fd;
	uint32_t cloexec;
	uint32_t file;			/* index into model->files */
};

struct task {			/* a process */
	pid_t pid, ppid;		/* ppid 0: the parent is not of the tree (the root) */
	pid_t pgid, sid;		/* 0: of no task of the tree, and the same as the root's: the restorer's own */
	int32_t exit_signal;
	char *run;			/* "running", "stopped", "zombie"; "continued": running, which its parent has still to hear from wait(2) */
	uint32_t stop_reported;		/* stopped, and its parent has been told by wait(2) */
	int32_t exit_code;		/* of a zombie, as wait(2) gives it */
	uint64_t starttime;		/* clock ticks after boot */
	uint32_t tty_nr;		/* its controlling terminal, as in /proc/PID/stat; 0: none */
	uint32_t foreground;		/* its group is the one in the foreground there */
	struct task *parent;
	struct task *before, *like;	/* the one before it; the one in its place in model->like. NULL: none. See share.c */
	struct task *child, *sibling;	/* its first child, its parent's next one: of a decoded model (model_check.c) */
	struct thread *threads;		/* by tid, the leader first; one (zombie) entry for a zombie */
	size_t nthreads;
	struct fd *fds;			/* by number */
	size_t nfds, fds_cap;
	struct mm *mm;			/* NULL: zombie */
	struct state state[TASK_SLOTS];	/* kinds of scope PER_TASK */
	const struct proc_stat *stat;		/* of its first living thread, while scanning; never written */
	struct remote_process *remote;		/* while frozen; never written */
	int pidfd;				/* while looking at it; -1 */
	int has_continued;		/* children of which wait(2) has still to tell it; while capturing */
	pid_t maker;			/* the thread of its parent that it is a child of; while scanning */
	pid_t born_sid;			/* the session that a restore would make it in; never written, as what follows (sessions.c) */
	int leads_group;		/* others are in a group with its number */
	int group_stands;		/* some of them lead no group of their own */
};

/* A file that is mapped or executed, with what tells that it is still the same one. */
struct mapped_file {
	char *path;			/* as in /proc/PID/maps, looked up under the task's root */
	uint64_t size;			/* bytes */
	int64_t mtime_s;
	uint32_t mtime_ns;
	char *build_id;			/* hex; "" none */
	char *hash;			/* XXH64 of the whole file, hex; "" not taken */
	uint32_t writable;		/* somebody maps it shared and writable: opened O_RDWR */
	int want_hash;			/* somebody has pages of it that are his own beside it, or runs it; not written */
	uint64_t dev, ino;		/* identity while scanning; not written */
	int local_fd;			/* while rebuilding; -1 */
};

enum vma_type {
	VMA_ANON,			/* private anonymous, [heap], [stack] included */
	VMA_FILE,			/* file mapped, private or shared */
	VMA_VDSO,			/* [vdso] */
	VMA_VVAR,			/* [vvar], [vvar_vclock], ...: the kernel's own, in front of the vdso */
	VMA_VSYSCALL,			/* the fixed page at the top: every process has it */
};

struct vma {			/* there may be many of them: the small members stand together */
	uint64_t start, end;
	uint32_t type;			/* enum vma_type */
	uint32_t prot;			/* PROT_* */
	uint32_t may;			/* VM_MAYREAD|MAYWRITE|MAYEXEC|MAYSHARE as bits 0..3 (mr mw me ms) */
	uint32_t policy;		/* NUMA: mode of mbind(2) with its flags; 0: none of its own */
	uint8_t shared;			/* MAP_SHARED */
	uint8_t growsdown;
	uint8_t noreserve;
	uint8_t accounted;		/* "ac" */
	uint8_t shares;			/* while scanning: some pages may be shared copy-on-write with another process, or merged by KSM */
	uint64_t offset;		/* bytes into the file */
	int64_t file;			/* index into model->mapped; -1 */
	char *name;			/* "[heap]", "[stack]", "[vvar]", ... as the kernel shows it; "" */
	uint64_t pages;			/* stored in the image (own pages) */
	uint64_t parent_pages;		/* shared copy-on-write with the parent, and stored there */
	struct bytes nodes;		/* bit N of byte N/8: node N; without zeros at its end */
	char *advice;			/* what madvise(2) said, as words of VmFlags: "dd,wf"; "" */
	uint64_t unknown_flags;		/* while scanning: VmFlags that no unit carries */
};

struct mm {
	uint64_t id;			/* number of the address space in the image = index of the task */
	uint64_t start_code, end_code, start_data, end_data, start_brk, brk, start_stack;
	uint64_t arg_start, arg_end, env_start, env_end;
	struct bytes auxv;
	char *command;			/* the command line as /proc/PID/cmdline shows it, with spaces, cut at 4096 bytes */
	int64_t exe;			/* index into model->mapped */
	uint64_t vdso_hash;		/* XXH64 of the vdso's bytes */
	struct vma *vmas;		/* by address */
	size_t nvmas, vmas_cap;
	struct mem_run *runs;		/* while dumping: its own pages, if they are few runs; never written */
	size_t nruns;
	int writes_files;		/* some of VMAS are files that it can change by writing to memory; while scanning */
	int defaults;			/* none of VMAS has a NUMA policy; 0: they have to be asked. Never written */
	size_t asked;			/* while capturing: so many VMAS have been asked for their NUMA policy; never written */
	struct mem_cursor *cursor;	/* while pages are loaded; never written */
	uint64_t stored;		/* bytes of its pages as they stand in the archive, while inspecting; never written */
};

/* An open file description. */
struct file {
	uint32_t id;			/* its index + 1 in order of first sight: tasks in tree order, descriptors by number */
	const struct file_kind *kind;	/* NULL: unknown, refused */
	const struct check *refused;	/* the check that is still to say what it is, while scanning */
	uint32_t flags;			/* as F_GETFL: access mode and status flags, without O_CLOEXEC */
	uint64_t pos;
	void *state;			/* kind->size bytes */
	pid_t pid, tid;			/* where it was first seen: a process, and a thread of it that lives */
	int fd;
	char *text;			/* readlink of /proc/PID/fd/N, for messages */
	int local_fd;			/* our own copy while capturing or rebuilding; -1 */
	uint64_t dev, ino;		/* while scanning: mount id and inode of fdinfo */
};

struct header {			/* first record of the image */
	uint32_t format;
	char *version;			/* of cr */
	char *arch, *kernel, *host;
	uint64_t time;			/* seconds since the epoch */
	uint64_t monotonic, boottime;	/* CLOCK_MONOTONIC and CLOCK_BOOTTIME, in nanoseconds: programs measure time with them */
	uint32_t page_size;
	uint32_t xsave_size;		/* bytes; the restoring CPU must offer as much */
	uint64_t xsave_mask;		/* XCR0 features in use by the tree's machine */
	char *cpu;			/* instruction sets of that machine: programs chose among them when they started */
	uint32_t leave_running;		/* what was asked: -R */
	char *command;			/* command line of the root */
	char *losses;			/* names given by --allow-loss and found; "" */
	pid_t root;
};

/* Where a number stands, while an image is decoded: whatever it says, looking one up takes no time. */
struct ids {
	struct id { pid_t id; uint32_t index; struct task *task; } *v;
	size_t n, cap;
};
int ids_add(struct ids *ids, struct arena *a, pid_t id, struct task *task, uint32_t index);	/* one that is there stays. -1: no memory */
const struct id *ids_find(const struct ids *ids, pid_t id);	/* NULL: not there */

struct model {
	struct arena arena;
	const struct model *like;	/* probably the same, and as long there: equal records are not kept twice. NULL: none */
	struct header header;
	struct task **tasks;		/* in tree order: a parent before its children, children by age */
	size_t ntasks, tasks_cap;
	struct ids pids;		/* of a decoded model; else empty */
	struct file **files;
	struct file **sorted;		/* the same by inode and kcmp(2) order, while scanning */
	size_t nfiles, files_cap;
	struct mapped_file **mapped;
	size_t nmapped, mapped_cap;
};

extern const struct field header_fields[], task_fields[], thread_fields[], mm_fields[], vma_fields[], fd_fields[],
	mapped_fields[], file_fields[];

struct task *model_task(const struct model *m, pid_t pid);	/* NULL: not of the tree */
size_t model_first_of_inode(const struct model *m, uint64_t ino);	/* index in m->sorted of the first of INO or more; m->nfiles: none */
/* The thread that speaks for the whole process: the leader, or another one when the leader has exited. NULL: a zombie. */
struct thread *model_speaker(const struct task *t);
/* Our copies of open files: while we hold them, nobody sees the end of a pipe. */
void model_close_files(struct model *m);
void model_free(struct model *m);		/* closes descriptors, frees the arena */

void model_place(struct model *m, struct task *t);	/* T is about to be the last of the tasks */

/* T->mm, empty, with room for as many mappings as the task before has: most of a large tree is alike. NULL: recorded. */
struct mm *model_add_mm(struct model *m, struct task *t);

uint64_t model_clock(int clock);		/* nanoseconds, as the header has them */

/*
 * model_write.c: a section of an image as text, in pieces of whole lines, with a NUL behind each. TAKE may change it, or take it over; LAST:
 * there are no more, and this one may be empty. What it returns, if that is not 0, ends it.
 */
typedef int model_take_fn(void *ctx, struct buf *text, int last);
extern const char *const model_sections[];	/* in order, NULL at the end */
int model_write_section(const struct model *m, unsigned section, model_take_fn *take, void *ctx);

/* model_text.c: and back. TEXT, with a NUL behind it, is taken apart where it stands. -1: fail_image. */
int model_read_section(struct model *m, const char *name, char *text, size_t len);
/* The same in pieces of whole lines. */
struct model_reading {
	struct model *m;
	const char *name;
	unsigned line;
	int (*read)(struct model_reading *rd, struct record *r);
	struct record_seen seen;
	struct task *last;		/* that a record named */
	size_t threads_cap;		/* of LAST */
	struct ids tids;
};
int model_read_begin(struct model_reading *rd, struct model *m, const char *name);
int model_read_lines(struct model_reading *rd, char *text, size_t len);
int model_check_whole(struct model *m);	/* references, order and ranges of a decoded model: -1 fail_image */

#endif
