#!/bin/bash
#SBATCH --job-name=smbtrail-reduce
#SBATCH --ntasks=1
#SBATCH --mem=256M
# SPDX-License-Identifier: BSD-3-Clause
# reduce.sh VERB OUT [OPTION...]: adds up what the tasks of array.sh left in OUT, 16 records at a time, and prints the
# report that the options ask for. Its exit status is that of one run over all captures; 70 if a task is missing.
set -eu
verb=$1 out=$2
shift 2
program=${SMBTRAIL:-smbtrail}
fan_in=16

add_up() {
	local to=$1 code=0
	shift
	"$program" "$verb" --merge --json "${both[@]}" "${key[@]}" -- "$@" >"$to" || code=$?
	if [ "$code" -gt 2 ]; then
		echo "smbtrail ended with status $code" >&2
		exit 70
	fi
}

# What sums need as much as the report: how much fits, and how long an interval is.
both=()
for ((i = 1; i <= $#; i++)); do
	case ${!i} in
	--memory | --interval) both+=("${@:i:2}") ;;
	--memory=* | --interval=*) both+=("${!i}") ;;
	esac
done
key=()
[[ "$verb" =~ ^(audit|stats)$ ]] && key=(--key "$out/key")
read -r tasks <"$out/tasks"
for ((task = 1; task <= tasks; task++)); do
	if [ ! -e "$out/done-$task" ]; then
		echo "task $task is not done: sbatch --array=$task ..., or scontrol requeue" >&2
		exit 70
	fi
done
work=$(mktemp -d "$out/sums.XXXXXX")
trap 'rm -rf -- "$work"' EXIT
records=("$out"/part-*.ndjson)
while [ ${#records[@]} -gt $fan_in ]; do
	sums=()
	for ((i = 0; i < ${#records[@]}; i += fan_in)); do
		sums+=("$work/${#records[@]}-$i.ndjson")
		add_up "${sums[-1]}" "${records[@]:i:fan_in}"
	done
	records=("${sums[@]}")
done
code=0
"$program" "$verb" --merge "${key[@]}" "$@" -- "${records[@]}" || code=$?
exit "$code"
