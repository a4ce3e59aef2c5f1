/* reserved_all.c - all of the address space is reserved: there is no room for what a restore works with. */
/* flavours: dynamic */
/* refused: memory */
#include "reserved.h"

int main(int argc, char **argv)
{
	subject_init(argc, argv);
	reserve(1 << 20, 1 << 20);

	subject_freeze();

	return subject_end();
}
