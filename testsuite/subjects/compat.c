/* compat.c - a program for 32 bits. */
/* flavours: m32 */
/* refused: compat */
/* needs: gcc-multilib */
#include "subject.h"

int main(int argc, char **argv)
{
	char text[10000];

	subject_init(argc, argv);
	subject_fill(text, sizeof(text), 1);

	subject_freeze();

	EXPECT_FILLED(text, sizeof(text), 1, "stack");
	return subject_end();
}
