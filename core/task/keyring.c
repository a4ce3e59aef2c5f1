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
#define OF_THREAD -1
#define OF_PROCESS -2
#define OF_SESSION -3

struct answers {
	char text[256];			/* description; a longer one is cut */
	int32_t keys[4];
	char keyring[8], user[8], own_uid[24], root_uid[24], invocation[24];	/* what to search for */
};

enum { ASK_THREAD, ASK_PROCESS, ASK_SESSION, ASK_DESCRIBE, ASK_READ, ASK_OWN_UID, ASK_ROOT_UID, ASK_INVOCATION, ASKS };

static uint64_t id(int special)
{
	return (uint64_t)(int64_t)special;
}

static int real_uid(const struct task *t, const struct thread *th, uint32_t *uid)
{
	struct arena arena = { 0 };
	struct proc_status status = { .uid = { (uint32_t)th->ruid } };
	int r = th->ruid < 0 ? task_read_status(t, th, &arena, &status) : PROC_OK;

	if (r == PROC_OK)
		*uid = status.uid[0];
	arena_free(&arena);
	return r == PROC_ERROR ? -1 : 0;
}

#define AT(member) (a->remote + offsetof(struct answers, member))

static int keyring_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	struct batch *b = a->batch;
	struct answers *w = batch_space(b, sizeof(*w), &a->remote);
	uint32_t uid = 0;

	if (!w || real_uid(t, th, &uid) < 0)
		return -1;
	a->space = w;
	strcpy(w->keyring, "keyring");
	strcpy(w->user, "user");
	snprintf(w->own_uid, sizeof(w->own_uid), "_uid.%u", uid);
	strcpy(w->root_uid, "_uid.0");
	strcpy(w->invocation, "invocation_id");
	a->first = CALL(b, NULL, SYS_keyctl, GET_KEYRING_ID, id(OF_THREAD), 0);
	CALL(b, NULL, SYS_keyctl, GET_KEYRING_ID, id(OF_PROCESS), 0);
	CALL(b, NULL, SYS_keyctl, GET_KEYRING_ID, id(OF_SESSION), 0);
	CALL(b, NULL, SYS_keyctl, DESCRIBE, id(OF_SESSION), AT(text), sizeof(w->text) - 1);
	CALL(b, NULL, SYS_keyctl, READ, id(OF_SESSION), AT(keys), sizeof(w->keys));
	CALL(b, NULL, SYS_keyctl, SEARCH, id(OF_SESSION), AT(keyring), AT(own_uid), 0);
	CALL(b, NULL, SYS_keyctl, SEARCH, id(OF_SESSION), AT(keyring), AT(root_uid), 0);
	CALL(b, NULL, SYS_keyctl, SEARCH, id(OF_SESSION), AT(user), AT(invocation), 0);
	return 0;
}

/* Nothing there: no such keyring, no keyrings in this kernel, or one that gives nothing any more. */
static int nothing(long r)
{
	return r == -ENOKEY || r == -ENOSYS || r == -EOPNOTSUPP || r == -EKEYREVOKED || r == -EKEYEXPIRED;
}

static int default_session(const struct answers *w, const long r[ASKS])
{
	const char *name = r[ASK_DESCRIBE] > 0 && r[ASK_DESCRIBE] < (long)sizeof(w->text) ? strrchr(w->text, ';') : NULL;
	long length = r[ASK_READ];

	if (!name || (strcmp(name, ";_ses") && strncmp(name, ";_uid_ses.", 10)) || length < 0 || length > (long)sizeof(w->keys))
		return 0;
	for (size_t i = 0; i < length / sizeof(w->keys[0]); i++)
		if (w->keys[i] != r[ASK_OWN_UID] && w->keys[i] != r[ASK_ROOT_UID] && w->keys[i] != r[ASK_INVOCATION])
			return 0;
	return 1;
}

static int refuse(struct scan *s, const struct task *t, const struct thread *th, const char *meaning)
{
	return report_refuse_thread(s->report, "keyring", t->pid, th->tid, "", "%s", meaning);
}

static int keyring_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	const struct answers *w = a->space;
	long r[ASKS];

	for (unsigned i = 0; i < ASKS; i++)
		r[i] = batch_result(a->batch, a->first + i);
	if (!nothing(r[ASK_THREAD]) && refuse(s, t, th, "it has a keyring of its own for this thread") < 0)
		return -1;
	if (!nothing(r[ASK_PROCESS]) && refuse(s, t, th, "it has a keyring of its own for this process") < 0)
		return -1;
	if (nothing(r[ASK_SESSION]) || default_session(w, r))
		return 0;
	if (r[ASK_SESSION] > 0 && r[ASK_SESSION] == syscall(SYS_keyctl, GET_KEYRING_ID, id(OF_SESSION), 0))
		return 0;
	return refuse(s, t, th, "it has a session keyring with keys that cr does not share");
}

const struct task_kind task_keyring = {
	.name = "keyring",
	.title = ROW_TEXT("thread, process and session keyrings"),
	.how = ROW_TEXT("keyctl(KEYCTL_GET_KEYRING_ID) inside the thread"),
	.takes = ROW_TEXT("readable keys could be added to new keyrings; others cannot be read by anyone"),
	.page = ROW_PAGE(
		"Keys held in the kernel for a thread, a process or a session (keyrings(7)): Kerberos tickets, keys of "
		"file encryption, tokens.\n\n"
		"Which keyrings a task has shows only inside (keyctl(2)). Keys may be unreadable by design, have ids of "
		"this boot that programs keep, and quotas and timeouts. The session keyring that a login made holds "
		"nothing of the process: one with nothing but the usual links, or cr's own, is let pass and becomes the "
		"restorer's.\n\n"
		"A solution could make new keyrings and add the readable keys, and would still have to refuse the rest; "
		"ids of choice need a new kernel interface."),
	.may_be_lost = 1,
	.inside = 1,
	.refuses = "keyring",
	.scope = PER_THREAD,
	.ask = IF_INSIDE(keyring_ask),
	.answer = IF_INSIDE(keyring_answer),
};
