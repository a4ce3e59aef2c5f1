/* zombie.c - how a process ended that nobody has waited for: what cannot be read, and what no other process can be made to do. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checks/run.h"

/*
 * The kernel shows 0 to those who may not look, and denies them the link to the program, which for all others is only not there any more. The
 * ids alone do not tell: it may have been one that was not to be looked at (PR_SET_DUMPABLE). See do_task_stat() in fs/proc/array.c.
 */
static int is_hidden(pid_t pid)
{
	char path[32], c;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	return readlink(path, &c, 1) < 0 && errno == EACCES;
}

static int look(struct scan *s, const struct task *t)
{
	if (WCOREDUMP(t->exit_code))
		return report_refuse(s->report, "zombie", t->pid, "", "let its parent wait for it",
				     "it ended by signal %d with a core dump", WTERMSIG(t->exit_code));
	return !is_hidden(t->pid) ? 0 : report_refuse(s->report, "zombie", t->pid, "", "let its parent wait for it, or run cr with CAP_SYS_PTRACE",
						      "how it ended may not be read");
}

static int scan(struct scan *s)
{
	for (size_t i = 0; i < s->model->ntasks; i++)
		if (!strcmp(s->model->tasks[i]->run, "zombie") && look(s, s->model->tasks[i]) < 0)
			return -1;
	return 0;
}

const struct check check_zombie = {
	.name = "zombie",
	.title = ROW_TEXT("zombies that left a core dump"),
	.how = ROW_TEXT("exit_code in stat"),
	.takes = ROW_TEXT("dumping core once more, over the first one: not wanted"),
	.page = ROW_PAGE(
		"A child that has ended and was not waited for, and whose end said that a core was dumped.\n\n"
		"All other zombies are carried: a new process ends as they did, with the same status, user and name. To "
		"end with a core dump it would have to dump one, over the first one or through the handler of the system "
		"(core_pattern), which may send it to the distribution's makers.\n\n"
		"How a zombie of another user has ended, or one that was not to be looked at (PR_SET_DUMPABLE), is shown to "
		"nobody without CAP_SYS_PTRACE, for the latter in the first user namespace: then it is refused, too. "
		"The parent only has to wait for it; most do so at once."),
	.scan = scan,
};
