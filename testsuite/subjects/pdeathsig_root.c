/* pdeathsig_root.c - a root that gets a signal when its parent ends; here the parent waits for it. */
/* flavours: dynamic */
/* run: cli.tests */
#include "subject.h"
#include <sys/prctl.h>

static volatile sig_atomic_t came;
static void on_signal(int sig) { came = sig; }

int main(int argc, char **argv)
{
	int sig = 0;

	subject_init(argc, argv);
	signal(SIGUSR1, on_signal);
	MUST(!prctl(PR_SET_PDEATHSIG, SIGUSR1));

	subject_freeze();

	EXPECT(!prctl(PR_GET_PDEATHSIG, &sig) && sig == SIGUSR1, "the signal is %d", sig);
	EXPECT(!came, "its parent ended");
	return subject_end();
}
