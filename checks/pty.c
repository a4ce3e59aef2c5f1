/* pty.c - terminals that are not the job's own. */
#include <sys/sysmacros.h>

#include "checks/run.h"
#include "core/base/io.h"

static int is_pty(dev_t rdev)
{
	unsigned maj = major(rdev);

	return rdev == makedev(5, 2) || rdev == makedev(5, 0) || (maj >= 136 && maj <= 143) || maj == 2 || maj == 3;
}

static int claims(const struct fd_look *l)
{
	return is_device(l) && S_ISCHR(l->st.st_mode) && is_pty(l->st.st_rdev);
}

static int has_terminal(pid_t pid)
{
	cleanup_fd int dir = -1;
	struct proc_stat st;

	if (!proc_open(pid, &dir) && !proc_read_stat(dir, &st))
		return st.tty_nr != 0;
	err_clear();
	return 0;
}

/* A session of the tree has its terminal also when nobody in it has it open. The session of the restorer has the restorer's. */
static int scan(struct scan *s)
{
	for (size_t i = 0; i < s->model->ntasks; i++) {
		const struct task *t = s->model->tasks[i];

		if (t->sid == t->pid && has_terminal(t->pid) &&
		    report_add(s->report, FINDING_REFUSED, "pty", t->pid, 0, "", "dump without the leader of that session",
			       "its session has a controlling terminal of its own") < 0)
			return -1;
	}
	return 0;
}

const struct check check_pty = {
	.name = "pty",
	.title = "pseudo terminals",
	.how = "st_rdev of the descriptor: 5:2, 136..143:*, and the BSD ones 2:* and 3:*; tty_nr of leaders of sessions",
	.page =
		"Both ends of pseudo terminals (pty(7)).\n\n"
		"The terminal that the job was started from is carried: it becomes the terminal of whoever restores\n"
		"the job. A terminal whose master is in the tree (screen, tmux, script, an editor with a shell in it)\n"
		"has modes, a size, a session and two queues. A line typed but not finished cannot be read without\n"
		"changing it.",
	.scan = scan,
	.claims = claims,
	.meaning = "a pseudo terminal",
	.remedy = "start it from a shell in that terminal",
};
