/* keyring.c - keys. */
#include "core/unit.h"

const struct check check_keyring = {
	.name = "keyring",
	.title = "keyrings",
	.may_be_lost = 1,
	.how = "keyctl(2) inside the frozen thread",
	.page =
		"Keyrings of the session, the process or the thread (keyrings(7)).\n\n"
		"Keys may not be readable, and have ids of this boot. The keyring that login made for the user is no\n"
		"loss: the restorer has one too.",
};
