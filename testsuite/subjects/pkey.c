/* pkey.c - has a memory protection key, which no mapping has. */
/* flavours: dynamic */
/* refused: pkey */
/* needs: a processor with protection keys */
#include "subject.h"
#include <sys/mman.h>

int main(int argc, char **argv)
{
	int key;
	char *page;

	subject_init(argc, argv);
	key = (int)syscall(SYS_pkey_alloc, 0, 0);
	if (key < 0)
		SKIP("pkey_alloc: %s", strerror(errno));
	page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(page != MAP_FAILED);

	subject_freeze();

	EXPECT(!syscall(SYS_pkey_mprotect, page, 4096, PROT_READ, key), "the key: %s", strerror(errno));
	return subject_end();
}
