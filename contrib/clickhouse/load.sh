#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# load.sh [OPTION OF CLICKHOUSE-CLIENT...] <RECORDS: inserts records of audits (smbtrail audit --json), whatever else is among them.
# Each line becomes {"message":"..."}, which is also how Vector, Filebeat and Kafka hand them over.
set -eu -o pipefail
export LC_ALL=C
sed 's/[\\"]/\\&/g; s/^/{"message":"/; s/$/"}/' |
	clickhouse-client "$@" --query 'INSERT INTO smbtrail.input FORMAT JSONEachRow'
