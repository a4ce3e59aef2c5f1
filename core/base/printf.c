/*
 * printf.c - vfprintf(3) and its like without floating point, for a static program: the C library's own take 10 KB, most of it for that.
 *
 * In a static program the first definition is taken, by the library itself too. What it knows is what cr
 * writes: %s %c %d %i %u %x %o %p %%, the flags 0 - #, width, precision, l ll z. testsuite/style.tests looks for anything else.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#if defined(__x86_64__) && !defined(__clang__)
#define NO_FLOAT __attribute__((target("general-regs-only")))	/* these registers need not be saved */
#else
#define NO_FLOAT
#endif

struct out {
	FILE *f;			/* NULL: what does not fit is only counted */
	char *p;
	size_t size, n, total;
};

struct spec {
	int zero, left, prefix;		/* flags */
	int width, precision;		/* precision -1: none */
	int wide;			/* 64 bits */
};

static void flush(struct out *o)
{
	fwrite(o->p, 1, o->n, o->f);
	o->n = 0;
}

static void put(struct out *o, const char *s, size_t len)
{
	o->total += len;
	while (len) {
		size_t room = o->size - o->n, part = len < room ? len : room;

		memcpy(o->p + o->n, s, part);
		o->n += part;
		s += part;
		len -= part;
		if (len && !o->f)
			return;
		if (len)
			flush(o);
	}
}

static void fill(struct out *o, char c, int n)
{
	while (n-- > 0)
		put(o, &c, 1);
}

/* HEAD is a sign or a prefix: zeros stand between it and the text. */
static void put_padded(struct out *o, const struct spec *s, const char *head, int zeros, const char *text, size_t len)
{
	size_t head_len = strlen(head);
	int blanks = s->width - (int)(head_len + len) - (zeros > 0 ? zeros : 0);

	if (!s->left)
		fill(o, ' ', blanks);
	put(o, head, head_len);
	fill(o, '0', zeros);
	put(o, text, len);
	if (s->left)
		fill(o, ' ', blanks);
}

static void put_number(struct out *o, const struct spec *s, const char *head, uint64_t value, unsigned base)
{
	char digits[24], *p = digits + sizeof(digits);	/* 22 octal digits are the most */
	int len, zeros;

	if (s->prefix && value)
		head = base == 16 ? "0x" : "0";
	for (; value; value /= base)
		*--p = "0123456789abcdef"[value % base];
	if (p == digits + sizeof(digits) && s->precision)
		*--p = '0';
	len = (int)(digits + sizeof(digits) - p);
	zeros = s->precision >= 0 ? s->precision - len : s->zero && !s->left ? s->width - len - (int)strlen(head) : 0;
	put_padded(o, s, head, zeros, p, (size_t)len);
}

static const char *take_number(const char *p, int *out)
{
	for (*out = 0; *p >= '0' && *p <= '9'; p++)
		*out = *out * 10 + (*p - '0');
	return p;
}

/* One conversion, "-08.3ll"; returns its letter's place. A va_list may be an array: only a struct around it can be passed on. */
struct arguments {
	va_list list;
};

static const char *take_spec(const char *p, struct arguments *args, struct spec *s)
{
	*s = (struct spec) { .precision = -1 };
	for (; *p && strchr("0-#", *p); p++) {
		s->zero |= *p == '0';
		s->left |= *p == '-';
		s->prefix |= *p == '#';
	}
	p = take_number(p, &s->width);
	if (*p == '*') {
		s->width = va_arg(args->list, int);
		s->left |= s->width < 0;
		s->width = s->width < 0 ? -s->width : s->width;
		p++;
	}
	if (*p == '.') {
		p = take_number(p + 1, &s->precision);
		if (*p == '*') {
			s->precision = va_arg(args->list, int);
			p++;
		}
	}
	for (; *p == 'l' || *p == 'z'; p++)
		s->wide = sizeof(long) == 8 || s->wide || p[1] == 'l';
	return p;
}

static uint64_t take_unsigned(struct arguments *args, const struct spec *s)
{
	return s->wide ? va_arg(args->list, unsigned long long) : va_arg(args->list, unsigned);
}

static void put_string(struct out *o, const struct spec *s, const char *text)
{
	if (!text)
		text = "(null)";
	put_padded(o, s, "", 0, text, s->precision < 0 ? strlen(text) : strnlen(text, (size_t)s->precision));
}

static void convert(struct out *o, const struct spec *s, char letter, struct arguments *args)
{
	int64_t number;
	char c[1] = { letter };

	switch (letter) {
	case 'd':
	case 'i':
		number = s->wide ? va_arg(args->list, long long) : va_arg(args->list, int);
		put_number(o, s, number < 0 ? "-" : "", number < 0 ? -(uint64_t)number : (uint64_t)number, 10);
		break;
	case 'u':
		put_number(o, s, "", take_unsigned(args, s), 10);
		break;
	case 'x':
		put_number(o, s, "", take_unsigned(args, s), 16);
		break;
	case 'o':
		put_number(o, s, "", take_unsigned(args, s), 8);
		break;
	case 'p':
		put_number(o, &(struct spec) { .prefix = 1, .width = s->width, .precision = -1 }, "", (uintptr_t)va_arg(args->list, void *), 16);
		break;
	case 's':
		put_string(o, s, va_arg(args->list, const char *));
		break;
	case 'c':
		c[0] = (char)va_arg(args->list, int);
		/* fall through */
	default:
		put_padded(o, s, "", 0, c, 1);
	}
}

static void print(struct out *o, const char *p, struct arguments *args)
{
	struct spec s;

	while (*p) {
		size_t plain = strcspn(p, "%");

		put(o, p, plain);
		p += plain;
		if (!*p)
			break;
		p = take_spec(p + 1, args, &s);
		if (!*p)
			break;
		convert(o, &s, *p++, args);
	}
}

int vfprintf(FILE *restrict f, const char *restrict p, va_list list)
{
	char buf[512];			/* so that a line to an unbuffered stream is one write */
	struct out o = { .f = f, .p = buf, .size = sizeof(buf) };
	struct arguments args;

	va_copy(args.list, list);
	print(&o, p, &args);
	va_end(args.list);
	flush(&o);
	return ferror(f) ? -1 : (int)o.total;
}

int vsnprintf(char *restrict to, size_t n, const char *restrict p, va_list list)
{
	struct out o = { .p = to, .size = n ? n - 1 : 0 };
	struct arguments args;

	va_copy(args.list, list);
	print(&o, p, &args);
	va_end(args.list);
	if (n)
		to[o.n] = '\0';
	return (int)o.total;
}

NO_FLOAT int fprintf(FILE *restrict f, const char *restrict p, ...)
{
	va_list args;
	int n;

	va_start(args, p);
	n = vfprintf(f, p, args);
	va_end(args);
	return n;
}

NO_FLOAT int (printf)(const char *restrict p, ...)
{
	va_list args;
	int n;

	va_start(args, p);
	n = vfprintf(stdout, p, args);
	va_end(args);
	return n;
}

NO_FLOAT int snprintf(char *restrict to, size_t size, const char *restrict p, ...)
{
	va_list args;
	int n;

	va_start(args, p);
	n = vsnprintf(to, size, p, args);
	va_end(args);
	return n;
}
