/*
 * file_test.c - kinds of open file: the pure parts, packets of pipes, and a round trip of descriptors between two processes,
 * without touching any: look, capture, rebuild, look again, compare.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/look/mounts.h"
#include "core/look/outside.h"
#include "core/look/pipes.h"
#include "core/proc/proc.h"
#include "check.h"

extern const struct file_kind file_regular, file_directory, file_opath, file_mem_device, file_pipe, file_fifo, file_tty;
const struct file_kind *const file_kinds[] = { &file_directory, &file_fifo, &file_mem_device, &file_opath, &file_pipe, &file_regular,
					       &file_tty, NULL };
const struct check *const checks[] = { NULL };

static void must(int good, const char *what)
{
	if (!good) {
		perror(what);
		exit(70);
	}
}

/* ---- pure ---- */

static const struct file_kind *kind_of(const char *text, const char *fstype, mode_t mode, dev_t rdev, uint32_t flags)
{
	struct fd_look l = { .text = text, .fstype = fstype, .have_stat = mode != 0, .flags = flags };
	const struct file_kind *found = NULL;

	l.st.st_mode = mode;
	l.st.st_rdev = rdev;
	for (int i = 0; file_kinds[i]; i++)
		if (file_kinds[i]->match(&l)) {
			if (found)
				return NULL;
			found = file_kinds[i];
		}
	return found;
}

static void test_match(void)
{
	check(kind_of("/a", "ext4", S_IFREG | 0644, 0, 0) == &file_regular, "match: a regular file");
	check(kind_of("/a", "nfs4", 0, 0, 0) == &file_regular, "match: a network file is taken in, to be refused");
	check(kind_of("/memfd:x (deleted)", "", S_IFREG | 0777, 0, 2) == NULL, "match: a memfd is no regular file");
	check(kind_of("/a", "ext4", S_IFDIR | 0755, 0, O_DIRECTORY) == &file_directory, "match: a directory");
	check(kind_of("/a", "ext4", S_IFDIR | 0755, 0, O_PATH) == &file_opath, "match: a directory with O_PATH");
	check(kind_of("/dev/null", "devtmpfs", S_IFCHR | 0666, makedev(1, 3), 2) == &file_mem_device, "match: null");
	check(kind_of("/dev/null", "devtmpfs", S_IFCHR | 0666, makedev(1, 11), 2) == NULL, "match: kmsg by the name of null");
	check(kind_of("/dev/null", "devtmpfs", S_IFBLK | 0666, makedev(1, 3), 2) == NULL, "match: a block device by the name of null");
	check(kind_of("pipe:[12]", "", S_IFIFO | 0600, 0, 1) == &file_pipe, "match: a pipe");
	check(kind_of("pipe:[12]", "", S_IFIFO | 0600, 0, O_PATH) == NULL, "match: O_PATH of a pipe is not known");
	check(kind_of("/pipe:[12]", "ext4", S_IFIFO | 0600, 0, 1) == &file_fifo, "match: a FIFO that is called like a pipe");
	check(kind_of("/dev/pts/1", "devpts", S_IFCHR | 0620, makedev(136, 1), 2) == &file_tty, "match: a terminal");
	check(kind_of("/dev/ptmx", "devtmpfs", S_IFCHR | 0666, makedev(5, 2), 2) == NULL, "match: the other side of a terminal");
	check(kind_of("socket:[5]", "", S_IFSOCK | 0777, 0, 2) == NULL, "match: a socket");
	check(kind_of("anon_inode:[eventfd]", "", 0600, 0, 2) == NULL, "match: an eventfd");
	check(fs_class("fuse.sshfs") == FS_NETWORK && fs_class("zfs") == FS_UNKNOWN && !fs_is_safe("") && fs_is_safe("tmpfs"),
	      "mounts: classes of file systems");
}

static void test_way(void)
{
	static const char text[] =
		"22 1 254:0 / / rw - ext4 /dev/root rw\n"
		"30 22 0:39 / /far rw - nfs4 host:/ rw\n"
		"31 30 0:40 / /far/near rw - tmpfs tmpfs rw\n"
		"40 22 0:50 / /auto rw - autofs systemd-1 rw\n"
		"41 40 0:51 / /auto rw - ext4 /dev/x rw\n";
	struct arena a = { 0 };
	struct mount_table t;

	check(!proc_mountinfo_parse(&a, text, &t.mounts), "mounts: parse");
	check(!mounts_unsafe_on_way(&t, "/near/x") && !mounts_unsafe_on_way(&t, "/farther"), "mounts: a safe way");
	check(mounts_unsafe_on_way(&t, "/far/x") && mounts_unsafe_on_way(&t, "/far/near/x"), "mounts: a way through a server");
	check(!mounts_unsafe_on_way(&t, "/auto/x"), "mounts: an automount point that is in use");
	check(!strcmp(mount_fstype(&t, 31), "tmpfs") && !strcmp(mount_fstype(&t, 99), ""), "mounts: type by id");
	arena_free(&a);
}

static void test_image_values(void)
{
	uint64_t at[2] = { 0, 8 }, len[2] = { 8, 20 };
	struct pipe_state state = { .capacity = 65536, .bytes = 28, .packet_at = { at, 2 }, .packets = { len, 2 } };
	struct file f = { .id = 1, .kind = &file_regular, .flags = 0102001 };

	check(!fdflags_check(&f, FDFLAGS_DISK), "image: good flags");
	f.flags = O_CREAT | O_WRONLY;
	check(fdflags_check(&f, FDFLAGS_DISK) < 0 && err_status() == STATUS_BAD_IMAGE, "image: O_CREAT is no flag of an open file");
	check(!pipe_data_check(&f, &state), "image: packets");
	at[1] = 7;
	check(pipe_data_check(&f, &state) < 0, "image: packets that overlap");
	at[1] = UINT64_MAX;
	check(pipe_data_check(&f, &state) < 0, "image: a packet beyond the end");
	at[1] = 8, len[1] = 21;
	check(pipe_data_check(&f, &state) < 0, "image: a packet longer than the contents");
	len[1] = 0;
	check(pipe_data_check(&f, &state) < 0, "image: an empty packet");
	len[1] = 20, state.capacity = 4096;
	check(pipe_data_check(&f, &state) < 0, "image: more packets than pages");
}

/* ---- packets ---- */

struct memory {
	char data[1 << 20];
	size_t len;
};

static int put(void *ctx, const void *data, size_t len)
{
	struct memory *m = ctx;

	memcpy(m->data + m->len, data, len);
	m->len += len;
	return 0;
}

/* A stream, a packet, a stream; the packet stands behind a page that has room. Loaded in runs of odd lengths. */
static void test_mixed(void)
{
	uint64_t at[2] = { 5000, 5003 }, len[2] = { 3, 4096 }, slots;
	struct pipe_state want = { .capacity = 65536, .bytes = 9101, .packet_at = { at, 2 }, .packets = { len, 2 } };
	struct pipe_state state = { .capacity = 65536 };
	static struct memory m;
	struct arena a = { 0 };
	char text[9101];
	int to[2], left;

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)(i * 7 + i / 256);
	must(!pipe2(to, O_NONBLOCK), "pipe");
	for (size_t i = 0; i < sizeof(text); i += 313)
		must(!pipe_data_load(to[1], &a, &want, (uint8_t *)text + i, sizeof(text) - i < 313 ? sizeof(text) - i : 313), "load");
	check(pipe_data_load(to[1], &a, &want, (uint8_t *)"!", 1) < 0, "packets: more contents than the image says");
	check(!pipe_data_measure(to[0], &a, &state, &slots) && state.bytes == 9101 && slots == 5, "packets: measured");
	check(state.packets.n == 2 && !memcmp(state.packets.v, len, sizeof(len)) && !memcmp(state.packet_at.v, at, sizeof(at)),
	      "packets: found among a stream");
	check(!pipe_data_dump(to[0], &state, put, &m) && m.len == 9101 && !memcmp(m.data, text, 9101), "packets: contents");
	check(!ioctl(to[0], FIONREAD, &left) && left == 9101, "packets: nothing was taken out");
	close(to[0]), close(to[1]);
	arena_free(&a);
}

/* As pipe(7) has it: what is left of a packet that is read in part is gone. */
static void test_packets(void)
{
	struct pipe_state state = { .capacity = 65536 };
	struct arena a = { 0 };
	int p[2];
	char text[64];
	uint64_t slots;

	must(!pipe2(p, O_NONBLOCK | O_DIRECT), "pipe");
	must(write(p[1], "x", 1) == 1 && write(p[1], "abcdef", 6) == 6 && write(p[1], "yz", 2) == 2, "write");
	must(!pipe_data_measure(p[0], &a, &state, &slots), "measure");
	check(state.bytes == 9 && state.packets.n == 3 && state.packets.v[0] == 1 && state.packet_at.v[2] == 7, "packets: in packet mode");
	check(read(p[0], text, 64) == 1 && read(p[0], text, 3) == 3 && read(p[0], text, 64) == 2, "packets: are read as before");
	close(p[0]), close(p[1]);
	arena_free(&a);
}

/* N bytes of a stream, then a packet of LAST; measured and copied. The pipe takes CAPACITY bytes. */
static void try_large(int capacity, size_t n, size_t last, const char *what)
{
	struct pipe_state state = { .capacity = (uint64_t)capacity };
	static char text[1 << 20];
	static struct memory m;
	struct arena a = { 0 };
	uint64_t slots;
	int p[2];

	m.len = 0;
	for (size_t i = 0; i < n + last; i++)
		text[i] = (char)(i * 7 + i / 256);
	must(!pipe2(p, O_NONBLOCK) && fcntl(p[1], F_SETPIPE_SZ, capacity) == capacity, "pipe");
	must(write(p[1], text, n) == (ssize_t)n, "write");
	must(!last || (!fcntl(p[1], F_SETFL, O_DIRECT) && write(p[1], text + n, last) == (ssize_t)last), "write a packet");
	check(!pipe_data_measure(p[0], &a, &state, &slots) && state.bytes == n + last, what);
	check(state.packets.n == !!last && (!last || (state.packet_at.v[0] == n && state.packets.v[0] == last)), what);
	check(slots == (n + 4095) / 4096 + !!last, what);
	check(!pipe_data_dump(p[0], &state, put, &m) && m.len == n + last && !memcmp(m.data, text, n + last), what);
	close(p[0]), close(p[1]);
	arena_free(&a);
}

static void test_large(void)
{
	try_large(65536, 0, 0, "pipe: empty");
	try_large(65536, 65536, 0, "pipe: a full one of the usual size");
	try_large(1 << 20, 1 << 20, 0, "pipe: a full one of the largest size");
	try_large(1 << 18, 200001, 0, "pipe: a long stream");
	try_large(1 << 18, 63000, 4000, "pipe: a packet at the place where a read of a long stream would end");
	try_large(1 << 18, 65536, 4096, "pipe: a packet behind it");
}

/* ---- processes ---- */

struct look {
	struct model model;
	struct report report;
	struct mount_table mounts;
	struct scan scan;
	struct outside outside;
	struct task *task;
};

static void look_at(struct look *k, pid_t pid)
{
	cleanup_fd int dir = -1;
	struct proc_stat st;

	must(!proc_open(pid, &dir) && !proc_read_stat(dir, &st), "stat");
	memset(k, 0, sizeof(*k));
	k->report.arena = &k->model.arena;
	outside_begin(&k->outside, 0);
	k->scan = (struct scan){ .model = &k->model, .report = &k->report, .frozen = 1, .mounts = &k->mounts, .outside = &k->outside };
	must(!mounts_read(&k->mounts, &k->model.arena), "mounts");
	k->task = arena_alloc(&k->model.arena, sizeof(*k->task));
	k->task->pid = pid;
	k->task->sid = st.session;
	k->task->tty_nr = st.tty_nr;
	k->task->threads = arena_alloc(&k->model.arena, sizeof(*k->task->threads));
	k->task->threads[0].tid = pid;
	k->task->nthreads = 1;
	arena_grow(&k->model.arena, &k->model.tasks, 0, &k->model.tasks_cap, sizeof(*k->model.tasks));
	k->model.tasks[k->model.ntasks++] = k->task;
	check(!files_look(&k->scan, k->task) && !files_relate(&k->scan) && (k->report.refused || !files_capture(&k->scan)), "look and capture");
	task_folder_close(&k->scan);
}

static int was_refused(const struct look *k, const char *id)
{
	for (size_t i = 0; i < k->report.n; i++)
		if (k->report.findings[i].verdict == FINDING_REFUSED && !strcmp(k->report.findings[i].id, id))
			return 1;
	return 0;
}

static void show(const struct report *r)
{
	for (size_t i = 0; i < r->n; i++)
		printf("\t%s %s: %s %s\n", r->findings[i].verdict == FINDING_NOTE ? "note" : "refused", r->findings[i].id,
		       r->findings[i].object, r->findings[i].meaning);
}

/* A child that runs MAKE, then stops; started again it runs AFTER and exits with what that returns. */
static pid_t start(void (*make)(void), int (*after)(void))
{
	pid_t pid = fork();
	int status;

	must(pid >= 0, "fork");
	if (!pid) {
		if (make)
			make();
		raise(SIGSTOP);
		_exit(after ? after() : 0);
	}
	must(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status), "waitpid");
	return pid;
}

static int finish(pid_t pid)
{
	int status;

	kill(pid, SIGCONT);
	must(waitpid(pid, &status, 0) == pid, "waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static void stop(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static int place(int fd, int want)
{
	must(fd >= 0 && dup2(fd, want) == want && !close(fd), "place");
	return want;
}

static char folder[] = "/tmp/cr-file-test-XXXXXX";

enum { LOG = 20, SHARED, READER, FOLDER, PATH, NUL, P_R, P_W, P_AGAIN, P_BOTH, DEAD_W, EOF_R, F_BOTH, QUIET, PACKET_R, PACKET_W, BIG_R, BIG_W };

static void make_files(void)
{
	int p[2], fd;

	close(0), close(1), close(2);
	for (fd = 3; fd < 300; fd++)
		close(fd);
	must(!open("/dev/null", O_RDWR), "null");
	place(open("log", O_WRONLY | O_CREAT | O_APPEND, 0600), LOG);
	must(write(LOG, "hello", 5) == 5 && dup2(LOG, SHARED) == SHARED, "log");
	place(open("data", O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_SYNC), READER);
	must(lseek(READER, 1234, SEEK_SET) == 1234, "lseek");
	place(open(".", O_RDONLY | O_DIRECTORY), FOLDER);
	place(open("both", O_PATH), PATH);
	place(open("/dev/urandom", O_RDONLY), NUL);
	must(!pipe2(p, O_CLOEXEC), "pipe");
	place(p[0], P_R);
	place(p[1], P_W);
	must(!fchmod(P_R, 0640) && !fchown(P_R, 12, 34) && write(P_W, "abc", 3) == 3, "pipe");
	place(open("/proc/self/fd/26", O_RDONLY | O_NONBLOCK), P_AGAIN);
	place(open("/proc/self/fd/26", O_RDWR), P_BOTH);
	must(!pipe(p) && !close(p[0]), "pipe");
	place(p[1], DEAD_W);
	must(!pipe(p) && write(p[1], "last", 4) == 4 && !close(p[1]), "pipe");
	place(p[0], EOF_R);
	place(open("both", O_RDWR), F_BOTH);
	must(write(F_BOTH, "fifo", 4) == 4, "fifo");
	place(open("quiet", O_RDONLY | O_NONBLOCK), QUIET);
	must(fcntl(QUIET, F_SETPIPE_SZ, 8192) == 8192, "size");
	must(!pipe2(p, O_DIRECT | O_NONBLOCK), "pipe");
	place(p[0], PACKET_R);
	place(p[1], PACKET_W);
	must(write(PACKET_W, "one", 3) == 3 && write(PACKET_W, "three", 5) == 5, "packets");
	must(!pipe2(p, O_NONBLOCK) && fcntl(p[0], F_SETPIPE_SZ, 1 << 20) == 1 << 20, "pipe");
	place(p[0], BIG_R);
	place(p[1], BIG_W);
	for (fd = 0; write(BIG_W, &fd, sizeof(fd)) == sizeof(fd); fd++)
		;
}

static int read_is(int fd, const char *want)
{
	char text[64] = "";

	return read(fd, text, sizeof(text)) == (ssize_t)strlen(want) && !strcmp(text, want);
}

static int verify_files(void)
{
	int n, v;

	signal(SIGPIPE, SIG_IGN);
	if (write(SHARED, "!", 1) != 1 || lseek(LOG, 0, SEEK_CUR) != 6)
		return 1;
	if (lseek(READER, 0, SEEK_CUR) != 1234)
		return 2;
	if (!read_is(P_AGAIN, "abc") || write(P_BOTH, "d", 1) != 1 || !read_is(P_R, "d"))
		return 3;
	if (write(DEAD_W, "x", 1) != -1 || errno != EPIPE)
		return 4;
	if (!read_is(EOF_R, "last") || !read_is(EOF_R, ""))
		return 5;
	if (!read_is(F_BOTH, "fifo") || fcntl(QUIET, F_GETPIPE_SZ) != 8192 || !read_is(QUIET, ""))
		return 6;
	if (!read_is(PACKET_R, "one") || !read_is(PACKET_R, "three"))
		return 7;
	for (n = 0; read(BIG_R, &v, sizeof(v)) == sizeof(v); n++)
		if (v != n)
			return 8;
	return n == (1 << 20) / (int)sizeof(v) ? 0 : 9;
}

/* What an image would carry: the fields of the tables, and nothing else. */
static void carry(const struct look *from, struct rebuild *r)
{
	struct arena *a = &r->model->arena;

	for (size_t i = 0; i < from->model.nfiles; i++) {
		const struct file *f = from->model.files[i];
		struct file *copy = arena_alloc(a, sizeof(*copy));

		arena_grow(a, &r->model->files, r->model->nfiles, &r->model->files_cap, sizeof(copy));
		r->model->files[r->model->nfiles++] = copy;
		*copy = (struct file){ .id = f->id, .kind = f->kind, .flags = f->flags, .pos = f->pos, .pid = f->pid, .fd = f->fd, .local_fd = -1 };
		copy->state = arena_alloc(a, f->kind->size);
		for (const struct field *t = f->kind->fields; t->type != FIELD_NONE; t++) {
			size_t size = t->type == FIELD_STR ? sizeof(char *) : t->type == FIELD_LIST ? sizeof(struct u64_list) :
				t->type == FIELD_BYTES ? sizeof(struct bytes) : t->width;

			memcpy((char *)copy->state + t->offset, (const char *)f->state + t->offset, size);
		}
	}
}

static int compare(const struct look *a, const struct look *b)
{
	if (a->model.nfiles != b->model.nfiles || a->task->nfds != b->task->nfds)
		return -1;
	for (size_t i = 0; i < a->task->nfds; i++)
		if (a->task->fds[i].fd != b->task->fds[i].fd || a->task->fds[i].file != b->task->fds[i].file)
			return -1;
	for (size_t i = 0; i < a->model.nfiles; i++) {
		const struct file *f = a->model.files[i], *g = b->model.files[i];

		if (f->kind != g->kind || f->flags != g->flags || f->pos != g->pos)
			return printf("\tfile %u (%s): flags 0%o 0%o\n", f->id, f->kind->name, f->flags, g->flags);
		for (const struct field *t = f->kind->fields; t->type != FIELD_NONE; t++)
			if (field_differs(t, f->state, g->state))
				return printf("\tfile %u (%s): %s\n", f->id, f->kind->name, t->name);
	}
	return 0;
}

static const struct look *wanted;
static const struct model *rebuilt;

static void take_files(void)
{
	int base = 200;

	for (size_t i = 0; i < rebuilt->nfiles; i++)
		must(dup2(rebuilt->files[i]->local_fd, base + (int)i) >= 0, "dup2");
	for (int fd = 0; fd < base; fd++)
		close(fd);
	for (size_t i = 0; i < wanted->task->nfds; i++)
		must(dup2(base + (int)wanted->task->fds[i].file, (int)wanted->task->fds[i].fd) >= 0, "dup2");
	for (int fd = base; fd < 300; fd++)
		close(fd);
}

/* Bulk as the image has it: kept in memory until the first process is gone. */
static int carry_bulk(const struct look *from, struct memory *bulk)
{
	for (size_t i = 0; i < from->model.nfiles; i++) {
		struct file *f = from->model.files[i];

		bulk[i].len = 0;
		if (f->kind->dump_bulk && f->kind->dump_bulk(f, put, &bulk[i]) < 0)
			return -1;
	}
	return 0;
}

static int rebuild_all(struct rebuild *r, const struct memory *bulk)
{
	for (size_t i = 0; i < r->model->nfiles; i++)
		if (r->model->files[i]->kind->preflight(r, r->model->files[i]) < 0)
			return -1;
	show(r->report);
	if (r->report->refused)
		return -1;
	for (size_t i = 0; i < r->model->nfiles; i++)
		if (r->model->files[i]->kind->rebuild(r, r->model->files[i]) < 0)
			return fail_context("file %zu", i + 1);
	for (size_t i = 0; i < r->model->nfiles; i++)
		for (size_t at = 0; at < bulk[i].len; at += 100003) {
			size_t n = bulk[i].len - at < 100003 ? bulk[i].len - at : 100003;

			if (r->model->files[i]->kind->load_bulk(r, r->model->files[i], (const uint8_t *)bulk[i].data + at, n) < 0)
				return -1;
		}
	return 0;
}

/* Somebody else who knows the way to a FIFO has no end of it. */
static void know_fifo(void)
{
	must(open("both", O_PATH) >= 0, "both");
}

static void test_round_trip(void)
{
	static struct look before, after;
	static struct memory bulk[32];
	struct model model = { 0 };
	struct report report = { .arena = &model.arena };
	struct rebuild r = { .model = &model, .report = &report, .terminal = -1 };
	pid_t other = start(know_fifo, NULL), pid = start(make_files, verify_files);

	look_at(&before, pid);
	show(&before.report);
	check(!before.report.refused, "round trip: nothing is refused");
	check(before.model.nfiles <= 32 && !carry_bulk(&before, bulk), "round trip: contents");
	for (size_t i = 0; i < before.model.nfiles; i++) {
		close(before.model.files[i]->local_fd);
		before.model.files[i]->local_fd = -1;
	}
	stop(pid);
	carry(&before, &r);
	check(!rebuild_all(&r, bulk), "round trip: made again");
	wanted = &before;
	rebuilt = &model;
	pid = start(take_files, verify_files);
	look_at(&after, pid);
	show(&after.report);
	check(!after.report.refused && !compare(&before, &after), "round trip: the same again");
	for (size_t i = 0; i < model.nfiles; i++) {
		close(model.files[i]->local_fd);
		close(after.model.files[i]->local_fd);
		model.files[i]->local_fd = after.model.files[i]->local_fd = -1;
	}
	check(finish(pid) == 0, "round trip: works as before");
	stop(other);
	arena_free(&model.arena);
}

/* ---- refusals ---- */

static int outer[2];

/* ID NULL: nothing is. */
static void one(const char *title, const char *id, void (*make)(void))
{
	static struct look k;
	pid_t pid = start(make, NULL);
	int good;

	look_at(&k, pid);
	good = id ? was_refused(&k, id) : !k.report.refused;
	check(good, title);
	if (!good)
		show(&k.report);
	stop(pid);
	model_free(&k.model);
}

static void quiet(void) { for (int fd = 0; fd < 300; fd++) if (fd != outer[0] && fd != outer[1]) close(fd); }
static void bad_unlinked(void) { quiet(); open("gone", O_RDWR | O_CREAT, 0600); unlink("gone"); }
static void bad_lock(void) { quiet(); flock(open("data", O_RDWR), LOCK_EX); }
static void bad_owner(void) { int p[2]; quiet(); must(!pipe(p), "pipe"); fcntl(p[0], F_SETOWN, getpid()); }
static void bad_async(void) { int p[2]; quiet(); must(!pipe(p), "pipe"); fcntl(p[0], F_SETFL, O_ASYNC); }
static void bad_lease(void) { quiet(); fcntl(open("lease", O_RDONLY | O_CREAT, 0600), F_SETLEASE, F_RDLCK); }
static void bad_notify(void) { quiet(); fcntl(open(".", O_RDONLY), F_NOTIFY, DN_CREATE | DN_MULTISHOT); }
static void bad_proc(void) { quiet(); open("/proc/self/status", O_RDONLY); }
static void bad_sysfs(void) { quiet(); open("/sys/kernel/mm/transparent_hugepage/enabled", O_RDONLY); }
static void bad_reader(void) { quiet(); close(outer[0]); }
static void bad_both(void) { quiet(); }
static void bad_tmpfile(void) { quiet(); open(".", O_TMPFILE | O_RDWR, 0600); }

/* It is we who hold the end, but we do not count: so somebody else has to. */
static pid_t hold(void)
{
	return start(NULL, NULL);
}

static void test_refusals(void)
{
	pid_t holder;

	one("refused: an unlinked file", "unlinked", bad_unlinked);
	one("refused: O_TMPFILE", "unlinked", bad_tmpfile);
	one("refused: a flock", "lock", bad_lock);
	one("refused: F_SETOWN", "owner", bad_owner);
	one("refused: O_ASYNC", "owner", bad_async);
	one("refused: a lease", "lease", bad_lease);
	one("refused: F_NOTIFY", "dnotify", bad_notify);
	one("refused: a file of /proc", "procfs", bad_proc);
	one("refused: a file of /sys", "sysfs", bad_sysfs);
	must(!pipe(outer), "pipe");
	holder = hold();
	one("refused: a pipe to the outside", "pipe", bad_reader);
	one("refused: a pipe that is held outside too", "pipe", bad_both);
	stop(holder);
	close(outer[0]), close(outer[1]);
	outer[0] = open("log", O_RDWR | O_APPEND);
	outer[1] = open(".", O_RDONLY);
	holder = hold();
	one("refused: a position that somebody outside reads at", "regular", bad_both);
	one("refused: a folder that somebody outside lists, too", "directory", bad_both);
	stop(holder);
	close(outer[0]), close(outer[1]);
	outer[0] = open("log", O_WRONLY | O_APPEND);
	outer[1] = open("log", O_WRONLY | O_APPEND);
	holder = hold();
	one("not refused: a log that somebody outside appends to, too", NULL, bad_both);
	stop(holder);
	close(outer[0]), close(outer[1]);
	outer[0] = outer[1] = -1;
}

/* A log that grew may go on, one that shrank may not. */
static void test_changes(void)
{
	static struct look k;
	struct model model = { 0 };
	struct report report = { .arena = &model.arena };
	struct rebuild r = { .model = &model, .report = &report, .terminal = -1 };
	pid_t pid = start(make_files, NULL);
	int fd;

	look_at(&k, pid);
	stop(pid);
	carry(&k, &r);
	fd = open("log", O_WRONLY | O_APPEND);
	must(write(fd, "more", 4) == 4, "write");
	for (size_t i = 0; i < model.nfiles; i++)
		if (model.files[i]->kind == &file_regular)
			check(!file_regular.preflight(&r, model.files[i]), "changes: preflight");
	check(!report.refused && report.n == 1, "changes: a log that grew");
	must(!ftruncate(fd, 1), "ftruncate");
	close(fd);
	fd = open("data", O_RDWR);
	must(pwrite(fd, "#", 1, 0) == 1, "pwrite");
	close(fd);
	for (size_t i = 0; i < model.nfiles; i++)
		if (model.files[i]->kind == &file_regular)
			check(!file_regular.preflight(&r, model.files[i]), "changes: preflight");
	show(&report);
	check(report.refused == 2, "changes: a log that shrank, and a file written at the same size");
	model_free(&k.model);
	arena_free(&model.arena);
}

/* ---- the terminal ---- */

static const char *terminal_name;
static int job_pid[2];

/* A shell to be, leader of a session in the terminal, and its job, which stops. Returns the job; the shell stays our child. */
static pid_t start_job(pid_t *shell, void (*make)(void))
{
	char state = 0, text[512], name[64];
	pid_t job;

	must(!pipe2(job_pid, O_CLOEXEC), "pipe");
	*shell = fork();
	if (!*shell) {
		setsid();
		must(open(terminal_name, O_RDWR) >= 0, terminal_name);
		job = fork();
		if (!job) {
			make();
			raise(SIGSTOP);
			_exit(0);
		}
		must(write(job_pid[1], &job, sizeof(job)) == sizeof(job), "write");
		pause();
		_exit(0);
	}
	must(read(job_pid[0], &job, sizeof(job)) == sizeof(job), "read");
	close(job_pid[0]), close(job_pid[1]);
	snprintf(name, sizeof(name), "/proc/%d/stat", job);
	for (int i = 0; i < 1000 && state != 'T'; i++) {
		int fd = open(name, O_RDONLY);

		must(fd >= 0 && read(fd, text, sizeof(text) - 1) > 0, name);
		close(fd);
		state = strrchr(text, ')')[2];
		usleep(1000);
	}
	return job;
}

static void make_job(void)
{
	int fd;

	quiet();
	fd = open(terminal_name, O_RDWR | O_NONBLOCK);
	must(fd == 0 && dup(0) == 1 && open(terminal_name, O_WRONLY) == 2, "open");
}

static void make_job_named(void)
{
	make_job();
	must(open("/dev/tty", O_RDWR) == 3, "/dev/tty");
}

static int raw_mode(int master)
{
	char name[64];
	int fd, n, on = 0;
	struct { unsigned v[4]; unsigned char line, cc[19]; unsigned speed[2]; } m;

	must(!ioctl(master, TIOCSPTLCK, &on) && !ioctl(master, TIOCGPTN, &n), "pty");
	snprintf(name, sizeof(name), "/dev/pts/%d", n);
	fd = open(name, O_RDWR | O_NOCTTY);
	must(fd >= 0 && !ioctl(fd, _IOR('T', 0x2A, m), &m), name);
	m.v[3] &= ~012u;		/* ECHO, ICANON */
	m.cc[2] = '!';
	must(!ioctl(fd, _IOW('T', 0x2B, m), &m), name);
	return fd;
}

static int open_terminal(int *master, char name[static 32])
{
	int n, on = 0, fd;

	*master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	must(*master >= 0 && !ioctl(*master, TIOCSPTLCK, &on) && !ioctl(*master, TIOCGPTN, &n), "ptmx");
	snprintf(name, 32, "/dev/pts/%d", n);
	fd = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	must(fd >= 0, name);
	return fd;
}

static void test_terminal(void)
{
	static struct look before, after, named;
	struct model model = { 0 };
	struct report report = { .arena = &model.arena };
	struct rebuild r = { .model = &model, .report = &report, .terminal = -1 };
	char first[64], second[64];
	int masters[2], slaves[2];
	pid_t shell, job;

	slaves[0] = open_terminal(&masters[0], first);
	slaves[1] = open_terminal(&masters[1], second);
	close(raw_mode(masters[0]));
	terminal_name = first;
	job = start_job(&shell, make_job_named);
	look_at(&named, job);
	show(&named.report);
	check(!named.report.refused && named.model.nfiles == 3, "terminal: /dev/tty too");
	kill(job, SIGKILL), stop(shell);
	job = start_job(&shell, make_job);
	look_at(&before, job);
	check(!before.report.refused && before.model.nfiles == 2, "terminal: of a job");
	kill(job, SIGKILL), stop(shell);
	carry(&before, &r);
	check(!file_tty.preflight(&r, model.files[0]) && report.refused == 1, "terminal: none to restore in");
	report.refused = 0;
	r.terminal = slaves[1];
	check(!file_tty.preflight(&r, model.files[0]) && !report.refused, "terminal: there is one");
	check(!file_tty.rebuild(&r, model.files[0]) && !file_tty.rebuild(&r, model.files[1]), "terminal: opened");
	wanted = &before;
	rebuilt = &model;
	terminal_name = second;
	job = start_job(&shell, take_files);
	look_at(&after, job);
	show(&after.report);
	check(!after.report.refused && !compare(&before, &after), "terminal: the same again, with its modes");
	kill(job, SIGKILL), stop(shell);
	one("refused: a terminal of somebody else", "pty", make_job);
	model_free(&model), model_free(&before.model), model_free(&after.model), model_free(&named.model);
	for (int i = 0; i < 2; i++)
		close(masters[i]), close(slaves[i]);
}

static void prepare(void)
{
	char text[5000] = "";
	int fd;

	must(mkdtemp(folder) && !chdir(folder), folder);
	fd = open("data", O_WRONLY | O_CREAT, 0600);
	must(write(fd, text, sizeof(text)) == sizeof(text) && !close(fd), "data");
	must(!mkfifo("both", 0600) && !mkfifo("quiet", 0600), "mkfifo");
}

int main(void)
{
	static const char *const names[] = { "data", "log", "both", "quiet", "lease" };

	setvbuf(stdout, NULL, _IOLBF, 0);
	prepare();
	test_match();
	test_way();
	test_image_values();
	test_packets();
	test_large();
	test_mixed();
	test_round_trip();
	test_refusals();
	test_changes();
	test_terminal();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(names[i]);
	must(!chdir("/") && !rmdir(folder), "rmdir");
	return failures != 0;
}
