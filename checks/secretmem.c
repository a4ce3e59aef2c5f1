/* secretmem.c - memory nobody else may read. */
#include "core/unit.h"

const struct check check_secretmem = {
	.name = "secretmem",
	.title = ROW_TEXT("secret memory"),
	.also = ROW_TEXT("memfd_secret"),
	.how = ROW_TEXT("the file /secretmem, open or mapped"),
	.takes = ROW_TEXT("reading it by code inside of the process; it would then stand in an image, against its purpose"),
	.page = ROW_PAGE(
		"Memory that only its owner can read, not even the kernel by accident (memfd_secret(2)): keys of a few "
		"programs and libraries.\n\n"
		"Its contents could only be read by code inside the process. They would then stand in an image on a disk, "
		"which is just what the program wanted to rule out; a checkpoint that is not encrypted would betray it. "
		"So it is refused on purpose, open or mapped.\n\n"
		"A solution needs an image that is encrypted for the restorer. Some programs have a switch to use plain "
		"locked memory."),
	.links = "/secretmem*",
	.meaning = "secret memory: nobody but the process can read it",
	.remedy = "start it without secret memory",
};
