/* sysv_msg.c - a message queue in an IPC namespace of its own, with messages. */
/* flavours: dynamic */
/* refused: sysv_msg */
/* says: refused +sysv_msg +pid [0-9]+ queue [0-9]+ +2 messages, key 17, in an IPC namespace of its own */
#include "subject.h"
#include <sched.h>
#include <sys/ipc.h>
#include <sys/msg.h>

int main(int argc, char **argv)
{
	struct { long type; char text[8]; } m = { 5, "message" };
	int id;

	subject_init(argc, argv);
	if (unshare(CLONE_NEWIPC))
		SKIP("unshare: %s", strerror(errno));
	id = msgget(17, IPC_CREAT | 0600);
	MUST(id >= 0 && !msgsnd(id, &m, 8, 0));
	m.type = 6;
	MUST(!msgsnd(id, &m, 3, 0));

	subject_freeze();

	EXPECT(msgrcv(id, &m, 8, 6, IPC_NOWAIT) == 3 && msgrcv(id, &m, 8, 0, IPC_NOWAIT) == 8 && m.type == 5 && !strcmp(m.text, "message"), "messages");
	return subject_end();
}
