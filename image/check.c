/*
 * check.c - reads an image again while it is being written, in a thread of its own that is one step behind.
 *
 * It has a position of its own in the file, which may be one without a name: it is opened by way of /proc/self/fd.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "image/private.h"

struct image_check {
	struct image_writer *writer;
	pthread_t thread;
	int fd;
	int result;
	struct err_record why;
};

static void *run(void *arg)
{
	struct image_check *c = arg;
	struct image_reader *r;
	struct image_member m;
	int ret = -1;

	thread_enter();
	r = reader_behind(c->fd, c->writer);
	if (r)
		while ((ret = image_read_next(r, &m)) > 0)
			;
	if (ret < 0)
		err_keep(&c->why);
	image_reader_free(r);
	c->result = ret;
	return NULL;
}

struct image_check *image_check_new(struct image_writer *w, int fd)
{
	struct image_check *c = calloc(1, sizeof(*c));
	char path[40];

	if (!c) {
		fail_plain("out of memory");
		return NULL;
	}
	c->writer = w;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	c->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (c->fd < 0)
		fail("open %s", path);
	else if (thread_start(&c->thread, run, c) == 0)
		return c;
	if (c->fd >= 0)
		close(c->fd);
	free(c);
	return NULL;
}

int image_check_end(struct image_check *c)
{
	int ret;

	pthread_join(c->thread, NULL);
	ret = c->result;
	if (ret < 0)
		err_restore(&c->why);
	close(c->fd);
	free(c);
	return ret;
}
