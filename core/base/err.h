/*
 * err.h - the one way to say that something went wrong.
 *
 * A function that fails records one sentence and returns -1; callers may put context in front of it or just return -1.
 * The applet prints the sentence once and exits with its status.  The record is kept per thread.
 */
#ifndef CR_BASE_ERR_H
#define CR_BASE_ERR_H

/* Exit status of every applet. */
enum status {
	STATUS_DONE = 0,
	STATUS_REFUSED = 1,		/* nothing was changed */
	STATUS_USAGE = 2,
	STATUS_SYSTEM = 3,		/* the process runs on */
	STATUS_BAD_IMAGE = 4,
};

/* Nobody prints floating point: such a function need not save its registers. */
#if defined(__x86_64__) && !defined(__clang__)
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args), target("general-regs-only")))
#else
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#endif

/* Each of these records the sentence, with a status, and returns -1. */
int fail(const char *fmt, ...) PRINTF_LIKE(1, 2);		/* STATUS_SYSTEM, ": strerror(errno)" is added */
int fail_plain(const char *fmt, ...) PRINTF_LIKE(1, 2);		/* STATUS_SYSTEM, errno means nothing here */
int fail_refused(const char *fmt, ...) PRINTF_LIKE(1, 2);	/* STATUS_REFUSED */
int fail_image(const char *fmt, ...) PRINTF_LIKE(1, 2);		/* STATUS_BAD_IMAGE */

/* Puts "CONTEXT: " in front of what is recorded; returns -1. */
int fail_context(const char *fmt, ...) PRINTF_LIKE(1, 2);

const char *err_text(void);		/* "" when nothing is recorded; valid until the next record in this thread */
enum status err_status(void);		/* STATUS_DONE when nothing is recorded */
void err_set(enum status status, const char *text);

/* The record of a thread. It is put aside while something is undone, which may fail in its own ways; or taken from one thread into another. */
#define ERR_TEXT_MAX 2048		/* with the NUL */
struct err_record {
	enum status status;
	char text[ERR_TEXT_MAX];
};
void err_keep(struct err_record *to);
void err_restore(const struct err_record *from);

void err_clear(void);

#endif
