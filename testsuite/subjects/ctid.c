/* ctid.c - the word that is cleared at the end of a thread lies in a mapped file. */
/* flavours: dynamic */
/* refused: tid_address */
/* says: its end would clear */
#include "subject.h"
#include <sys/mman.h>

int main(int argc, char **argv)
{
	volatile int *word;
	int fd;

	subject_init(argc, argv);
	fd = open("file", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	MUST(fd >= 0 && !ftruncate(fd, 4096));
	word = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	MUST(word != MAP_FAILED);
	*word = 4711;
	syscall(SYS_set_tid_address, word);

	subject_freeze();

	EXPECT_EQ(*word, 4711, "the word");
	return subject_end();
}
