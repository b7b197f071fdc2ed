#!/bin/bash
#SBATCH --job-name=smbtrail
#SBATCH --ntasks=1
#SBATCH --mem=256M
#SBATCH --requeue
#SBATCH --open-mode=append
# SPDX-License-Identifier: BSD-3-Clause
# array.sh VERB OUT [OPTION...]: a task of an array job reads its share of the captures that OUT/list names (submit.sh
# makes OUT). Its records are OUT/part-TASK-GROUP.ndjson; what is there already is not read again, so that a task can be
# requeued. Slurm copies this file: it uses nothing beside it.
set -eu
verb=$1 out=$2
shift 2
task=${SLURM_ARRAY_TASK_ID:?not a task of an array job}
program=${SMBTRAIL:-smbtrail}
group_size=64

# A run that was ended, or has no end, is not the record of its captures.
is_whole() {
	local last
	last=$(tail -n 1 -- "$1")
	[[ $last == *'"event_type":"end"'* && $last != *'"interrupted"'* ]]
}

# read_group NUMBER CAPTURE...: exit status 1 and 2 are captures that cannot be read, which the record tells.
read_group() {
	local record=$out/part-$task-$1.ndjson work code=0
	shift
	[ -e "$record" ] && return
	# A task that was requeued may have a twin on a node that was thought to be lost.
	work=$(mktemp -- "$record.XXXXXX")
	"$program" "$verb" --json "${options[@]}" -- "$@" >"$work" || code=$?
	if [ "$code" -gt 2 ] || ! is_whole "$work"; then
		rm -f -- "$work"
		# Which of them it was, a process that was killed cannot tell.
		echo "task $task: smbtrail ended with status $code; not read, one of them for that reason:" >&2
		printf '  %q\n' "$@" >&2
		exit 70
	fi
	mv -- "$work" "$record"
}

options=("$@")
[[ "$verb" =~ ^(audit|stats)$ ]] && options+=(--key "$out/key")
read -r tasks <"$out/tasks"
mapfile -d '' captures <"$out/list"
mine=()
for ((i = task - 1; i < ${#captures[@]}; i += tasks)); do
	mine+=("${captures[i]}")
done
# At least two records of several captures: a report names the capture where there is more than one input.
if [ "$tasks" -eq 1 ] && [ ${#mine[@]} -le $group_size ]; then
	group_size=$(((${#mine[@]} + 1) / 2))
fi
for ((i = 0; i < ${#mine[@]}; i += group_size)); do
	read_group "$i" "${mine[@]:i:group_size}"
done
: >"$out/done-$task"
