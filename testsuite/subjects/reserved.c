/* reserved.c - nearly all of the address space is reserved, as by a sanitizer or an engine: what is free lies below. */
/* flavours: dynamic static musl */
#include "reserved.h"

int main(int argc, char **argv)
{
	subject_init(argc, argv);
	reserve(0x1ff000000000UL, 1 << 20);

	subject_freeze();

	return subject_end();
}
