/* ldt.c - segments. */
#include "core/unit.h"

const struct check check_ldt = {
	.name = "ldt",
	.title = "local descriptor tables",
	.how = "modify_ldt(2) inside the frozen process",
	.page =
		"Segments of a process's own (modify_ldt(2)), for 16-bit programs in Wine and DOSEMU.\n\n"
		"They can be read and written again; the registers that refer to them have to be set afterwards.",
};
