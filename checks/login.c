/*
 * login.c - the login that a process belongs to, as the kernel's audit sees it: a restored one belongs to that of whoever restores it.
 *
 *	/proc/PID/loginuid 1000, /proc/PID/sessionid 3; 4294967295: none
 *
 * pam_loginuid(8) sets it, once for all that is started from a login.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "checks/run.h"

#define ROOM 16				/* for one number of 32 bits */

/* 0: a kernel without audit has no such files, and who has ended has none any more. */
static int read_login(pid_t pid, const char *name, char out[ROOM])
{
	char path[40];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	return text_read(AT_FDCWD, path, out, ROOM) > 0;
}

/* Said once: most trees are of one login. Each login that is set has a session of its own, see audit_set_loginuid() in kernel/auditsc.c. */
static int scan(struct scan *s)
{
	char ours[ROOM], session[ROOM], uid[ROOM];

	if (scan_is_newborn(s) || !read_login(getpid(), "sessionid", ours))
		return 0;
	for (size_t i = 0; i < s->model->ntasks; i++) {
		const struct task *t = s->model->tasks[i];

		if (model_speaker(t) && read_login(t->pid, "sessionid", session) && strcmp(session, ours) && read_login(t->pid, "loginuid", uid))
			return report_add(s->report, FINDING_NOTE, "login", t->pid, 0, "", "", "it belongs to another login than cr (loginuid %s, "
					  "session %s); restored, it will belong to that of cr restore", uid, session);
	}
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
