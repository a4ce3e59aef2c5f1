/* unlinked_exe.c - the program itself was removed (or replaced by an update). */
/* flavours: dynamic static */
/* refused: unlinked */
#include "subject.h"

int main(int argc, char **argv)
{
	char text[PATH_MAX], command[2 * PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", text, sizeof(text) - 1);

	if (n < 0)
		return 71;
	text[n] = 0;
	if (!strstr(text, "own-copy")) {
		snprintf(command, sizeof(command), "cp '%s' own-copy", text);
		if (system(command) == 0)
			execv("./own-copy", argv);
		return 72;
	}
	subject_init(argc, argv);
	MUST(!unlink("own-copy"));

	subject_freeze();

	n = readlink("/proc/self/exe", text, sizeof(text) - 1);
	text[n < 0 ? 0 : n] = 0;
	EXPECT(strstr(text, "own-copy (deleted)"), "exe is %s", text);
	return subject_end();
}
