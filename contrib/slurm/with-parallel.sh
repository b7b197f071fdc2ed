#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# with-parallel.sh VERB KEY [OPTION OF PARALLEL...] [-- OPTION...] <LIST: the same with GNU parallel. LIST is names that end
# with NUL bytes, KEY a file that all machines have (--key). A capture that cannot be read is told by its record; whatever
# else goes wrong (a machine that is gone) is tried again, and then there is no report.
set -eu -o pipefail
if [ $# -lt 2 ] || [[ ! $1 =~ ^(audit|stats)$ ]]; then
	echo 'usage: with-parallel.sh audit|stats KEY [OPTION OF PARALLEL...] [-- OPTION...] <LIST' >&2
	exit 1
fi
verb=$1
key="--key $(printf %q "$2")"
shift 2
parallel=()
while [ $# -gt 0 ]; do
	word=$1
	shift
	[ "$word" = -- ] && break
	parallel+=("$word")
done

# How much fits, and how long an interval is, hold for what is read and what is printed alike.
both=()
for ((i = 1; i <= $#; i++)); do
	case ${!i} in
	--memory | --interval) both+=("${@:i:2}") ;;
	--memory=* | --interval=*) both+=("${!i}") ;;
	esac
done

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cat >"$work/list"
if ! [ -s "$work/list" ]; then
	echo 'with-parallel.sh: no captures in the list' >&2
	exit 1
fi
command=$(printf '%q ' "${SMBTRAIL:-smbtrail}" "$verb" --json "${both[@]}")
# A run that has no end, or was ended, is no record of its capture: an exit status of 1 is a capture that cannot be read,
# but also a wrong option, or a machine that has no KEY.
whole='{ print; last = $0 } END { exit last !~ /"event_type":"end"/ || last ~ /"interrupted"/ }'
# Parallel quotes {} for the shell that runs the command, as often as it takes.
parallel -0 --retries 3 --halt soon,fail=1 "${parallel[@]}" \
	"$command $key -- {} | awk '$whole'" <"$work/list" >"$work/records" || exit 70
# The first record apart from the others: a report names the capture where there is more than one input.
awk -v first="$work/1" -v others="$work/2" '
	{ print > (ended ? others : first) }
	/^{"timestamp":"[^"]*","event_type":"end"/ { ended = 1 }' "$work/records"
code=0
"${SMBTRAIL:-smbtrail}" "$verb" --merge "$@" -- "$work"/[12] || code=$?
exit "$code"
