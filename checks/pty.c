/* pty.c - terminals that are not the job's own. */
#include "checks/run.h"

/*
 * A session of the tree has its terminal also when nobody in it has it open. The session of the restorer has the restorer's, and so would
 * everybody in it.
 */
static int scan(struct scan *s)
{
	for (size_t i = 0; i < s->model->ntasks; i++) {
		const struct task *t = s->model->tasks[i];

		if (t->sid == t->pid && t->tty_nr &&
		    report_refuse(s->report, "pty", t->pid, "", "dump without the leader of that session",
				  "its session has a controlling terminal of its own") < 0)
			return -1;
		if (!t->sid && t->tty_nr != s->model->tasks[0]->tty_nr &&
		    report_refuse(s->report, "tty", t->pid, "", "", "it or the root has left the terminal of its session (TIOCNOTTY)") < 0)
			return -1;
	}
	return 0;
}

const struct check check_pty = {
	.name = "pty",
	.title = ROW_TEXT("pseudo terminals"),
	.also = ROW_TEXT("pseudoterminal"),
	.how = ROW_TEXT("st_rdev of the descriptor: 5:2, 136..143:*, and the BSD ones 2:* and 3:*; tty_nr of leaders of sessions"),
	.takes = ROW_TEXT("new pairs with the same index, modes, session and owner; a half-typed line stays refused"),
	.page = ROW_PAGE(
		"Pseudo terminals (pty(7)) other than the one that the job was started from: screen, tmux, script, sshd, "
		"editors with a shell inside.\n\n"
		"A pair whose ends are both in the tree has modes, a window size, an index that is part of a name, a "
		"session that it controls, packet mode, locks, and two queues. All but the queues can be read. What was "
		"typed and not read cannot be looked at without taking it out, and a line that is not finished yet cannot "
		"even be counted.\n\n"
		"A job inside of such a terminal can be dumped without the program that holds the other end; some of those "
		"can do without (mc -u).\n\n"
		"With empty queues about 300 lines, no change of the kernel; exact queues would need one. The terminal of "
		"a job is carried: see tty."),
	.in_2009 = 'S',
	.scan = scan,
	.claims = is_pty,
	.meaning = "a pseudo terminal",
	.remedy = "see cr check --explain pty",
};
