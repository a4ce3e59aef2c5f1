/* big.c - 200 MiB: text that compresses, noise that does not, and holes. */
/* flavours: dynamic */
#include "subject.h"
#include <sys/mman.h>

#define MIB (1UL << 20)

int main(int argc, char **argv)
{
	unsigned char *noise, *text, *holes;
	size_t i;

	subject_init(argc, argv);
	noise = mmap(NULL, 80 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	text = mmap(NULL, 80 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	holes = mmap(NULL, 400 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	MUST(noise != MAP_FAILED && text != MAP_FAILED && holes != MAP_FAILED);
	subject_fill(noise, 80 * MIB, 1);
	for (i = 0; i < 80 * MIB; i++)
		text[i] = "the quick brown fox jumps over the lazy dog, "[(i + i / 5000) % 45];
	for (i = 0; i < 400 * MIB; i += 40960)
		subject_fill(holes + i, 4096, i);

	subject_freeze();

	EXPECT_FILLED(noise, 80 * MIB, 1, "noise");
	for (i = 0; i < 80 * MIB; i++)
		if (text[i] != "the quick brown fox jumps over the lazy dog, "[(i + i / 5000) % 45])
			break;
	EXPECT_EQ(i, 80 * MIB, "text that is right");
	for (i = 0; i < 400 * MIB; i += 40960) {
		EXPECT_FILLED(holes + i, 4096, i, "between holes");
		if (holes[i + 4096] || holes[i + 40959])
			break;
	}
	EXPECT(i >= 400 * MIB, "a hole is not empty");
	return subject_end();
}
