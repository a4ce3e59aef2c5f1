/*
 * credentials.c - who a thread is and what it may do: ids, groups, capabilities, securebits, no_new_privs.
 *
 *	Uid:	1000	1000	1000	1000
 *	Groups:	4 24 1000
 *	CapInh:	0000000000000000
 *	NoNewPrivs:	0
 *
 * Read from /proc/PID/task/TID/status; only the securebits have to be asked for inside. See credentials(7) and capabilities(7).
 *
 * A newborn starts as we are. Only what differs is set, so that an unprivileged restorer needs no privilege for a task of its own.
 * The order: ids while every capability is still held (KEEPCAPS), inheritable before the bounding set shrinks, ambient before
 * securebits may forbid it, and at last the capabilities themselves.
 */
#include <sys/prctl.h>

#include "core/facility.h"
#include "core/task/task.h"

#define SECBIT_KEEP_CAPS (1u << 4)
#define SECBIT_LOCKS 0xaau

struct credentials {
	uint32_t ruid, euid, suid, fsuid, rgid, egid, sgid, fsgid;
	struct u64_list groups;
	uint64_t cap_inh, cap_prm, cap_eff, cap_bnd, cap_amb;
	uint32_t securebits, no_new_privs;
};

static const struct field credentials_fields[] = {
	FIELD(struct credentials, ruid, U64),
	FIELD(struct credentials, euid, U64),
	FIELD(struct credentials, suid, U64),
	FIELD(struct credentials, fsuid, U64),
	FIELD(struct credentials, rgid, U64),
	FIELD(struct credentials, egid, U64),
	FIELD(struct credentials, sgid, U64),
	FIELD(struct credentials, fsgid, U64),
	FIELD(struct credentials, groups, LIST),
	FIELD(struct credentials, cap_inh, HEX),
	FIELD(struct credentials, cap_prm, HEX),
	FIELD(struct credentials, cap_eff, HEX),
	FIELD(struct credentials, cap_bnd, HEX),
	FIELD(struct credentials, cap_amb, HEX),
	FIELD(struct credentials, securebits, HEX),
	FIELD(struct credentials, no_new_privs, BOOL),
	FIELD_END
};

static void from_status(const struct proc_status *p, struct credentials *c)
{
	*c = (struct credentials){
		.ruid = p->uid[0], .euid = p->uid[1], .suid = p->uid[2], .fsuid = p->uid[3],
		.rgid = p->gid[0], .egid = p->gid[1], .sgid = p->gid[2], .fsgid = p->gid[3],
		.groups = p->groups,
		.cap_inh = p->cap_inh, .cap_prm = p->cap_prm, .cap_eff = p->cap_eff, .cap_bnd = p->cap_bnd, .cap_amb = p->cap_amb,
		.no_new_privs = p->no_new_privs,
	};
}

/* ---- capture ---- */

static int credentials_look(struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	const struct proc_status *status;
	struct credentials *c;
	int r = task_folder_status(s, t, th, &status);

	if (r != PROC_OK)
		return task_look_result(r);
	c = state_alloc(s, out, 1, sizeof(*c));
	if (!c)
		return -1;
	from_status(status, c);
	/* The lists of a status are gone when the next one is read. */
	c->groups.v = arena_copy(&s->model->arena, status->groups.v, c->groups.n * sizeof(*c->groups.v));
	return c->groups.v ? 0 : -1;
}

static int credentials_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	CALL(a->batch, "prctl(PR_GET_SECUREBITS)", SYS_prctl, PR_GET_SECUREBITS);
	return 0;
}

static int credentials_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	struct credentials *c = out->items;

	if (out->n)
		c->securebits = ask_result(a, 0);
	return 0;
}

/* ---- ours ---- */

static int read_own(struct arena *a, struct credentials *c)
{
	cleanup_fd int dir = -1;
	struct proc_status status;

	if (proc_open_self(&dir) || proc_read_status(dir, a, &status))
		return -1;
	from_status(&status, c);
	c->securebits = prctl(PR_GET_SECUREBITS);
	return 0;
}

/* What newborns begin with. Nothing here changes it, and thousands of threads ask. NULL: recorded. */
static const struct credentials *own_credentials(void)
{
	static struct credentials own;
	static struct arena arena;
	static int known;

	if (!known) {
		arena_free(&arena);
		known = read_own(&arena, &own) == 0;
	}
	return known ? &own : NULL;
}

static int groups_differ(const struct credentials *a, const struct credentials *b)
{
	return a->groups.n != b->groups.n ||
	       (a->groups.n && memcmp(a->groups.v, b->groups.v, a->groups.n * sizeof(*a->groups.v)));
}

static int uids_differ(const struct credentials *a, const struct credentials *b)
{
	return a->ruid != b->ruid || a->euid != b->euid || a->suid != b->suid || a->fsuid != b->fsuid;
}

static int gids_differ(const struct credentials *a, const struct credentials *b)
{
	return a->rgid != b->rgid || a->egid != b->egid || a->sgid != b->sgid || a->fsgid != b->fsgid;
}

static int caps_differ(const struct credentials *a, const struct credentials *b)
{
	return a->cap_inh != b->cap_inh || a->cap_prm != b->cap_prm || a->cap_eff != b->cap_eff;
}

/* ---- may it be done here? ---- */

struct obstacles {
	struct rebuild *r;
	const struct task *t;
	const struct thread *th;
};

static int obstacle(const struct obstacles *o, const char *remedy, const char *what)
{
	return report_refuse_thread(o->r->report, "credentials", o->t->pid, o->th->tid, remedy, "%s", what);
}

/* "capabilities CAP_SYS_TIME, CAP_42 in its bounding set, which cr does not have" for every bit of MISSING. */
static int caps_obstacle(const struct obstacles *o, uint64_t missing, const char *set)
{
	cleanup_buf struct buf text = { 0 };

	if (!missing)
		return 0;
	for (unsigned i = 0; i < 64; i++) {
		if (!(missing >> i & 1))
			continue;
		buf_puts(&text, text.len ? ", " : "it has ");
		if (proc_capability_name(i))
			buf_printf(&text, "CAP_%s", proc_capability_name(i));
		else
			buf_printf(&text, "capability %u", i);
	}
	buf_printf(&text, " in its %s set, which cr cannot give", set);
	if (buf_check(&text) < 0)
		return -1;
	return obstacle(o, "run cr with these capabilities", text.p);
}

/* A user namespace may lack ids, or not allow setgroups(2), whatever capabilities one has there: a child tries. */
static int take_ids(const void *credentials)
{
	const struct credentials *c = credentials;

	return syscall(SYS_setresgid, c->rgid, c->egid, c->sgid) || syscall(SYS_setresuid, c->ruid, c->euid, c->suid);
}

static int take_groups_and_ids(const void *credentials)
{
	return syscall(SYS_setgroups, 0, NULL) || take_ids(credentials);
}

static int ids_obstacles(const struct obstacles *o, const struct credentials *own, const struct credentials *c)
{
	int groups = groups_differ(own, c);
	uint32_t caps = (uint32_t)(groups || gids_differ(own, c)) << CAP_SETGID | (uint32_t)uids_differ(own, c) << CAP_SETUID;

	if (!(caps & ~own->cap_prm) && !(caps && facility_in_user_namespace() && !facility_child_can(groups ? take_groups_and_ids : take_ids, c)))
		return 0;
	return obstacle(o, "run cr as the same user and groups, or with CAP_SETUID and CAP_SETGID for these",
			"it has another user or other groups than cr");
}

static int securebits_obstacles(const struct obstacles *o, const struct credentials *own, const struct credentials *c)
{
	uint32_t locked = (own->securebits & SECBIT_LOCKS) >> 1, change = (own->securebits ^ c->securebits) & ~SECBIT_KEEP_CAPS;

	if ((own->securebits ^ c->securebits) & locked || own->securebits & SECBIT_LOCKS & ~c->securebits ||
	    (uids_differ(own, c) && locked & SECBIT_KEEP_CAPS))
		return obstacle(o, "run cr without locked securebits", "it has other securebits than cr, whose own are locked");
	if ((change || own->cap_bnd & ~c->cap_bnd) && !(own->cap_prm >> CAP_SETPCAP & 1))
		return obstacle(o, "run cr with CAP_SETPCAP", "it has other securebits or a smaller bounding set than cr");
	return 0;
}

static int credentials_preflight(struct rebuild *r, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct credentials *c = in->items;
	const struct obstacles o = { r, t, th };
	const struct credentials *own;

	if (c->groups.n > 65536 || c->cap_eff & ~c->cap_prm || c->cap_amb & ~(c->cap_prm & c->cap_inh))
		return fail_image("thread %d: capabilities or groups that no thread can have", (int)th->tid);
	for (size_t i = 0; i < c->groups.n; i++)
		if (c->groups.v[i] > UINT32_MAX || (i && c->groups.v[i] < c->groups.v[i - 1]))
			return fail_image("thread %d: groups out of range or order", (int)th->tid);
	own = own_credentials();
	if (!own)
		return -1;
	if (own->no_new_privs && !c->no_new_privs &&
	    obstacle(&o, "start cr without no_new_privs", "cr itself runs with no_new_privs, which cannot be taken back") < 0)
		return -1;
	if (ids_obstacles(&o, own, c) < 0 || securebits_obstacles(&o, own, c) < 0)
		return -1;
	if (caps_obstacle(&o, c->cap_bnd & ~own->cap_bnd, "bounding") < 0 ||
	    caps_obstacle(&o, c->cap_prm & ~own->cap_prm, "permitted") < 0 ||
	    caps_obstacle(&o, c->cap_inh & ~(own->cap_inh | (own->cap_prm & own->cap_bnd)), "inheritable") < 0)
		return -1;
	return 0;
}

/* ---- rebuild ---- */

static int set_caps(struct batch *b, uint64_t inh, uint64_t prm, uint64_t eff)
{
	const uint32_t header[2] = { 0x20080522, 0 };	/* _LINUX_CAPABILITY_VERSION_3, this thread */
	const uint32_t data[6] = { eff, prm, inh, eff >> 32, prm >> 32, inh >> 32 };
	uint64_t h = batch_put(b, header, sizeof(header)), d = batch_put(b, data, sizeof(data));

	if (!h || !d)
		return -1;
	CALL(b, "capset", SYS_capset, h, d);
	return 0;
}

static int set_groups(struct batch *b, const struct credentials *c)
{
	uint64_t remote;
	uint32_t *v = batch_space(b, c->groups.n * sizeof(*v) + sizeof(*v), &remote);

	if (!v)
		return -1;
	for (size_t i = 0; i < c->groups.n; i++)
		v[i] = c->groups.v[i];
	CALL(b, "setgroups", SYS_setgroups, c->groups.n, remote);
	return 0;
}

/* setfsuid and setfsgid report no errors; verify.c sees the outcome. */
static int set_ids(struct batch *b, const struct credentials *own, const struct credentials *c)
{
	if (groups_differ(own, c) && set_groups(b, c) < 0)
		return -1;
	if (gids_differ(own, c)) {
		CALL(b, "setresgid", SYS_setresgid, c->rgid, c->egid, c->sgid);
		CALL(b, NULL, SYS_setfsgid, c->fsgid);
	}
	if (!uids_differ(own, c))
		return 0;
	CALL(b, "prctl(PR_SET_KEEPCAPS)", SYS_prctl, PR_SET_KEEPCAPS, 1);
	CALL(b, "setresuid", SYS_setresuid, c->ruid, c->euid, c->suid);
	if (set_caps(b, own->cap_inh, own->cap_prm, own->cap_prm) < 0)	/* leaving uid 0 cleared the effective ones */
		return -1;
	CALL(b, NULL, SYS_setfsuid, c->fsuid);
	return 0;
}

static void set_ambient(struct batch *b, uint64_t own, uint64_t wanted, int again)
{
	if (own & ~wanted || again)
		CALL(b, NULL, SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL);
	for (unsigned i = 0; i < 64; i++)
		if (wanted >> i & 1 && (again || own != wanted))
			CALL(b, "prctl(PR_CAP_AMBIENT_RAISE)", SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, i);
}

static void set_securebits(struct batch *b, uint32_t now, uint32_t wanted)
{
	if ((now ^ wanted) & ~SECBIT_KEEP_CAPS)
		CALL(b, "prctl(PR_SET_SECUREBITS)", SYS_prctl, PR_SET_SECUREBITS, wanted);
	else if (now != wanted)
		CALL(b, "prctl(PR_SET_KEEPCAPS)", SYS_prctl, PR_SET_KEEPCAPS, !!(wanted & SECBIT_KEEP_CAPS));
}

static int set_all(struct batch *b, const struct credentials *own, const struct credentials *c)
{
	int moved = uids_differ(own, c), caps = moved || caps_differ(own, c);
	uint64_t drop = own->cap_bnd & ~c->cap_bnd;
	uint32_t now = own->securebits | (moved ? SECBIT_KEEP_CAPS : 0);

	if (set_ids(b, own, c) < 0)
		return -1;
	if ((caps || drop || now != c->securebits || own->cap_amb != c->cap_amb) &&
	    set_caps(b, c->cap_inh, own->cap_prm, own->cap_prm) < 0)
		return -1;
	set_ambient(b, own->cap_amb, c->cap_amb, moved);
	for (unsigned i = 0; i < 64; i++)
		if (drop >> i & 1)
			CALL(b, "prctl(PR_CAPBSET_DROP)", SYS_prctl, PR_CAPBSET_DROP, i);
	set_securebits(b, now, c->securebits);
	if ((caps || drop || now != c->securebits || own->cap_amb != c->cap_amb) &&
	    set_caps(b, c->cap_inh, c->cap_prm, c->cap_eff) < 0)
		return -1;
	if (c->no_new_privs && !own->no_new_privs)
		CALL(b, "prctl(PR_SET_NO_NEW_PRIVS)", SYS_prctl, PR_SET_NO_NEW_PRIVS, 1);
	return 0;
}

static int credentials_rebuild(struct batch *b, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct credentials *own = own_credentials();

	return own ? set_all(b, own, in->items) : -1;
}

const struct task_kind task_credentials = {
	.name = "credentials",
	.title = ROW_TEXT("user and group ids, groups, capabilities, securebits, no_new_privs"),
	.how = ROW_TEXT("/proc/PID/task/TID/status; prctl(PR_GET_SECUREBITS) inside the thread"),
	.condition = ROW_TEXT("cr may give these ids and capabilities at the restore"),
	.page = ROW_PAGE(
		"Four user and group ids, supplementary groups, five sets of capabilities, securebits and no_new_privs, "
		"of each thread: they may differ between threads.\n\n"
		"status tells all but the securebits, which are asked for inside. The order at the restore matters: ids "
		"while all capabilities are still held, the inheritable set before the bounding set shrinks, ambient ones "
		"before securebits may forbid them, the final sets last. Only what differs from cr's own is set, so that "
		"an ordinary user needs no privilege for a process of his own.\n\n"
		"What cr does not have itself it cannot give: the preflight names each capability, user or securebit. "
		"no_new_privs of cr cannot be taken back."),
	.in_2009 = 'S',
	.scope = PER_THREAD,
	.stage = STAGE_CREDENTIALS,
	.of_zombies = 1,
	.fields = IF_IMAGE(credentials_fields),
	.size = sizeof(struct credentials),
	.records = 1,
	.look = credentials_look,
	.ask = IF_INSIDE(credentials_ask),
	.answer = IF_INSIDE(credentials_answer),
	.preflight = IF_RESTORE(credentials_preflight),
	.rebuild = IF_RESTORE(credentials_rebuild),
};
