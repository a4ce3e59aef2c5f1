/* mqueue.c - a POSIX message queue with a message in it. */
/* flavours: dynamic */
/* refused: mqueue */
/* libs: -lrt */
#include "subject.h"
#include <mqueue.h>

int main(int argc, char **argv)
{
	struct mq_attr a = { .mq_maxmsg = 3, .mq_msgsize = 20 };
	char name[40], text[20];
	unsigned priority = 0;
	mqd_t q;

	subject_init(argc, argv);
	snprintf(name, sizeof(name), "/cr-subject-%d", (int)getpid());
	q = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &a);
	if (q < 0)
		SKIP("mq_open: %s", strerror(errno));
	MUST(!mq_send(q, "hello", 5, 9));

	subject_freeze();

	EXPECT(mq_receive(q, text, 20, &priority) == 5 && priority == 9, "the message");
	mq_unlink(name);
	return subject_end();
}
