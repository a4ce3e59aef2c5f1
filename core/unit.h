/*
 * unit.h - what a unit is: a kind (something carried) or a check (something refused). One source file each; its name is the
 * file's name, the Config.in symbol, the id in reports and the name of its test subject. The Makefile collects them: build/units.h.
 */
#ifndef CR_CORE_UNIT_H
#define CR_CORE_UNIT_H

#include <stdarg.h>
#include <sys/stat.h>

#include "core/base/buf.h"
#include "core/model.h"
#include "core/remote/remote.h"
#include "core/texts.h"

/* ---- the checklist: what every unit says of itself; core/rows.c makes one row for each feature of it ---- */

#define ROW_MEMBERS \
	const char *name;		/* id */ \
	char in_2009;			/* the checklist of 2009: 'S' was implemented, 'N' listed as not; 0: newer, or not in it */ \
	unsigned char title : 1;	/* what it is called in the checklist */ \
	unsigned char also : 1;		/* other names that it is looked up by, a blank between them */ \
	unsigned char how : 1;		/* how it is detected, one line */ \
	unsigned char condition : 1;	/* carried, provided that ...; 0: always */ \
	unsigned char takes : 1;	/* refused: what it would take to carry it, one line */ \
	unsigned char page : 1;		/* the whole page: what, why hard, a solution or how it is carried, its cost, what is lost */ \
	unsigned char may_be_lost : 1;	/* a process goes on without it, if not as before: --allow-loss may name it */ \
	unsigned char inside : 1;	/* a part of it shows inside the frozen tree only, and may be refused there */

/* Of the texts there is only here whether there is one: they are in core/texts.h. */
struct unit_row {
	ROW_MEMBERS
};

/* unit->row is all of it, unit->name a part of it. */
#define UNIT_ROW union { struct unit_row row; struct { ROW_MEMBERS }; }

/* ---- the report: everything found, all of it at once ---- */

enum verdict {
	FINDING_REFUSED,
	FINDING_LOST,			/* would be refused, but --allow-loss names it */
	FINDING_NOTE,
};

struct finding {
	enum verdict verdict;
	const char *id;			/* the feature */
	pid_t pid, tid;			/* tid 0: the whole process; pid 0: no process */
	char *object;			/* "fd 7", "7f00-8000 [heap]", "/etc/passwd"; "" */
	char *meaning;			/* what it is */
	const char *remedy;		/* what to do about it; "" */
};

struct report {
	struct arena *arena;
	struct finding *findings;
	size_t n, cap;
	size_t refused;
	const char *allowed;		/* ids of features that may be lost, with commas between; NULL: none */
};

/* Is NAME in a list of ids with commas between? */
int report_names(const char *list, const char *name);

/*
 * OBJECT may be NULL. What is refused but allowed to be lost becomes FINDING_LOST. The same finding is never added twice. Returns 0, or
 * -1 when out of memory.
 */
int report_add(struct report *r, enum verdict verdict, const char *id, pid_t pid, pid_t tid, const char *object,
	       const char *remedy, const char *meaning, ...) PRINTF_LIKE(8, 9);
int report_add_list(struct report *r, enum verdict verdict, const char *id, pid_t pid, pid_t tid, const char *object,
		    const char *remedy, const char *meaning, va_list args);

/* What most findings are: something of a process is refused, or a whole thread. Fewer arguments, all of them in registers. */
int report_refuse(struct report *r, const char *id, pid_t pid, const char *object, const char *remedy, const char *meaning, ...)
	PRINTF_LIKE(6, 7);
int report_refuse_thread(struct report *r, const char *id, pid_t pid, pid_t tid, const char *remedy, const char *meaning, ...)
	PRINTF_LIKE(6, 7);

/* "fd 7": an object that has a number. Lasts as long as the report; never NULL. */
const char *report_object(struct report *r, const char *what, long long number);

size_t report_features(const struct report *r);		/* how many different features are refused */

struct rebuild;

/* ---- scanning: /proc -> model, from outside, touching nothing ---- */

struct scan {
	struct model *model;
	struct report *report;
	int frozen;			/* the tree is seized: what is seen cannot change */
	pid_t outer_pgid, outer_sid;	/* of the root, when they are not of the tree; 0 else */
	const struct mount_table *mounts;	/* of our own mount namespace */
	struct outside *outside;	/* what was read of all other processes (look/outside.h); NULL: a scan reads it for itself */
	struct socket_list *socket_lists;	/* /proc/PID/net, and new sockets to compare with; once somebody asked (look/sockets.h) */
	struct sockopt_kind *socket_kinds;
	int one_net_class;		/* we are in no net_cls or net_prio group, so nobody is: there is one class for all */
	int one_ipc;			/* nobody is in another IPC namespace than we: once somebody asked (look/ipc.c) */
	int walked;			/* all threads have been looked at (checks/threads.c) */
	int ask_locks;			/* somebody sleeps in a call that may wait for a lock, or maps a file to write (checks/lock.c) */
	struct remote_process *(*remote_of)(void *ctx, pid_t pid);	/* when frozen: how to reach a process; NULL else */
	void *remote_ctx;
	struct arena texts;		/* of status: until the end of the scan */
	struct { const struct thread *of; struct proc_status *is; } status;	/* what was read last, in TEXTS, and of whom; NULL: nothing */
	struct { pid_t tid; int fd; } folder;	/* /proc/PID/task/TID of the thread that was looked at last; TID 0: none */
};

/* A program that stops nobody sees none that stands. */
static inline int scan_is_frozen(const struct scan *s)
{
	return (ENABLE_APPLET_DUMP || ENABLE_APPLET_RESTORE || ENABLE_DEEP) && s->frozen;
}

/* A tree that we are making shares nothing with anybody else yet: nobody outside has to be looked at. */
static inline int scan_is_newborn(const struct scan *s)
{
	const struct task *root = ENABLE_APPLET_RESTORE && scan_is_frozen(s) && s->model->ntasks ? s->model->tasks[0] : NULL;

	return root && root->remote && root->remote->newborn;
}

/* scan.c: the whole tree below ROOT into s->model; findings into s->report. s->model must be empty, s->report set. */
int scan_tree(struct scan *s, pid_t root);
/* Inside the frozen and opened tree: what only the tasks themselves can tell. */
int scan_capture(struct scan *s);

/* The parts of a scan (threads.c, task/run.c, file/run.c, folder.c). */
int threads_read(struct scan *s, struct task *t, int dir, const struct proc_stat *st);	/* DIR: /proc/PID, and its stat. An enum proc_result */
int tasks_look(struct scan *s, struct task *t);
/*
 * /proc/PID/task/TID, and the status of a thread, both valid until another thread is looked at: all kinds look at one thread before the next.
 * TH NULL: of any living thread. Both return an enum proc_result.
 */
int task_folder(struct scan *s, const struct task *t, const struct thread *th, int *fd);
void task_folder_close(struct scan *s);
int task_folder_status(struct scan *s, const struct task *t, const struct thread *th, const struct proc_status **out);
int tasks_capture(struct scan *s);
int tasks_preflight(struct rebuild *r, struct task *t);
int tasks_rebuild(struct rebuild *r);
int task_rebuild_zombie(struct rebuild *r, struct task *t);	/* what is to be one, while it still can run calls */
int tasks_start(struct task *t);
int files_look(struct scan *s, struct task *t);
int files_capture(struct scan *s);
int files_relate(struct scan *s);

/* What is seen of one descriptor from outside. */
struct fd_look {
	pid_t pid;
	int fd;
	const char *text;		/* readlink of /proc/PID/fd/N */
	const char *fstype;		/* from mnt_id and mountinfo; "" when in no mountinfo (pipes, sockets, anon inodes, detached mounts) */
	struct stat st;			/* only when the file system is local (have_stat) */
	int have_stat;
	uint32_t flags;			/* fdinfo flags, O_CLOEXEC included */
	uint64_t pos;
	int mnt_id;
	const struct proc_fdinfo *info;	/* lock lines and every further key */
};

/* What only an applet that is configured out would call: the tables of kinds leave it out too. */
#define IF_IMAGE(fields) (ENABLE_APPLET_DUMP || ENABLE_APPLET_RESTORE || ENABLE_APPLET_INSPECT ? (fields) : NULL)
#define IF_INSIDE(function) (ENABLE_APPLET_DUMP || ENABLE_APPLET_RESTORE || ENABLE_DEEP ? (function) : NULL)
#define IF_DUMP(function) (ENABLE_APPLET_DUMP ? (function) : NULL)
#define IF_RESTORE(function) (ENABLE_APPLET_RESTORE ? (function) : NULL)

/* ---- kinds of open file ---- */

struct rebuild {			/* a restore under way, as kinds see it */
	struct model *model;
	struct report *report;		/* of the preflight */
	int terminal;			/* our controlling terminal, O_RDWR; -1 none */
	int detach;			/* the root's parent ends as soon as the tree runs */
};

struct file_kind {
	UNIT_ROW;
	int (*match)(const struct fd_look *l);		/* 1 exactly this kind, 0 not */
	const struct field *fields;
	size_t size;
	/*
	 * From outside: fills f->state (allocated, zeroed, of SIZE); strings from s->model->arena. Conditions that make this one not
	 * restorable go to s->report. fdinfo keys and lock lines the kind does not know are refused by the caller: keys lists what it knows
	 * ("pos flags mnt_id ino" always are).
	 */
	int (*look)(struct scan *s, const struct fd_look *l, struct file *f);
	const char *const *keys;
	/* The whole tree has been looked at: what only all of its descriptions together tell. May report. NULL: nothing more. */
	int (*relate)(struct scan *s, struct file *f);
	/* The tree is frozen and f->local_fd is our copy (pidfd_getfd): the rest of the state. May report. NULL: nothing more. */
	int needs_copy;
	int (*capture)(struct scan *s, struct file *f);
	/* Before the tree is ended: makes what was written to f->local_fd as safe as the image is. NULL: that is not on a disk. */
	int (*sync)(const struct file *f);
	/* Bulk content goes to members "files/ID/SEQUENCE"; called after all sections are written. NULL: none. */
	int (*dump_bulk)(struct file *f, int (*put)(void *ctx, const void *data, size_t len), void *ctx);
	/*
	 * As that of struct task_kind. And where REBUILT is not NULL, which has the same fields: is what they do not tell still as the preflight has
	 * found it?
	 */
	int (*again)(const struct model *m, const struct file *f, const struct file *rebuilt);
	/* Before anything is made: may it be rebuilt here and now? Obstacles go to r->report. NULL: always. */
	int (*preflight)(struct rebuild *r, struct file *f);
	/* Makes the description again, sets f->local_fd (any number); F_SETFL flags and position are the kind's own business. */
	int (*rebuild)(struct rebuild *r, struct file *f);
	/* One run of bulk content of this description, in order. */
	int (*load_bulk)(struct rebuild *r, struct file *f, const uint8_t *data, size_t len);
};

/* ---- kinds of task state ---- */

enum scope { PER_TASK, PER_THREAD };	/* asked in the leader (or another living thread) once; or in each thread */

enum stage {				/* order of rebuilding; within a stage by name */
	STAGE_FIRST,			/* needs nothing, privileged or not */
	STAGE_BEFORE_CREDENTIALS,	/* needs privileges that the task may not have in the end */
	STAGE_CREDENTIALS,
	STAGE_LAST,			/* limits and filters that would hinder the others; registers */
};

/* One kind's part in a batch. ask() remembers here what answer() needs. */
struct ask {
	struct batch *batch;
	unsigned first;			/* index of the kind's first call */
	void *space;			/* what its calls write to, zeroed: the address here */
	uint64_t remote;		/* and that in the thread */
	struct remote_thread *thread;
};

long ask_result(const struct ask *a, unsigned n);	/* what the kind's call N has returned: -errno on failure */

struct task_kind {
	UNIT_ROW;
	const char *refuses;		/* carries nothing: it only asks whether this feature is in use, and refuses it; NULL: carries */
	enum scope scope : 8;
	enum stage stage : 8;
	unsigned char of_zombies : 1;	/* PER_THREAD, and look() sees it even after the end: a zombie has it too */
	unsigned char of_others : 1;	/* anybody may change it from outside, at any time; look() tells all of it */
	uint8_t records;		/* so many has each that lives, and the dead may have none; 0: any number */
	uint16_t size;
	uint16_t space;			/* bytes of a->space that ask() finds ready; 0: none */
	const struct field *fields;
	/*
	 * From outside, from /proc and calls that take a pid: fills OUT (0..n items, in a fixed order) or only reports. TH is NULL for PER_TASK.
	 * NULL: nothing can be seen from outside. What this and answer() take of s->model->arena belongs to OUT alone: see share.c.
	 */
	int (*look)(struct scan *s, const struct task *t, const struct thread *th, struct state *out);
	/*
	 * Inside the frozen tree: ask queues getters that change nothing (NULL: ptrace tells); answer fills OUT (look ran before). NULL: nothing is
	 * asked.
	 */
	int (*ask)(struct ask *a, const struct task *t, const struct thread *th);
	int (*answer)(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out);
	/*
	 * Of a thread, before the frozen tree is ended: is it still as it was captured, or has somebody sent it what would be lost? 0, -1. NULL:
	 * only the tree itself changes it.
	 */
	int (*again)(const struct task *t, const struct thread *th, const struct state *captured);
	/*
	 * Is what the image says acceptable and possible here? Obstacles to r->report; nonsense: fail_image. NULL: always. Where RECORDS is not 0,
	 * this and what follows is called only if there are as many.
	 */
	int (*preflight)(struct rebuild *r, const struct task *t, const struct thread *th, const struct state *in);
	/* Queues the calls that make it so; WHAT of each call names it. NULL: the spine does it. */
	int (*rebuild)(struct batch *b, const struct task *t, const struct thread *th, const struct state *in);
	/* By us, from outside, through /proc or calls that take a pid: in front of all calls, in STAGE_LAST behind them. NULL: nothing. */
	int (*rebuild_outside)(struct rebuild *r, const struct task *t, const struct thread *th, const struct state *in);
	/* Queues the calls that set running what would have run on before the tree was whole: after it was verified. NULL: nothing does. */
	int (*start)(struct batch *b, const struct task *t, const struct thread *th, const struct state *in);
};

/* Allocates N zeroed items of SIZE in OUT; NULL recorded. */
void *state_alloc(struct scan *s, struct state *out, size_t n, size_t size);

/*
 * The records of kind K of T or TH are whole, and all that was taken of A since that mark belongs to them. If they are what OLD (may be NULL)
 * has, or who stands before or in the same place elsewhere, they are given back and those of the other one taken.
 */
void state_share(struct arena *a, struct arena_mark since, struct task *t, struct thread *th, int k, const struct state *old);
int state_own(struct arena *a, struct state *st, int k);	/* before they are changed: the records, which may be of others, are copied */
struct state *state_of_kind(struct task *t, struct thread *th, int k);	/* where the records of kind K are kept */

/* ---- checks: something refused, or carried under a condition ---- */

struct check {
	UNIT_ROW;
	/*
	 * Descriptors and mappings that no kind carries are offered to the checks, so that the refusal has a name: LINKS are texts of the link of a
	 * file without a place in any file system that can be seen, with '|' between (one with a '*' at its end tells how it begins); CLAIMS is for
	 * any other descriptor. MEANING and REMEDY are what the report says then.
	 */
	const char *links;
	int (*claims)(const struct fd_look *l);
	const char *meaning, *remedy;
	/*
	 * More than MEANING can say: OUT begins with nothing in it. Called when the whole tree is known; findings of its own may be added.
	 * The descriptor is refused whatever it does. NULL: MEANING does.
	 */
	int (*describe)(struct scan *s, const struct file *f, struct buf *out);
	/* Looks at the model and at /proc, read only; findings go to s->report. Called once per scan. NULL: nothing more to look at. */
	int (*scan)(struct scan *s);
};

extern const struct task_kind *const task_kinds[];	/* sorted by name, NULL at the end */
extern const char *const task_kinds_out[];		/* names of those that are not built in */
extern const struct file_kind *const file_kinds[];
extern const struct check *const checks[];

int task_kind_index(const char *name);			/* -1: no such kind */
unsigned task_kind_slot(int k);				/* where a task or thread has the records of kind K: its place among those of its scope */
const struct file_kind *file_kind_find(const char *name);
int unit_may_be_lost(const char *name);

#endif
