/* tree.c - children and grandchildren with process groups, a session below, a group whose leader died, unusual exit signals. */
/* flavours: dynamic static musl */
#include "subject.h"
#include <sched.h>

static int report_pipe[2];

/* What a member knows of itself. */
struct member { pid_t pid, ppid, pgid, sid; int number; };

static struct member self(int number)
{
	return (struct member){ getpid(), getppid(), getpgid(0), getsid(0), number };
}

static void compare(struct member *was)
{
	struct member is = self(was->number);

	EXPECT_EQ(is.pid, was->pid, "pid");
	if (was->number)	/* the parent of the whole tree is whoever started or restored it */
		EXPECT_EQ(is.ppid, was->ppid, "ppid");
	EXPECT_EQ(is.pgid, was->pgid, "process group");
	EXPECT_EQ(is.sid, was->sid, "session");
}

static void report_built(int number)
{
	char c = (char)number;

	if (write(report_pipe[1], &c, 1) != 1)
		_exit(99);
}

static pid_t grandchild(int number, void (*prepare)(void))
{
	pid_t pid = fork();
	struct member me;

	if (pid)
		return pid;
	if (prepare)
		prepare();
	me = self(number);
	report_built(number);
	subject_wait();
	compare(&me);
	_exit(number);
}

static pid_t group;
static void join_group(void) { setpgid(0, group); }
static void own_group(void) { setpgid(0, 0); }
static void own_session(void) { setsid(); }

static void child_with_group(int number)
{
	pid_t leader, member, plain;
	struct member me;

	setpgid(0, 0);
	/* a group whose leader has died: its number is a pid that nobody has */
	leader = fork();
	if (!leader) {
		setpgid(0, 0);
		pause();
	}
	setpgid(leader, leader);
	group = leader;
	member = grandchild(number + 1, join_group);
	while (getpgid(member) != leader)
		subject_nap(1);
	kill(leader, SIGKILL);
	subject_reap(leader, SIGKILL);
	plain = grandchild(number + 2, own_group);
	me = self(number);
	report_built(number);
	subject_wait();
	compare(&me);
	EXPECT(getpgid(member) == leader || getpgid(member) < 0, "the group of a dead leader is %d, was %d", getpgid(member), leader);
	subject_reap(member, (number + 1) << 8);
	subject_reap(plain, (number + 2) << 8);
	_exit(number);
}

static void child_with_session(int number)
{
	pid_t a, b;
	struct member me;

	setsid();
	a = grandchild(number + 1, own_group);
	b = grandchild(number + 2, own_session);
	me = self(number);
	report_built(number);
	subject_wait();
	compare(&me);
	subject_reap(a, (number + 1) << 8);
	subject_reap(b, (number + 2) << 8);
	_exit(number);
}

static volatile sig_atomic_t got_usr1, got_chld;
static void on_usr1(int sig) { (void)sig; got_usr1++; }
static void on_chld(int sig) { (void)sig; got_chld++; }

int main(int argc, char **argv)
{
	pid_t child[3], odd, silent;
	struct member me;
	char c;
	int i;

	subject_init(argc, argv);
	MUST(pipe2(report_pipe, O_CLOEXEC) == 0);
	signal(SIGUSR1, on_usr1);
	signal(SIGCHLD, on_chld);
	for (i = 0; i < 2; i++) {
		child[i] = fork();
		MUST(child[i] >= 0);
		if (!child[i])
			(i ? child_with_session : child_with_group)(10 * (i + 1));
	}
	child[2] = grandchild(30, NULL);
	odd = syscall(SYS_clone, SIGUSR1, 0, 0, 0, 0);
	silent = odd ? syscall(SYS_clone, 0, 0, 0, 0, 0) : 1;
	if (!odd || !silent) {
		report_built(odd ? 41 : 40);
		subject_wait();
		_exit(odd ? 41 : 40);
	}
	for (i = 0; i < 9; i++)
		MUST(read(report_pipe[0], &c, 1) == 1 || (errno == EINTR && i--));
	me = self(0);
	got_chld = got_usr1 = 0;

	subject_freeze();

	compare(&me);
	for (i = 0; i < 3; i++)
		subject_reap(child[i], (10 * (i + 1)) << 8);
	subject_reap(odd, 40 << 8);
	subject_reap(silent, 41 << 8);
	EXPECT(got_chld >= 1 && got_chld <= 3, "SIGCHLD came %d times for 3 children", (int)got_chld);
	EXPECT_EQ(got_usr1, 1, "SIGUSR1 as exit signal");
	EXPECT(waitpid(-1, NULL, __WALL) == -1 && errno == ECHILD, "there is a child that was not there");
	return subject_end();
}
