/* keyring.c - a session keyring with a key. */
/* flavours: dynamic */
/* refused: keyring */
#include "subject.h"

int main(int argc, char **argv)
{
	char text[10];
	long key;

	subject_init(argc, argv);
	if (syscall(SYS_keyctl, 1, "subject") < 0)
		SKIP("keyctl: %s", strerror(errno));
	key = syscall(SYS_add_key, "user", "secret", "abc", 3, -3);
	MUST(key > 0);

	subject_freeze();

	EXPECT(syscall(SYS_keyctl, 11, key, text, 10, 0) == 3 && !memcmp(text, "abc", 3), "the key: %s", strerror(errno));
	return subject_end();
}
