/* keyring_requested.c - a thread that has chosen where the keys go that it requests. */
/* flavours: dynamic */
/* refused: keyring */
/* says: chosen a keyring for the keys that it requests */
#include <pthread.h>
#include "subject.h"

#define SET_REQKEY_KEYRING 14
#define USER_KEYRING 4

static volatile int ready, go;

static long chosen(void)
{
	return syscall(SYS_keyctl, SET_REQKEY_KEYRING, -1);
}

static void *thread(void *arg)
{
	MUST(syscall(SYS_keyctl, SET_REQKEY_KEYRING, USER_KEYRING) >= 0);
	ready = 1;
	while (!go)
		subject_nap(2);
	EXPECT_EQ(chosen(), USER_KEYRING, "the keyring of requested keys");
	return arg;
}

int main(int argc, char **argv)
{
	pthread_t t;

	subject_init(argc, argv);
	if (chosen() < 0)
		SKIP("keyctl: %s", strerror(errno));
	MUST(!pthread_create(&t, NULL, thread, NULL));
	while (!ready)
		subject_nap(2);

	subject_freeze();

	go = 1;
	pthread_join(t, NULL);
	EXPECT_EQ(chosen(), 0, "the keyring of keys that the first thread requests");
	return subject_end();
}
