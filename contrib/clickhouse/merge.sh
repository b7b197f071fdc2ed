#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# merge.sh CONDITION [OPTION OF CLICKHOUSE-CLIENT...] [-- OPTION OF SMBTRAIL...]: the audit of the records that CONDITION chooses
# ("1", "day >= '2026-11-01'", "site = 'berlin' AND (kind != 'pair' OR server = '10.0.0.1')"), by smbtrail audit --merge, with its
# exit status: findings of all rules, what-if (--if), pages, exit statuses.
set -eu
if [ $# -eq 0 ] || [ "${1:0:2}" = -- ]; then
	echo 'usage: merge.sh CONDITION [OPTION OF CLICKHOUSE-CLIENT...] [-- OPTION OF SMBTRAIL...]' >&2
	exit 1
fi
condition=$1
shift
client=()
while [ $# -gt 0 ]; do
	word=$1
	shift
	[ "$word" = -- ] && break
	client+=("$word")
done

records() {
	clickhouse-client "${client[@]}" --query "SELECT message FROM smbtrail.all_records WHERE $2 ($condition) FORMAT TabSeparatedRaw" >"$1"
}

# To a file first: if the database fails there is no audit, rather than one of what came.
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
# The ends of the runs come last.
records "$work/records" "kind != 'end' AND" || exit 70
records "$work/ends" "kind = 'end' AND" || exit 70
cat "$work/ends" >>"$work/records"
code=0
"${SMBTRAIL:-smbtrail}" audit --merge "$@" -- "$work/records" || code=$?
exit "$code"
