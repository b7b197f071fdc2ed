#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# load.sh [OPTION OF CLICKHOUSE-CLIENT...] <RECORDS: inserts records of audits (smbtrail audit --json), whatever else is among them.
# Each line becomes {"message":"..."}, which is also how Vector, Filebeat and Kafka hand them over. All are read before the first is
# inserted. Exit status: 1 nothing was inserted; 2 the records are cut short, and were; that of clickhouse-client if it fails.
set -eu -o pipefail
export LC_ALL=C
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cat >"$work/records"
# An end, as smbtrail writes it. Within a string, a quote has a backslash before it.
end='^{"timestamp":"[^"]*","event_type":"end",'
if grep -q "$end.*\"interim\":true" "$work/records"; then
	echo 'load.sh: there are interim reports (--every), which repeat what was before: load what smbtrail audit --merge --json makes of each file' >&2
	exit 1
fi
sed 's/[\\"]/\\&/g; s/^/{"message":"/; s/$/"}/' "$work/records" |
	clickhouse-client "$@" --query 'INSERT INTO smbtrail.input FORMAT JSONEachRow'
if ! tail -n 1 "$work/records" | grep -q "$end"; then
	echo 'load.sh: cut short: the last line is not the end of an audit; what precedes it was inserted' >&2
	exit 2
fi
