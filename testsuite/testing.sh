# testing.sh - the vocabulary of *.tests; each of them starts with:  . "$(dirname "$0")/testing.sh"
#
# From runtest: CR (the binary), TOP, WORK (a fresh folder), SUBJECTS (built subjects), SOAK=1 for long campaigns. A file can also be
# run by hand: sh testsuite/NAME.tests. Results are the lines PASS: title, FAIL: title, SKIP: title: why; titles are assertions.

umask 022
TESTSUITE=$(cd "$(dirname "$0")" && pwd)
SELF=$TESTSUITE/$(basename "$0")
TOP=${TOP:-$(dirname "$TESTSUITE")}
CR=${CR:-$TOP/build/cr}
SUBJECTS=${SUBJECTS:-$TOP/build/subjects}
TOOLS=${TOOLS:-$SUBJECTS/../tools}
SOAK=${SOAK:-0}
export TOP CR SUBJECTS TOOLS SOAK

# ---- a place of our own ----

# Every file runs as process 1 of its own pid namespace: pids are free, and whatever it leaves behind ends with it. Semaphores are its own, too:
# one that is in use anywhere makes every process with threads a suspect (checks/sem_undo.c). So is what is shared by name: numbers are the same
# in each namespace, and who is killed leaves it.
own_namespace() {
	[ "$OWN_NAMESPACE$$" != yes1 ] || mount -t tmpfs -o mode=1777 tmpfs /dev/shm 2>/dev/null
	[ -z "$OWN_NAMESPACE" ] || return 0
	alone_=
	[ ! -x "$TOOLS/alone" ] || alone_=$TOOLS/alone
	for kill_child_ in --kill-child ''; do
		if unshare -pif --mount-proc $kill_child_ true 2>/dev/null; then
			OWN_NAMESPACE=yes exec $alone_ unshare -pif --mount-proc $kill_child_ sh "$SELF" "$@"
		fi
	done
	OWN_NAMESPACE=no
	# Whoever started this may have left descriptors open: none of them is to be one of a subject's.
	[ -z "$alone_" ] || OWN_NAMESPACE=no exec $alone_ sh "$SELF" "$@"
}

# The rest of the file takes a restore, and nothing of it is worth while without one. Root is never let off.
needs_restore() {
	[ "$(id -u)" != 0 ] || return 0
	"$CR" check | tail -n 1 | grep -q 'restore no$' || return 0
	skip_ "$(basename "$SELF" .tests)" "an ordinary user cannot give a process its old number back: run it as root"
	finish
}

# The rest of the file runs in N parts side by side, each in its own namespace; `mine` tells which part does what.
in_parts() {
	[ -z "$PART" ] || { PARTS=$1; return 0; }
	own_work
	parts_=0 pids_=
	while [ "$parts_" -lt "$1" ]; do
		mkdir -p "$WORK/part$parts_"
		PART=$parts_ WORK=$WORK/part$parts_ OWN_NAMESPACE="${OWN_NAMESPACE#yes}" sh "$SELF" >>"$WORK/part$parts_.out" 2>&1 &
		pids_="$pids_ $!"
		parts_=$((parts_ + 1))
	done
	status_=0
	for pid_ in $pids_; do
		wait "$pid_" || status_=1
	done
	cat "$WORK"/part*.out
	exit "$status_"
}

turn_=0
mine() {
	turn_=$((turn_ + 1))
	[ -z "$PART" ] || [ $((turn_ % PARTS)) = "$PART" ]
}

own_work() {
	[ -z "$WORK" ] || return 0
	WORK=$(mktemp -d "${TMPDIR:-/tmp}/cr-test.XXXXXX")
	export WORK
	trap 'rm -rf "$WORK"' EXIT
	chmod 755 "$WORK"
}

# ---- results ----

FAILED=0
finish() { exit "$FAILED"; }

pass() { echo "PASS: $*"; }
skip_() { echo "SKIP: $1: $2"; }

# fail_ TITLE [DETAIL...]
fail_() {
	FAILED=1
	echo "FAIL: $1"
	shift
	for detail_ in "$@"; do
		printf '%s\n' "$detail_" | head -n 30 | sed 's/^/    /'
	done
}

# ok TITLE COMMAND...: passes when the command does; its output is the detail
ok() {
	title_=$1
	shift
	if output_=$("$@" 2>&1); then pass "$title_"; else fail_ "$title_" "$* : exit $?" "$output_"; fi
}

# is TITLE WANTED GOT
is() {
	if [ "$2" = "$3" ]; then pass "$1"; else fail_ "$1" "wanted: $2" "got: $3"; fi
}

# none TITLE: the standard input has to be empty
none() {
	cat >"$WORK/found"
	if [ -s "$WORK/found" ]; then fail_ "$1" "$(cat "$WORK/found")"; else pass "$1"; fi
}

# cr_ ARGS...: runs cr; STATUS and SAID (both streams) tell how it went. Never longer than a minute.
cr_() {
	STATUS=0
	SAID=$(timeout -s KILL "${LIMIT:-60}" "$CR" "$@" 2>&1) || STATUS=$?
}

# exits TITLE STATUS ARGS...: cr with these arguments ends with this status
exits() {
	title_=$1 wanted_=$2
	shift 2
	cr_ "$@"
	if [ "$STATUS" = "$wanted_" ]; then pass "$title_"; else fail_ "$title_" "cr $*: exit $STATUS, wanted $wanted_" "$SAID"; fi
}

# says TITLE STATUS PATTERN ARGS...: cr with these arguments ends with this status, and what it says has the pattern (grep -E)
says() {
	t_=$1 s_=$2 p_=$3
	shift 3
	cr_ "$@"
	if [ "$STATUS" != "$s_" ]; then
		fail_ "$t_" "cr $*: exit $STATUS, wanted $s_" "$SAID"
	elif ! echo "$SAID" | grep -Eq -e "$p_"; then
		fail_ "$t_" "cr $*: nothing matches $p_ in:" "$SAID"
	else
		pass "$t_"
	fi
}

# ---- waiting ----

await() { "$TOOLS/await" "$@"; }
nap() { "$TOOLS/await" "$1" nap; }
wait_gone() { await "${2:-10}" gone "$1"; }

# random N: a number below N
random() { od -An -N4 -tu4 /dev/urandom | awk -v n="$1" '{ print $1 % n }'; }

# ---- subjects ----

# tag NAME WORD: what a subject's source says after "/* WORD:"
tag() {
	sed -n "\,^/\* $2: *\(.*[^ ]\) *\*/.*,{s,,\1,p;q;}" "$TESTSUITE/subjects/$1.c"
}

# tags NAME WORD: the same of every such line
tags() {
	sed -n "s,^/\* $2: *\(.*[^ ]\) *\*/.*,\1,p" "$TESTSUITE/subjects/$1.c"
}

# all_subjects [FILE...]: their names, but for those that a file of tests runs in its own way
all_subjects() {
	[ $# -gt 0 ] || set -- "$TESTSUITE"/subjects/*.c
	grep -L '^/\* run: ' "$@" | sed 's,.*/\(.*\)\.c$,\1,'
}
carried_subjects() { all_subjects $(grep -L '^/\* refused: ' "$TESTSUITE"/subjects/*.c); }
refused_subjects() { all_subjects $(grep -l '^/\* refused: ' "$TESTSUITE"/subjects/*.c); }

# binaries NAME: the built flavours of a subject (those of FLAVOURS, if it is set)
binaries() {
	for flavour_ in $(tag "$1" flavours); do
		case " ${FLAVOURS:-$flavour_} " in *" $flavour_ "*) ;; *) continue ;; esac
		case $flavour_ in
		dynamic) echo "$1" ;;
		*) echo "$1-$flavour_" ;;
		esac
	done
}

why_not_built() {
	case $1 in
	*-musl) echo "there is no musl-gcc" ;;
	*-m32) echo "gcc -m32 does not work here (gcc-multilib)" ;;
	*) echo "make -C testsuite" ;;
	esac
}

# why_not_ready BINARY OUTPUT: of one that ended at once. A compiler may make what the kernel does not run.
why_not_ready() {
	case $1:$2 in
	*-m32:*"Exec format error") echo "skip: this kernel runs no programs for 32 bits" ;;
	*) echo "ended before it was ready: $2" ;;
	esac
}

# start BINARY [ARGS...]: runs a subject in a fresh folder, until it is ready. Sets DIR, PID. When it is not ready, RESULT tells why.
# Its output is appended: whoever it leaves outside of its tree has the same open file, which else would have a position for both.
instance_=0
start() {
	instance_=$((instance_ + 1))
	binary_=$1
	shift
	DIR=$WORK/$binary_.$instance_
	rm -rf "$DIR"
	mkdir -m 777 -p "$DIR"
	chmod 777 "$DIR"
	RESULT= PID=
	if [ ! -x "$SUBJECTS/$binary_" ]; then
		RESULT="skip: $binary_ was not built: $(why_not_built "$binary_")"
		return 1
	fi
	cd "$DIR" || return 1
	"$TOOLS/alone" "$SUBJECTS/$binary_" "$DIR/ready" "$DIR/go" "$DIR/result" "$@" </dev/null >>"$DIR/out" 2>&1 &
	STARTED=$!
	cd "$WORK" || return 1
	until await 0.2 file "$DIR/ready"; do
		if [ -e "$DIR/result" ]; then
			RESULT=$(cat "$DIR/result")
			return 1
		fi
		kill -0 "$STARTED" 2>/dev/null || { RESULT=$(why_not_ready "$binary_" "$(cat "$DIR/out")"); return 1; }
		tries_=$((${tries_:-0} + 1))
		[ "$tries_" -lt 150 ] || { RESULT="never became ready"; tries_=0; return 1; }
	done
	tries_=0
	PID=$(sed -n 's/^ready //p' "$DIR/ready")
}

# begin TITLE BINARY [ARGS...]: starts a subject, or says as the result of TITLE why not
begin() {
	begin_=$1
	shift
	start "$@" && return 0
	case $RESULT in
	skip:*) skip_ "$begin_" "${RESULT#skip: }" ;;
	*) fail_ "$begin_" "$RESULT" ;;
	esac
	return 1
}

go() { : >"$DIR/go"; }

# result: waits for the verdict; sets RESULT; succeeds when it is ok
result() {
	if await "${1:-20}" file "$DIR/result"; then RESULT=$(cat "$DIR/result"); else RESULT="no result: $(states)"; fi
	[ "$RESULT" = ok ]
}

# again: the same subject may be asked a second time
again() { rm -f "$DIR/go" "$DIR/result" "$DIR/result.wrong"; }

# states: all processes of this namespace but ours
states() { "$TOOLS/tasks"; }

# stop_subject: ends the current subject, with all of its session and whatever it started
stop_subject() {
	[ -n "$PID" ] || return 0
	for p_ in $(tree "$PID"); do kill -KILL "$p_" 2>/dev/null; done
	wait_gone "$PID" 5
}

# tree PID: its pids and those of all below it
tree() { "$TOOLS/picture" -p "$1"; }

# dropped: ends a folder that is no longer needed
drop() { cd "$WORK" && rm -rf "$DIR"; }

# picture PID: everything of a tree that cr must not change
picture() { "$TOOLS/picture" "$1"; }

own_namespace "$@"
own_work
cd "$WORK" || exit 1
