/*
 * identity.c - what tells that a mapped file is still the same one: its GNU build id, else a hash of all of it.
 *
 *	readelf -n /bin/sleep:	GNU  0x14  NT_GNU_BUILD_ID  91e5e8a5...
 *
 * elf(5)
 */
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <errno.h>

#include <xxhash.h>

#include "core/base/io.h"
#include "core/look/look.h"
#include "core/mem/mem.h"

#define FIRST_SIZE 4096			/* linkers put notes right behind the program headers */
#define HEAD_SIZE 65536
#define HASH_MAX (64u << 20)		/* larger files are known by size and time alone */
#define ID_MAX 64

static int find_in_notes(const uint8_t *p, size_t len, char *hex, size_t hex_size)
{
	while (len >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr n;
		size_t name, desc;

		memcpy(&n, p, sizeof(n));
		name = ((size_t)n.n_namesz + 3) & ~(size_t)3;
		desc = ((size_t)n.n_descsz + 3) & ~(size_t)3;
		p += sizeof(n);
		len -= sizeof(n);
		if (name > len || desc > len - name)
			return 0;
		if (n.n_type == NT_GNU_BUILD_ID && n.n_namesz == 4 && !memcmp(p, "GNU", 4) && n.n_descsz && n.n_descsz <= ID_MAX &&
		    2 * (size_t)n.n_descsz < hex_size) {
			for (size_t i = 0; i < n.n_descsz; i++)
				snprintf(hex + 2 * i, 3, "%02x", p[name + i]);
			return 1;
		}
		p += name + desc;
		len -= name + desc;
	}
	return 0;
}

int mem_build_id(const uint8_t *head, size_t len, char *hex, size_t hex_size)
{
	Elf64_Ehdr e;

	if (len < sizeof(e))
		return 0;
	memcpy(&e, head, sizeof(e));
	if (memcmp(e.e_ident, ELFMAG, SELFMAG) || e.e_ident[EI_CLASS] != ELFCLASS64 || e.e_phentsize != sizeof(Elf64_Phdr))
		return 0;
	for (size_t i = 0; i < e.e_phnum; i++) {
		Elf64_Phdr ph;

		if (e.e_phoff > len || len - e.e_phoff < (i + 1) * sizeof(ph))
			return 0;
		memcpy(&ph, head + e.e_phoff + i * sizeof(ph), sizeof(ph));
		if (ph.p_type == PT_NOTE && ph.p_offset <= len && ph.p_filesz <= len - ph.p_offset &&
		    find_in_notes(head + ph.p_offset, (size_t)ph.p_filesz, hex, hex_size))
			return 1;
	}
	return 0;
}

static ssize_t read_at(int fd, uint8_t *data, size_t len, uint64_t offset)
{
	ssize_t n;

	do
		n = pread(fd, data, len, (off_t)offset);
	while (n < 0 && errno == EINTR);
	return n;
}

static int hash_file(int fd, uint8_t *block, uint64_t *hash)
{
	XXH64_state_t *state = XXH64_createState();
	uint64_t at = 0;
	ssize_t n = -1;

	if (!state)
		return fail_plain("out of memory");
	XXH64_reset(state, 0);
	while (at <= HASH_MAX && (n = read_at(fd, block, HEAD_SIZE, at)) > 0) {
		XXH64_update(state, block, (size_t)n);
		at += (uint64_t)n;
	}
	*hash = XXH64_digest(state);
	XXH64_freeState(state);
	return n < 0 ? fail("read") : 0;
}

int mem_identify(struct arena *a, int fd, int want_hash, struct mapped_file *f)
{
	static uint8_t block[HEAD_SIZE];
	char hex[2 * ID_MAX + 1] = "";
	uint64_t hash = 0;
	ssize_t n;
	int ret = 0;

	n = read_at(fd, block, FIRST_SIZE, 0);
	if (n == FIRST_SIZE && !mem_build_id(block, (size_t)n, hex, sizeof(hex)))
		n = read_at(fd, block, HEAD_SIZE, 0);
	if (n < 0)
		ret = fail("read %s", f->path);
	else if (mem_build_id(block, (size_t)n, hex, sizeof(hex)))
		ret = (f->build_id = arena_strdup(a, hex)) ? 0 : -1;
	else if (want_hash && f->size <= HASH_MAX) {
		ret = hash_file(fd, block, &hash);
		if (ret < 0)
			fail_context("%s", f->path);
		snprintf(hex, sizeof(hex), "%016llx", (unsigned long long)hash);
		if (!ret)
			ret = (f->hash = arena_strdup(a, hex)) ? 0 : -1;
	}
	return ret;
}

int mem_same_time(const struct mapped_file *f, const struct stat *st)
{
	return st->st_mtim.tv_sec == f->mtime_s && (uint32_t)st->st_mtim.tv_nsec == f->mtime_ns;
}

static int is_changed(const struct mapped_file *f, int fd, const struct stat *st)
{
	return fd >= 0 && (uint64_t)st->st_size == f->size && mem_same_time(f, st) ? 0 : fail_refused("%s was changed during the dump", f->path);
}

int mem_identify_all(struct model *m)
{
	for (size_t i = 0; i < m->nmapped; i++) {
		struct mapped_file *f = m->mapped[i];
		struct stat st;
		cleanup_fd int fd = path_open_type(f->path, S_IFREG, O_RDONLY, &st);

		if (is_changed(f, fd, &st) < 0)
			return -1;
		fcntl(fd, F_SETFL, O_NOATIME);		/* of our own files, or with CAP_FOWNER: else it is as if anybody had read them */
		if (mem_identify(&m->arena, fd, f->want_hash, f) < 0)
			return -1;
	}
	return 0;
}

int mem_look_again(const struct model *m)
{
	for (size_t i = 0; i < m->nmapped; i++) {
		struct stat st;
		cleanup_fd int fd = path_open_type(m->mapped[i]->path, S_IFREG, O_PATH, &st);

		if (is_changed(m->mapped[i], fd, &st) < 0)
			return -1;
	}
	return 0;
}

/* The rebuilt tree was looked at behind the preflight. */
int mem_compare_files(const struct model *image, const struct model *rebuilt)
{
	for (size_t i = 0; i < image->nmapped; i++)
		for (size_t j = 0; j < rebuilt->nmapped; j++) {
			const struct mapped_file *a = image->mapped[i], *b = rebuilt->mapped[(i + j) % rebuilt->nmapped];

			if (a->writable != b->writable || strcmp(a->path, b->path))
				continue;
			if (a->size != b->size || a->mtime_s != b->mtime_s || a->mtime_ns != b->mtime_ns)
				return fail_refused("%s was changed during the restore", a->path);
			break;			/* in most images it is the first one */
		}
	return 0;
}

int mem_sync_files(const struct model *m)
{
	for (size_t i = 0; i < m->nmapped; i++) {
		const struct mapped_file *f = m->mapped[i];
		struct stat st;
		cleanup_fd int fd = f->writable ? path_open_type(f->path, S_IFREG, O_RDONLY, &st) : -1;

		if (f->writable && (fd < 0 || fsync(fd)))
			return fail("sync %s", f->path);
	}
	return 0;
}
