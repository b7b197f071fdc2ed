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
verb=$1 key=
[ "$verb" = audit ] && key="--key $(printf %q "$2")"
shift 2
parallel=()
while [ $# -gt 0 ]; do
	word=$1
	shift
	[ "$word" = -- ] && break
	parallel+=("$word")
done

program=$(printf %q "${SMBTRAIL:-smbtrail}")
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
# Parallel quotes {} for the shell that runs the command, as often as it takes.
parallel -0 --retries 3 --halt soon,fail=1 "${parallel[@]}" \
	"$program $verb --json $key -- {}; test \$? -le 2" >"$work/records" || exit 70
# The first record apart from the others: a report names the capture where there is more than one input.
awk -v first="$work/1" -v others="$work/2" '
	{ print > (ended ? others : first) }
	/^{"timestamp":"[^"]*","event_type":"end"/ { ended = 1 }' "$work/records"
code=0
"${SMBTRAIL:-smbtrail}" "$verb" --merge "$@" -- "$work"/[12] || code=$?
exit "$code"
