/* elsewhere.h - all that a subject written for x86_64 is on other machines. */
#include "subject.h"

int main(int argc, char **argv)
{
	subject_init(argc, argv);
	SKIP("written for x86_64");
}
