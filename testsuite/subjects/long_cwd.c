/* long_cwd.c - a child whose working folder has a path longer than any call takes. */
/* flavours: dynamic */
/* refused: fs */
#include "long_path.h"

static int enter(int folder)
{
	return mkdirat(folder, "below", 0777) || fchdir(folder) ? -1 : 0;
}

static void look(int fd)
{
	(void)fd;
	EXPECT(access("below", F_OK) == 0, "the working folder is another");
}

int main(int argc, char **argv)
{
	return long_path_main(argc, argv, enter, look);
}
