/* personality.c - the execution domain: addresses not random, another release in uname. */
/* flavours: dynamic */
#include "subject.h"
#include <sys/personality.h>
#include <sys/utsname.h>

int main(int argc, char **argv)
{
	struct utsname before, now;
	int was;

	subject_init(argc, argv);
	was = personality(0xffffffff);
	MUST(personality(was | ADDR_NO_RANDOMIZE | UNAME26 | 0x0100000) >= 0);
	was = personality(0xffffffff);
	uname(&before);

	subject_freeze();

	EXPECT_EQ(personality(0xffffffff), was, "personality");
	uname(&now);
	EXPECT(!strcmp(before.release, now.release), "release is %s, was %s", now.release, before.release);
	return subject_end();
}
