/* unlinked_cwd.c - a working folder that was removed. */
/* flavours: dynamic */
/* refused: unlinked */
#include "subject.h"

int main(int argc, char **argv)
{
	char text[PATH_MAX];
	struct stat st;

	subject_init(argc, argv);
	MUST(!mkdir("folder", 0755) && !chdir("folder") && !rmdir("../folder"));

	subject_freeze();

	EXPECT(!stat(".", &st) && st.st_nlink == 0, "the working folder has a name");
	EXPECT(!getcwd(text, sizeof(text)) && errno == ENOENT, "getcwd gives %s", text);
	return subject_end();
}
