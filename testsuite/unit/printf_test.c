/*
 * printf_test.c - our vfprintf() and vsnprintf() against the C library's, in every combination of what it knows.
 *
 * The program is linked with the library's; ours is compiled here under another name.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define vfprintf our_vfprintf
#define vsnprintf our_vsnprintf
#define fprintf our_fprintf
#define printf our_printf
#define snprintf our_snprintf
int our_fprintf(FILE *restrict, const char *restrict, ...);
int our_printf(const char *restrict, ...);
int our_snprintf(char *restrict, size_t, const char *restrict, ...);
int our_vfprintf(FILE *restrict, const char *restrict, va_list);
int our_vsnprintf(char *restrict, size_t, const char *restrict, va_list);
#include "core/base/printf.c"
#undef vfprintf
#undef vsnprintf
#undef fprintf
#undef printf
#undef snprintf

static int failed, compared;
static char ours[4096], short_ours[4096], theirs[4096];

static int our_print(const char *fmt, va_list args)
{
	FILE *f = fmemopen(ours, sizeof(ours), "w");
	int n;

	setvbuf(f, NULL, _IONBF, 0);
	n = our_vfprintf(f, fmt, args);
	fclose(f);
	ours[n < 0 ? 0 : n] = '\0';
	return n;
}

static void compare(const char *fmt, ...)
{
	va_list args;
	int a, b;

	va_start(args, fmt);
	a = our_print(fmt, args);
	va_end(args);
	va_start(args, fmt);
	b = vsnprintf(theirs, sizeof(theirs), fmt, args);
	va_end(args);
	compared++;
	for (size_t room = 0; room < 40; room = room ? 2 * room : 1) {
		char cut[40] = "as before";
		int c;

		strcpy(short_ours, cut);
		va_start(args, fmt);
		c = our_vsnprintf(short_ours, room, fmt, args);
		va_end(args);
		if (room)
			snprintf(cut, room, "%s", theirs);
		if ((c != b || strcmp(short_ours, cut)) && failed++ < 10)
			printf("FAIL: \"%s\" in %zu bytes: \"%s\" (%d)\n", fmt, room, short_ours, c);
	}
	if ((a != b || strcmp(ours, theirs)) && failed++ < 10)
		printf("FAIL: \"%s\": \"%s\" (%d), the library says \"%s\" (%d)\n", fmt, ours, a, theirs, b);
}

static const char *const flags[] = { "", "0", "-", "#", "#0", "-#" };
static const char *const widths[] = { "", "1", "7", "22" };
static const char *const precisions[] = { "", ".0", ".1", ".5", ".23" };
static const long long numbers[] = { 0, 1, -1, 7, 42, -4711, 2147483647, -2147483648ll, 4294967295ll, 9223372036854775807ll, -9223372036854775807ll - 1 };

static void numbers_alike(const char *flag, const char *width, const char *precision)
{
	char fmt[64];

	for (const char *letter = "diuxo"; *letter; letter++)
		for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
			if (strchr(flag, '#') && (strchr("diu", *letter) || *precision))	/* undefined; and nobody writes both */
				continue;
			snprintf(fmt, sizeof(fmt), "<%%%s%s%s%c>", flag, width, precision, *letter);
			compare(fmt, (int)numbers[i]);
			snprintf(fmt, sizeof(fmt), "<%%%s%s%sl%c>", flag, width, precision, *letter);
			compare(fmt, (long)numbers[i]);
			snprintf(fmt, sizeof(fmt), "<%%%s%s%sll%c>", flag, width, precision, *letter);
			compare(fmt, numbers[i]);
			snprintf(fmt, sizeof(fmt), "<%%%s%s%sz%c>", flag, width, precision, *letter);
			compare(fmt, (size_t)numbers[i]);
		}
}

static void strings_alike(const char *flag, const char *width, const char *precision)
{
	static const char *const strings[] = { "", "x", "sixteen letters.", "\xff\x01%s" };
	char fmt[64];

	if (strpbrk(flag, "0#"))
		return;
	for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++) {
		snprintf(fmt, sizeof(fmt), "%%%s%s%ss|", flag, width, precision);
		compare(fmt, strings[i]);
	}
	snprintf(fmt, sizeof(fmt), "|%%%s%sc", flag, width);
	compare(fmt, 'c');
}

/* Enough arguments that some are on the stack. */
static void test_variadic(void)
{
	FILE *f = fmemopen(ours, sizeof(ours), "w");
	int n;

	setvbuf(f, NULL, _IONBF, 0);
	n = our_fprintf(f, "%d %d %s %d %s %d %d %llu", 1, 2, "3", 4, "5", 6, 7, 8ull);
	fclose(f);
	ours[n < 0 ? 0 : n] = '\0';
	failed += n != 15 || strcmp(ours, "1 2 3 4 5 6 7 8");
	n = our_snprintf(ours, 6, "%d %d %s %d %s %d %d %llu", 1, 2, "3", 4, "5", 6, 7, 8ull);
	failed += n != 15 || strcmp(ours, "1 2 3");
	failed += our_printf("%s%s\n", "PASS: ", "our own printf prints") != 28;
	printf("%s: as many arguments as there are\n", failed ? "FAIL" : "PASS");
}

int main(void)
{
	static char longer[2000];

	for (size_t f = 0; f < sizeof(flags) / sizeof(*flags); f++)
		for (size_t w = 0; w < sizeof(widths) / sizeof(*widths); w++)
			for (size_t p = 0; p < sizeof(precisions) / sizeof(*precisions); p++) {
				numbers_alike(flags[f], widths[w], precisions[p]);
				strings_alike(flags[f], widths[w], precisions[p]);
			}
	memset(longer, 'y', sizeof(longer) - 1);
	compare("%s%s", longer, longer);
	compare("%*s|%*s|%.*s|%%|", 5, "a", -5, "b", 2, "cde");
	compare("%s %d %llu %c %s", "one", 2, 3ull, '4', "five");
	compare("%p", (void *)&failed);
	compare("");
	compare("plain");
	test_variadic();
	if (!failed)
		printf("PASS: %d conversions come out like the C library's\n", compared);
	return failed != 0;
}
