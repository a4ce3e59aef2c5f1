/*
 * pipes.h - pipes and FIFOs: what both have. They differ in how an end is opened, and in that a FIFO has a path.
 */
#ifndef CR_LOOK_PIPES_H
#define CR_LOOK_PIPES_H

#include "core/look/look.h"

struct pipe_state {
	char *path;			/* of a FIFO */
	uint32_t pipe;			/* number of the first open file that is this pipe: it stands for the pipe */
	uint32_t quiet;			/* reader of a FIFO that has seen no writer yet: polls no hang-up */
	uint64_t capacity;		/* bytes */
	uint64_t bytes;			/* contents; told by the first open file that can read them, 0 in all others */
	struct u64_list packet_at;	/* where packets begin in the contents; what lies between is a stream */
	struct u64_list packets;	/* their lengths */
	/* in the first one: the first open file that can read and tells the contents, that can write, 0: none; and the last of this pipe */
	uint32_t source, writer, last;
	uint32_t uid, gid, mode;	/* of an anonymous pipe: they rule who may open it again through /proc */
	uint64_t dev, ino;		/* while scanning */
	int64_t used_s, used_ns;	/* while dumping: when somebody wrote to it last */
	void *kept;			/* while dumping: the contents, when they are few */
	/* while loading */
	uint64_t loaded;
	size_t have;
	uint8_t *part;			/* a packet or page not whole yet */
};

#define PIPE_FLAGS (O_ACCMODE | O_APPEND | O_NONBLOCK | O_DIRECT | LOOK_O_LARGEFILE)

/* The steps of a kind. What (DEV 0), INO name the pipe. All take a pipe's open files in the order of their numbers. */
int pipes_look(struct scan *s, const struct fd_look *l, struct file *f, uint64_t dev, uint64_t ino);
int pipes_relate(struct scan *s, struct file *f);
int pipes_capture(struct scan *s, struct file *f);
int pipes_dump(struct file *f, int (*put)(void *ctx, const void *data, size_t len), void *ctx);
int pipes_again(const struct model *m, const struct file *f, const struct file *rebuilt);
int pipes_preflight(struct rebuild *r, struct file *f);
int pipes_load(struct rebuild *r, struct file *f, const uint8_t *data, size_t len);

/* Another description of the pipe that LOCAL_FD is an end of, with flags of open(2). -1 with errno. */
int pipes_reopen(int local_fd, uint32_t flags);

/* Of the first open file of F's pipe: it stands for the pipe. */
struct pipe_state *pipes_first(const struct model *m, const struct file *f);

/* Is F the open file that tells the contents? */
int pipes_is_source(const struct model *m, const struct file *f);

/* Does the tree hold an end of F's pipe for writing? */
int pipes_has_writer(const struct model *m, const struct file *f);

/* ---- contents (pipe_data.c) ---- */

/*
 * Bytes and packets of the pipe whose reading end FD is, into STATE, which tells its capacity; nothing is taken out of it. *SLOTS: pages a
 * copy will need. Afterwards the contents themselves. -1 recorded.
 */
int pipe_data_measure(int fd, struct arena *a, struct pipe_state *state, uint64_t *slots);
int pipe_data_dump(int fd, const struct pipe_state *state, int (*put)(void *ctx, const void *data, size_t len), void *ctx);

/* Is what an image says about the contents possible in a pipe of its capacity? -1: fail_image. */
int pipe_data_check(const struct file *f, const struct pipe_state *state);

/* Writes a run of the contents into the pipe whose (non-blocking) writing end FD is. */
int pipe_data_load(int fd, struct arena *a, struct pipe_state *state, const uint8_t *data, size_t len);

#endif
