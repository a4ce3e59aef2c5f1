/*
 * keyring.c - refuses keys that only one process or thread holds; the session keyring becomes the restorer's.
 *
 *	keyctl(2), KEYCTL_GET_KEYRING_ID: ENOKEY, none
 *	KEYCTL_DESCRIBE of the session keyring: keyring;0;65534;1f3f0000;_uid_ses.0
 *
 * Everything started from one login shares a session keyring, so a task with ours loses nothing. Another one is no loss either
 * when it is a default one (_ses, _uid_ses.N) that holds nothing but links to user keyrings and systemd's invocation_id; nor is a
 * revoked one. Asking a task without a session keyring gives it its user's default one, where the kernel looked before, too.
 */
#include <stdio.h>

#include "core/task/task.h"

#define GET_KEYRING_ID 0
#define DESCRIBE 6
#define SEARCH 10
#define READ 11
#define SET_REQKEY_KEYRING 14
#define OF_THREAD -1
#define OF_PROCESS -2
#define OF_SESSION -3
#define NO_CHANGE -1			/* SET_REQKEY_KEYRING only tells: 0, where the kernel likes */

struct answers {
	char text[256];			/* description; a longer one is cut */
	int32_t keys[4];
	char keyring[8], user[8], own_uid[24], root_uid[24], invocation[24];	/* what to search for */
};

enum { ASK_THREAD, ASK_PROCESS, ASK_SESSION, ASK_REQUESTED };

static uint64_t id(int special)
{
	return (uint64_t)(int64_t)special;
}

static int keyring_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	struct answers *w = a->space;
	uint32_t uid = 0;
	uint64_t caps;

	if (task_who(t, th, &uid, &caps) < 0)
		return -1;
	strcpy(w->keyring, "keyring");
	strcpy(w->user, "user");
	snprintf(w->own_uid, sizeof(w->own_uid), "_uid.%u", uid);
	strcpy(w->root_uid, "_uid.0");
	strcpy(w->invocation, "invocation_id");
	CALL(a->batch, NULL, SYS_keyctl, GET_KEYRING_ID, id(OF_THREAD), 0);
	CALL(a->batch, NULL, SYS_keyctl, GET_KEYRING_ID, id(OF_PROCESS), 0);
	CALL(a->batch, NULL, SYS_keyctl, GET_KEYRING_ID, id(OF_SESSION), 0);
	CALL(a->batch, NULL, SYS_keyctl, SET_REQKEY_KEYRING, id(NO_CHANGE));
	return 0;
}

/* Nothing there: no such keyring, no keyrings in this kernel, or one that gives nothing any more. */
static int nothing(long r)
{
	return r == -ENOKEY || r == -ENOSYS || r == -EOPNOTSUPP || r == -EKEYREVOKED || r == -EKEYEXPIRED;
}

/* Asked of the session keyring itself, whose name and links are in W afterwards. */
enum { DESCRIBED, LINKS, OWN_UID, ROOT_UID, INVOCATION, LOOKS };

#define AT(member) (a->remote + offsetof(struct answers, member))

static int look_into(struct ask *a, struct answers *w, long r[LOOKS])
{
	const uint64_t calls[LOOKS][4] = {
		[DESCRIBED] = { DESCRIBE, AT(text), sizeof(w->text) - 1 },
		[LINKS] = { READ, AT(keys), sizeof(w->keys) },
		[OWN_UID] = { SEARCH, AT(keyring), AT(own_uid) },
		[ROOT_UID] = { SEARCH, AT(keyring), AT(root_uid) },
		[INVOCATION] = { SEARCH, AT(user), AT(invocation) },
	};

	for (unsigned i = 0; i < LOOKS; i++)
		if (remote_syscall(a->thread, &r[i], SYS_keyctl, calls[i][0], id(OF_SESSION), calls[i][1], calls[i][2], 0, 0) < 0)
			return -1;
	return remote_read(a->thread->process, a->remote, w, sizeof(*w));
}

static int is_default(const struct answers *w, const long r[LOOKS])
{
	const char *name = r[DESCRIBED] > 0 && r[DESCRIBED] < (long)sizeof(w->text) ? strrchr(w->text, ';') : NULL;
	long length = r[LINKS];

	if (!name || (strcmp(name, ";_ses") && strncmp(name, ";_uid_ses.", 10)) || length < 0 || length > (long)sizeof(w->keys))
		return 0;
	for (size_t i = 0; i < length / sizeof(w->keys[0]); i++)
		if (w->keys[i] != r[OWN_UID] && w->keys[i] != r[ROOT_UID] && w->keys[i] != r[INVOCATION])
			return 0;
	return 1;
}

/* 1: nothing of the task is lost with it; 0: something may be; -1. Nearly all threads of a tree have the same one, and are of one user. */
static int may_be_left(struct ask *a, long session)
{
	static struct { long session; char own_uid[24]; int verdict; } last;
	struct answers *w = a->space;
	long r[LOOKS];

	if (session == last.session && !strcmp(w->own_uid, last.own_uid))
		return last.verdict;
	if (session > 0 && session == syscall(SYS_keyctl, GET_KEYRING_ID, id(OF_SESSION), 0))
		last.verdict = 1;
	else if (look_into(a, w, r) < 0)
		return -1;
	else
		last.verdict = is_default(w, r);
	last.session = session;
	strcpy(last.own_uid, w->own_uid);
	return last.verdict;
}

static int refuse(struct scan *s, const struct task *t, const struct thread *th, const char *meaning)
{
	return report_refuse_thread(s->report, "keyring", t->pid, th->tid, "", "%s", meaning);
}

static int keyring_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	long session = ask_result(a, ASK_SESSION);
	int left;

	if (!nothing(ask_result(a, ASK_THREAD)) && refuse(s, t, th, "it has a keyring of its own for this thread") < 0)
		return -1;
	if (!nothing(ask_result(a, ASK_PROCESS)) && refuse(s, t, th, "it has a keyring of its own for this process") < 0)
		return -1;
	if (ask_result(a, ASK_REQUESTED) > 0 &&
	    refuse(s, t, th, "it has chosen a keyring for the keys that it requests (KEYCTL_SET_REQKEY_KEYRING)") < 0)
		return -1;
	left = nothing(session) ? 1 : may_be_left(a, session);
	return left ? (left < 0 ? -1 : 0) : refuse(s, t, th, "it has a session keyring with keys that cr does not share");
}

const struct task_kind task_keyring = {
	.name = "keyring",
	.title = ROW_TEXT("thread, process and session keyrings"),
	.how = ROW_TEXT("keyctl(KEYCTL_GET_KEYRING_ID, KEYCTL_SET_REQKEY_KEYRING) inside the thread"),
	.takes = ROW_TEXT("readable keys could be added to new keyrings; others cannot be read by anyone"),
	.page = ROW_PAGE(
		"Keys held in the kernel for a thread, a process or a session (keyrings(7)): Kerberos tickets, keys of "
		"file encryption, tokens.\n\n"
		"Which keyrings a task has shows only inside (keyctl(2)). Keys may be unreadable by design, have ids of "
		"this boot that programs keep, and quotas and timeouts. The session keyring that a login made holds "
		"nothing of the process: one with nothing but the usual links, or cr's own, is let pass and becomes the "
		"restorer's. Where requested keys are to go (KEYCTL_SET_REQKEY_KEYRING) is refused if it was chosen.\n\n"
		"A solution could make new keyrings and add the readable keys, and would still have to refuse the rest; "
		"ids of choice need a new kernel interface."),
	.may_be_lost = 1,
	.inside = 1,
	.refuses = "keyring",
	.scope = PER_THREAD,
	.space = sizeof(struct answers),
	.ask = IF_INSIDE(keyring_ask),
	.answer = IF_INSIDE(keyring_answer),
};
