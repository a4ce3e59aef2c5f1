/* lease_mapped.c - a file that is mapped, with a lease that ends when anybody opens it, and watched: to look must do neither. */
/* flavours: dynamic */
/* refused: lease */
#include "subject.h"
#include <sys/inotify.h>
#include <sys/mman.h>

static volatile sig_atomic_t broken;
static void on_break(int sig) { broken = sig; }

int main(int argc, char **argv)
{
	int fd, watch;
	char text[4096];

	subject_init(argc, argv);
	watch = inotify_init1(IN_NONBLOCK);
	fd = open("file", O_CREAT | O_RDWR, 0640);
	MUST(fd >= 0 && write(fd, "data", 4) == 4 && signal(SIGIO, on_break) != SIG_ERR);
	MUST(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0) != MAP_FAILED);
	MUST(inotify_add_watch(watch, "file", IN_ALL_EVENTS) > 0);
	if (fcntl(fd, F_SETLEASE, F_WRLCK))
		SKIP("F_SETLEASE: %s", strerror(errno));

	subject_freeze();

	EXPECT(!broken && fcntl(fd, F_GETLEASE) == F_WRLCK, "the lease was broken");
	EXPECT(read(watch, text, sizeof(text)) == -1 && errno == EAGAIN, "the file was opened or read");
	return subject_end();
}
