# terminal.sh - jobs in a terminal: a tmux server of our own with two windows, a plain shell in each. After testing.sh.
#
# A job is started in the first window, dumped, and restored in the second one.

TMUX_TMPDIR=$WORK TERM=screen
export TMUX_TMPDIR TERM
unset TMUX
T="tmux -L cr-test -f /dev/null"

# open_windows: fails when there is no tmux to be had; WHY says so
open_windows() {
	command -v tmux >/dev/null || { WHY="there is no tmux"; return 1; }
	$T new-session -d -x 80 -y 24 -s s "PS1='first> ' PROMPT_COMMAND= bash --norc --noprofile" || { WHY="tmux does not start"; return 1; }
	$T set-option -g history-limit 2000
	$T new-window -d -t s:1 "PS1='second> ' PROMPT_COMMAND= bash --norc --noprofile"
	shows 0 'first>' && shows 1 'second>' && return 0
	fail_ "two shells in two terminals" "$(screen 0)" "$(screen 1)"
	close_windows
	finish
}

close_windows() { $T kill-server 2>/dev/null; }

keys() { $T send-keys -t "s:$1" "$2" ${3:+"$3"}; }
screen() { $T capture-pane -p -t "s:$1"; }

# shows WINDOW PATTERN: waits until the screen shows it
shows() {
	n_=0
	until screen "$1" | grep -q -e "$2"; do
		n_=$((n_ + 1))
		[ "$n_" -lt 500 ] || return 1
		nap 0.02
	done
}

# on_screen TITLE WINDOW PATTERN
on_screen() {
	if shows "$2" "$3"; then pass "$1"; else fail_ "$1" "not on the screen: $3" "$(screen "$2")"; fi
}

clear_windows() {
	for w_ in 0 1; do
		keys $w_ C-c
		keys $w_ "clear" Enter
	done
	nap 0.1
}

# child_of WINDOW NAME: pid of the job of that name (any, without one) below the window's shell
child_of() {
	shell_=$($T display-message -p -t "s:$1" '#{pane_pid}')
	n_=0
	while [ "$n_" -lt 200 ]; do
		for p_ in $(cat "/proc/$shell_/task/$shell_/children" 2>/dev/null); do
			[ "$(sed -n 's/^Name:.//p' "/proc/$p_/status" 2>/dev/null)" = "${2:-$(sed -n 's/^Name:.//p' "/proc/$p_/status")}" ] && { echo "$p_"; return 0; }
		done
		n_=$((n_ + 1))
		nap 0.02
	done
	return 1
}
