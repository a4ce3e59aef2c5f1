/*
 * cr-restore.c - cr restore: an image into a running tree, whose parent we stay unless -d is given.
 *
 * The work is done by a child of ours that dies with us, and its tree with it (PTRACE_O_EXITKILL), up to one instant: with a single
 * prctl(2) it stops dying with us, and only then lets the tree go, process by process. So a kill of cr leaves all of the tree or nothing.
 * The root is made as the worker's sibling: our child.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "applets/applet.h"
#include "applets/findings.h"
#include "applets/terminal.h"
#include "core/base/io.h"
#include "core/base/malloc.h"
#include "core/proc/proc.h"
#include "core/restore.h"

struct job {
	struct restore_options options;
	const char *pidfile;
	struct terminal terminal;	/* our controlling one */
	sigset_t held;			/* what came for the tree before it ran */
	pid_t front;			/* ourselves, as the worker knows its parent */
};

static const char *parse(int argc, char **argv, struct job *j)
{
	int i;

	for (i = 1; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		if (!strcmp(argv[i], "-d"))
			j->options.detach = 1;
		else if (!strcmp(argv[i], "-v"))
			j->options.verbose = 1;
		else if (!strcmp(argv[i], "--pidfile") && i + 1 < argc)
			j->pidfile = argv[++i];
		else if (!strcmp(argv[i], "--")) {
			i++;
			break;
		} else
			return "no such option, or its argument is missing";
	}
	if (i != argc - 1)
		return "exactly one IMAGE is needed";
	j->options.image = argv[i];
	return NULL;
}

/* In the worker. From here on the tree is to live, whatever becomes of us. */
static int commit(void *ctx, pid_t front)
{
	struct job *j = ctx;
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	if (!j->options.detach)
		terminal_forward(&j->terminal, front);
	if (prctl(PR_SET_PDEATHSIG, 0) < 0 || getppid() != j->front)
		return fail_plain("cr was killed");
	return 0;
}

/* ---- the parent ---- */

/*
 * The root was stopped from its terminal: so are we, for the shell to see; when we go on, it goes on. But if it wanted the terminal, and a
 * shell has put us in front without a word as we were running, it gets that.
 */
static void stop_too(struct job *j, pid_t root, int sig)
{
	pid_t group = getpgid(root);

	if ((sig != SIGTTIN && sig != SIGTTOU) || !terminal_forward(&j->terminal, root)) {
		terminal_back(&j->terminal);
		raise(SIGSTOP);
		terminal_forward(&j->terminal, root);
	}
	kill(group > 1 && group != getpgrp() ? -group : root, SIGCONT);
}

/* 1 and *STATUS when the root has ended. */
static int reap(struct job *j, pid_t root, int *status)
{
	pid_t pid;

	while ((pid = waitpid(-1, status, WNOHANG | WUNTRACED)) > 0) {
		if (pid != root)
			continue;
		if (!WIFSTOPPED(*status))
			return 1;
		stop_too(j, root, WSTOPSIG(*status));
	}
	return pid < 0 && errno == ECHILD;
}

static int follow(struct job *j, pid_t root, const sigset_t *set)
{
	int status = 0;
	siginfo_t info;

	for (int sig = 1; sig < SIGRTMIN; sig++)
		if (sigismember(&j->held, sig) > 0)
			kill(root, sig);
	while (!reap(j, root, &status)) {
		int sig = sigwaitinfo(set, &info);

		if (sig <= 0 || sig == SIGCHLD)
			continue;
		terminal_forward(&j->terminal, root);
		/* What a terminal sends, it sends to the whole foreground group: to the root as well, if that is in it. */
		if (info.si_code <= 0 || getpgid(root) != getpgrp())
			kill(root, sig);
	}
	if (j->terminal.given || terminal_in_front(&j->terminal))
		terminal_return(&j->terminal);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* What the worker tells when the tree runs. */
struct started {
	pid_t root;
	int given;
};

static int work(struct job *j, int tell)
{
	struct arena arena = { 0 };
	struct report report = { .arena = &arena };
	struct started s = { 0 };
	int ret;

	j->options.ready = commit;
	j->options.ctx = j;
	j->options.sibling = 1;
	ret = restore_run(&j->options, &report, j->terminal.fd, &s.root);
	findings_print(stderr, &report);
	if (ret < 0)
		return applet_failed("restore");
	s.given = j->terminal.given;
	return io_write_all(tell, &s, sizeof(s)) < 0 ? STATUS_SYSTEM : STATUS_DONE;
}

/* ---- a worker that was killed while it let the tree go ---- */

#define MAX_BEFORE 64

struct children {
	pid_t before[MAX_BEFORE];	/* ours from before we were cr: a shell may have made them */
	size_t n;
	int too_many;			/* to be told from those that are made now */
	int reaper;
};

static int is_known(const struct children *c, pid_t pid)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->before[i] == pid)
			return 1;
	return 0;
}

/*
 * Adds our children to C until there is one too many; its pid, or 0. Nothing here may need the heap: a worker that was killed may have left it
 * locked.
 */
static pid_t next_child(struct children *c, size_t max)
{
	cleanup_fd int fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
	char text[4096];
	pid_t pid = 0;
	ssize_t n;

	while ((n = read(fd, text, sizeof(text))) > 0)
		for (ssize_t i = 0; i < n; i++) {
			if (text[i] != ' ') {
				pid = 10 * pid + (text[i] - '0');
				continue;
			}
			if (!is_known(c, pid) && c->n == max)
				return pid;
			if (!is_known(c, pid))
				c->before[c->n++] = pid;
			pid = 0;
		}
	return 0;
}

/* As long as the worker lives, whoever loses its parent becomes our child: so that we can end it. */
static void watch_children(struct children *c)
{
	siginfo_t none;

	*c = (struct children){ 0 };
	if (waitid(P_ALL, 0, &none, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0 || errno != ECHILD)
		c->too_many = next_child(c, MAX_BEFORE) != 0;
	prctl(PR_GET_CHILD_SUBREAPER, &c->reaper);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

static void forget_children(const struct children *c)
{
	prctl(PR_SET_CHILD_SUBREAPER, c->reaper);
}

static void end_children(struct children *c)
{
	for (pid_t pid; !c->too_many && (pid = next_child(c, c->n)) > 0;) {
		kill(pid, SIGKILL);
		while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR)
			;
	}
}

/* ---- starting the worker ---- */

#define STACK (8u << 20)
#define OUT_OF_THE_WAY "32000"	/* a number of a process */

struct start {
	struct job *job;
	const sigset_t *outer;
	int tell;
};

static int begin_work(void *arg)
{
	const struct start *w = arg;
	const char *why = NULL;

	sigprocmask(SIG_SETMASK, w->outer, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!getppid())
		why = "what it makes would be in another pid namespace (unshare -p without -f)";
	else if (w->job->options.detach && w->job->front == 1)
		why = "cr is process 1, with which all of its pid namespace ends: leave out -d";
	if (why) {
		fail_refused("%s", why);
		_exit(applet_failed("restore"));
	}
	_exit(getppid() == w->job->front ? work(w->job, w->tell) : STATUS_SYSTEM);
}

/*
 * A copy of our memory would take longer than a small restore. So the worker has the same, but for its stack, and until it ends we do nothing
 * but wait. Not if we stay: then what it took is to go with it. And not with the C library's malloc(3), which it may leave locked when it is
 * killed, with its locks of streams.
 */
static pid_t start_worker(struct start *w)
{
	char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
	int shared = w->job->options.detach && heap_inherit ? CLONE_VM : 0;

	if (stack == MAP_FAILED || mprotect(stack, (size_t)getpagesize(), PROT_NONE) < 0)	/* the end: no step further */
		return -1;
	/* In a new pid namespace the worker would be process 2, a number that trees of such namespaces have. */
	if (getpid() == 1 && proc_write_text(AT_FDCWD, "/proc/sys/kernel/ns_last_pid", OUT_OF_THE_WAY) < 0)
		err_clear();
	return clone(begin_work, stack + STACK, SIGCHLD | shared, w);
}

/* Until it has said that the tree runs, it is what ends of a signal to us; if it was too late for that, or the signal is no end, it is the tree's. */
static int await_worker(struct job *j, pid_t worker, const sigset_t *set)
{
	int status = 0;
	siginfo_t info;
	pid_t ended;

	while ((ended = waitpid(worker, &status, j->options.detach ? 0 : WNOHANG)) == 0 || (ended < 0 && errno == EINTR)) {
		int sig = ended ? 0 : sigwaitinfo(set, &info);

		if (sig <= 0 || sig == SIGCHLD || sig == SIGCONT || info.si_code > 0)
			continue;
		sigaddset(&j->held, sig);
		if (sig == SIGHUP || sig == SIGINT || sig == SIGQUIT || sig == SIGTERM)
			kill(worker, sig);
	}
	return status;
}

/* Returns the worker's exit status, and where it is STATUS_DONE what it told. */
static int start(struct job *j, const sigset_t *set, const sigset_t *outer, struct started *s)
{
	struct children children;
	struct start w = { j, outer, -1 };
	int ends[2], status;
	pid_t worker = -1;

	watch_children(&children);
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0) {
		w.tell = ends[1];
		worker = start_worker(&w);
	}
	if (worker < 0) {
		fail("start of the restore");
		return applet_failed("restore");
	}
	close(ends[1]);
	status = await_worker(j, worker, set);
	/* Whether there is more is not waited for: a process that it had just made, and did not trace yet, holds the other end. */
	if (read(ends[0], s, sizeof(*s)) != sizeof(*s))
		s->root = 0;
	close(ends[0]);
	if (WIFSIGNALED(status) && !s->root)
		end_children(&children);
	forget_children(&children);
	if (s->root)			/* it said that all of the tree runs: what became of it then does not matter */
		return STATUS_DONE;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	/* Without the heap: it may have left that locked. */
	fprintf(stderr, "cr restore: the restore was killed by signal %d: nothing was left behind\n", WTERMSIG(status));
	return STATUS_SYSTEM;
}

static int run(struct job *j, const sigset_t *set, const sigset_t *outer)
{
	struct started s = { 0 };
	int status;

	terminal_take(&j->terminal);
	j->front = getpid();
	status = start(j, set, outer, &s);
	if (status != STATUS_DONE) {
		terminal_return(&j->terminal);
		return status;
	}
	j->terminal.given = s.given;
	if (!s.given && !terminal_in_front(&j->terminal) && !j->options.detach)
		terminal_back(&j->terminal);
	if (j->pidfile && pidfile_write(j->pidfile, s.root) < 0)
		applet_failed("restore");	/* the tree runs: that is not undone for a file */
	return j->options.detach ? STATUS_DONE : follow(j, s.root, set);
}

static int restore_main(int argc, char **argv)
{
	struct job j = { .terminal.fd = -1 };
	const char *wrong;
	sigset_t set, outer;

	if (argc == 2 && !strcmp(argv[1], "--phases"))
		return applet_phases(restore_phases);
	wrong = parse(argc, argv, &j);
	if (wrong)
		return applet_usage("restore", wrong);
	j.options.progress = isatty(STDERR_FILENO);
	sigemptyset(&set);
	for (const int *s = (const int[]) { SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGWINCH, SIGCONT, 0 }; *s; s++)
		sigaddset(&set, *s);
	sigprocmask(SIG_BLOCK, j.options.detach ? NULL : &set, &outer);
	return run(&j, &set, &outer);
}

const struct applet applet_restore = {
	.name = "restore",
	.title = "bring a process tree back from an image",
	.usage = ROW_TEXT(
		"usage: cr restore [-d] [--pidfile FILE] [-v] IMAGE|-\n"
		"Brings the process tree of an image back, with the same process ids.\n"
		"\n"
		"  -d               detach: end when the tree runs. Otherwise stay its parent, forward signals\n"
		"                   to it, and exit with its status (128 + N when signal N ended it)\n"
		"  --pidfile FILE   write the root's pid there\n"
		"  -v               print the phases with their times\n"
		"  --phases         print the names of the phases\n"
		"\n"
		"Exit codes: 0 done (-d); 1 refused, each obstacle named, nothing was started; 2 usage;\n"
		"3 the system failed, nothing was left behind; 4 bad image.\n"),
	.main = restore_main,
};
