/*
 * login.c - the login that a process belongs to, as the kernel's audit sees it: a restored one belongs to that of whoever restores it.
 *
 *	/proc/PID/loginuid 1000, /proc/PID/sessionid 3; 4294967295: none
 *
 * pam_loginuid(8) sets it, once for all that is started from a login.
 */
#include <string.h>

#include "checks/run.h"
#include "core/base/io.h"

struct login {
	char uid[16], session[16];
};

/* 0: a kernel without audit has no such files, and who has ended has none any more. */
static int read_login(int dir, struct login *out)
{
	return text_read(dir, "loginuid", out->uid, sizeof(out->uid)) > 0 && text_read(dir, "sessionid", out->session, sizeof(out->session)) > 0;
}

static int is_other(const struct task *t, const struct login *ours, struct login *out)
{
	cleanup_fd int dir = -1;

	if (proc_open(t->pid, &dir)) {
		err_clear();
		return 0;
	}
	return read_login(dir, out) && (strcmp(out->uid, ours->uid) || strcmp(out->session, ours->session));
}

/* Said once: most trees are of one login. */
static int scan(struct scan *s)
{
	cleanup_fd int self = scan_is_newborn(s) ? -1 : open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct login ours, theirs;

	if (self < 0 || !read_login(self, &ours))
		return 0;
	for (size_t i = 0; i < s->model->ntasks; i++)
		if (model_speaker(s->model->tasks[i]) && is_other(s->model->tasks[i], &ours, &theirs))
			return report_add(s->report, FINDING_NOTE, "login", s->model->tasks[i]->pid, 0, "", "", "it belongs to another login than cr "
					  "(loginuid %s, session %s); restored, it will belong to that of cr restore", theirs.uid, theirs.session);
	return 0;
}

const struct check check_login = {
	.name = "login",
	.title = ROW_TEXT("the login of audit"),
	.also = ROW_TEXT("loginuid sessionid audit"),
	.how = ROW_TEXT("/proc/PID/loginuid and sessionid against our own"),
	.condition = ROW_TEXT("a restored task belongs to the login of cr restore; check says so when it is another one"),
	.page = ROW_PAGE(
		"The user and the number of the login that a process was started from, as audit keeps them (loginuid and "
		"sessionid in /proc, set by pam_loginuid(8)). Daemons have none.\n\n"
		"The number of a session is given by the kernel and cannot be chosen, and a login that was set may be "
		"impossible to change. What a restored process does is done by whoever restored it, and that is what the "
		"log of audit should say. So a process belongs to the login of cr restore, and check says in a note when "
		"its login is another one than that of cr now: restore it from a login of the same user.\n\n"
		"Lost: which login it was."),
	.scan = scan,
};
