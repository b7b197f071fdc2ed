#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# submit.sh VERB OUT TASKS [OPTION...] [-- OPTION...] <LIST: submits an array job that reads the captures of LIST, names
# that end with NUL bytes (find -print0), and the job that adds up what it finds. OUT is a new folder that all nodes share.
# The first options choose what is read (--client, --site-from-path), those behind -- what is printed (--json, --csv
# findings, -o FILE); --memory and --interval, wherever they are, hold for both. SBATCH_... chooses partition, account
# and so on.
set -eu
here=$(dirname -- "$(realpath -- "$0")")
if [ $# -lt 3 ] || [[ ! $1 =~ ^(audit|stats)$ ]] || [[ ! $3 =~ ^[1-9][0-9]{0,5}$ ]]; then
	echo 'usage: submit.sh audit|stats OUT TASKS [OPTION...] [-- OPTION...] <LIST' >&2
	exit 1
fi
verb=$1 out=$(realpath -m -- "$2") tasks=$3
shift 3
# of_both OPTION...: those that are for captures and for sums alike, in `both`.
of_both() {
	both=()
	while [ $# -gt 0 ]; do
		case $1 in
		--memory | --interval) both+=("${@:1:2}") ;;
		--memory=* | --interval=*) both+=("$1") ;;
		esac
		shift
	done
}

reading=()
while [ $# -gt 0 ]; do
	word=$1
	shift
	[ "$word" = -- ] && break
	reading+=("$word")
done
printing=("$@")
of_both "${reading[@]}"
printing+=("${both[@]}")
of_both "$@"
reading+=("${both[@]}")

mkdir -m 700 -- "$out"
# As long as nothing is submitted, nothing is left of it.
trap 'rm -rf -- "$out"' EXIT
cat >"$out/list"
captures=$(tr -cd '\0' <"$out/list" | wc -c)
if [ "$captures" -eq 0 ]; then
	echo 'submit.sh: no captures in the list' >&2
	exit 1
fi
[ "$tasks" -le "$captures" ] || tasks=$captures
echo "$tasks" >"$out/tasks"
# What audits and figures leave out is chosen by a key: sums need the same one.
(umask 077 && head -c 32 /dev/urandom | base64 >"$out/key")
job=$(sbatch --parsable --array="1-$tasks" --output="$out/task-%a.log" "$here/array.sh" "$verb" "$out" "${reading[@]}")
job=${job%%;*}
trap 'echo "submit.sh: job $job reads the captures, but what adds them up is not submitted" >&2' EXIT
sbatch --parsable --dependency="afterany:$job" --output="$out/report" --error="$out/report.log" \
	"$here/reduce.sh" "$verb" "$out" "${printing[@]}"
trap - EXIT
