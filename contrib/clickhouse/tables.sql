-- SPDX-License-Identifier: BSD-3-Clause
-- The records of many audits (smbtrail audit --json), on one server or on each shard. ClickHouse 18.16 and later:
--     clickhouse-client --multiquery < tables.sql
-- A partition is a month: one insert may not have more than a hundred, and of days and sites there are more. A Date ends with 2105: what
-- is said to be later, by a clock that was wrong, is of the day on which it came.
-- What is inserted into smbtrail.input, a line a row, is taken apart by materialised views; the table itself keeps nothing.
-- A key in quotes can only be a key: within a string of JSON, a quote has a backslash before it. Lists are taken by expressions that
-- know strings: visitParamExtractRaw of 18.16 loses its place at a bracket, or a backslash, in one.

CREATE DATABASE IF NOT EXISTS smbtrail;

CREATE TABLE IF NOT EXISTS smbtrail.input (message String) ENGINE = Null;

-- The records that add up, as they came (pair, summary, and the end of an audit): merge.sh hands them to smbtrail audit --merge.
CREATE TABLE IF NOT EXISTS smbtrail.records (
    day Date, site String, kind String, client String, server String, first_seen String, last_seen String, message String
) ENGINE = MergeTree PARTITION BY toYYYYMM(day) ORDER BY (site, kind, client, server, first_seen);

CREATE MATERIALIZED VIEW IF NOT EXISTS smbtrail.to_records TO smbtrail.records AS
SELECT
    -- What has no packet, such as a capture that cannot be opened, is of the day on which that was said; a summary without connections
    -- of the first packet that was captured.
    toDate(multiIf(visitParamExtractString(message, 'timestamp') >= '2106', toString(today()),
        visitParamExtractString(message, 'timestamp') != '1970-01-01T00:00:00.000000Z', substring(visitParamExtractString(message, 'timestamp'), 1, 10),
        visitParamExtractString(message, 'first') BETWEEN '1970-01-02' AND '2106', substring(visitParamExtractString(message, 'first'), 1, 10),
        toString(today()))) AS day,
    visitParamExtractString(message, 'site') AS site,
    if(visitParamExtractString(message, 'event_type') = 'end', 'end', visitParamExtractString(message, 'kind')) AS kind,
    visitParamExtractString(message, 'client') AS client,
    visitParamExtractString(message, 'server') AS server,
    replaceOne(visitParamExtractString(message, 'first_seen'), 'Z', '') AS first_seen,
    replaceOne(visitParamExtractString(message, 'last_seen'), 'Z', '') AS last_seen,
    message
FROM smbtrail.input
WHERE (visitParamExtractString(message, 'event_type') = 'audit' AND visitParamExtractString(message, 'kind') IN ('pair', 'summary'))
    -- The end of an audit: older ones do not say which verb ran.
    OR (visitParamExtractString(message, 'event_type') = 'end' AND NOT visitParamHas(message, 'interim')
        AND visitParamExtractString(message, 'verb') IN ('', 'audit'));

-- Counts by name: of each pair, tally by tally.
CREATE TABLE IF NOT EXISTS smbtrail.tallies (
    day Date, site String, client String, server String, tally String, name String, count UInt64
) ENGINE = SummingMergeTree(count) PARTITION BY toYYYYMM(day) ORDER BY (site, client, server, tally, name, day);

CREATE MATERIALIZED VIEW IF NOT EXISTS smbtrail.to_counts TO smbtrail.tallies AS
SELECT
    toDate(if(visitParamExtractString(message, 'timestamp') >= '2106', toString(today()), substring(visitParamExtractString(message, 'timestamp'), 1, 10))) AS day,
    visitParamExtractString(message, 'site') AS site,
    visitParamExtractString(message, 'client') AS client,
    visitParamExtractString(message, 'server') AS server,
    'counts' AS tally, splitByChar('"', item)[2] AS name, toUInt64(splitByChar(':', item)[2]) AS count
FROM smbtrail.input
ARRAY JOIN arrayConcat(
    [concat('"connections":', toString(visitParamExtractUInt(message, 'connections')))],
    if(visitParamHas(message, 'details_left_out'), ['"details_left_out":1'], emptyArrayString()),
    extractAll(extract(message, '"counts":(\\{[^}]*)'), '"[a-z0-9_]+":[0-9]+')) AS item
WHERE visitParamExtractString(message, 'event_type') = 'audit' AND visitParamExtractString(message, 'kind') = 'pair' AND substring(item, -2) != ':0';

CREATE MATERIALIZED VIEW IF NOT EXISTS smbtrail.to_dialects_offered TO smbtrail.tallies AS
SELECT
    toDate(if(visitParamExtractString(message, 'timestamp') >= '2106', toString(today()), substring(visitParamExtractString(message, 'timestamp'), 1, 10))) AS day,
    visitParamExtractString(message, 'site') AS site,
    visitParamExtractString(message, 'client') AS client,
    visitParamExtractString(message, 'server') AS server,
    'dialects_offered' AS tally, visitParamExtractString(item, 'name') AS name, visitParamExtractUInt(item, 'count') AS count
FROM smbtrail.input
ARRAY JOIN extractAll(extract(message, '"dialects_offered":\\[((?:\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\},?)*)'), '\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\}') AS item
WHERE visitParamExtractString(message, 'event_type') = 'audit' AND visitParamExtractString(message, 'kind') = 'pair';

CREATE MATERIALIZED VIEW IF NOT EXISTS smbtrail.to_dialects_chosen TO smbtrail.tallies AS
SELECT
    toDate(if(visitParamExtractString(message, 'timestamp') >= '2106', toString(today()), substring(visitParamExtractString(message, 'timestamp'), 1, 10))) AS day,
    visitParamExtractString(message, 'site') AS site,
    visitParamExtractString(message, 'client') AS client,
    visitParamExtractString(message, 'server') AS server,
    'dialects_chosen' AS tally, visitParamExtractString(item, 'name') AS name, visitParamExtractUInt(item, 'count') AS count
FROM smbtrail.input
ARRAY JOIN extractAll(extract(message, '"dialects_chosen":\\[((?:\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\},?)*)'), '\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\}') AS item
WHERE visitParamExtractString(message, 'event_type') = 'audit' AND visitParamExtractString(message, 'kind') = 'pair';

CREATE MATERIALIZED VIEW IF NOT EXISTS smbtrail.to_verdicts TO smbtrail.tallies AS
SELECT
    toDate(if(visitParamExtractString(message, 'timestamp') >= '2106', toString(today()), substring(visitParamExtractString(message, 'timestamp'), 1, 10))) AS day,
    visitParamExtractString(message, 'site') AS site,
    visitParamExtractString(message, 'client') AS client,
    visitParamExtractString(message, 'server') AS server,
    'verdicts' AS tally, visitParamExtractString(item, 'name') AS name, visitParamExtractUInt(item, 'count') AS count
FROM smbtrail.input
ARRAY JOIN extractAll(extract(message, '"verdicts":\\[((?:\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\},?)*)'), '\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\}') AS item
WHERE visitParamExtractString(message, 'event_type') = 'audit' AND visitParamExtractString(message, 'kind') = 'pair';

CREATE MATERIALIZED VIEW IF NOT EXISTS smbtrail.to_signing TO smbtrail.tallies AS
SELECT
    toDate(if(visitParamExtractString(message, 'timestamp') >= '2106', toString(today()), substring(visitParamExtractString(message, 'timestamp'), 1, 10))) AS day,
    visitParamExtractString(message, 'site') AS site,
    visitParamExtractString(message, 'client') AS client,
    visitParamExtractString(message, 'server') AS server,
    'signing' AS tally, visitParamExtractString(item, 'name') AS name, visitParamExtractUInt(item, 'count') AS count
FROM smbtrail.input
ARRAY JOIN extractAll(extract(message, '"signing":\\[((?:\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\},?)*)'), '\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\}') AS item
WHERE visitParamExtractString(message, 'event_type') = 'audit' AND visitParamExtractString(message, 'kind') = 'pair';

CREATE MATERIALIZED VIEW IF NOT EXISTS smbtrail.to_ends TO smbtrail.tallies AS
SELECT
    toDate(if(visitParamExtractString(message, 'timestamp') >= '2106', toString(today()), substring(visitParamExtractString(message, 'timestamp'), 1, 10))) AS day,
    visitParamExtractString(message, 'site') AS site,
    visitParamExtractString(message, 'client') AS client,
    visitParamExtractString(message, 'server') AS server,
    'ends' AS tally, visitParamExtractString(item, 'name') AS name, visitParamExtractUInt(item, 'count') AS count
FROM smbtrail.input
ARRAY JOIN extractAll(extract(message, '"ends":\\[((?:\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\},?)*)'), '\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\}') AS item
WHERE visitParamExtractString(message, 'event_type') = 'audit' AND visitParamExtractString(message, 'kind') = 'pair';

CREATE MATERIALIZED VIEW IF NOT EXISTS smbtrail.to_days TO smbtrail.tallies AS
SELECT
    toDate(if(visitParamExtractString(message, 'timestamp') >= '2106', toString(today()), substring(visitParamExtractString(message, 'timestamp'), 1, 10))) AS day,
    visitParamExtractString(message, 'site') AS site,
    visitParamExtractString(message, 'client') AS client,
    visitParamExtractString(message, 'server') AS server,
    'days' AS tally, visitParamExtractString(item, 'name') AS name, visitParamExtractUInt(item, 'count') AS count
FROM smbtrail.input
ARRAY JOIN extractAll(extract(message, '"days":\\[((?:\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\},?)*)'), '\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\}') AS item
WHERE visitParamExtractString(message, 'event_type') = 'audit' AND visitParamExtractString(message, 'kind') = 'pair';

CREATE MATERIALIZED VIEW IF NOT EXISTS smbtrail.to_shares TO smbtrail.tallies AS
SELECT
    toDate(if(visitParamExtractString(message, 'timestamp') >= '2106', toString(today()), substring(visitParamExtractString(message, 'timestamp'), 1, 10))) AS day,
    visitParamExtractString(message, 'site') AS site,
    visitParamExtractString(message, 'client') AS client,
    visitParamExtractString(message, 'server') AS server,
    'shares' AS tally, visitParamExtractString(item, 'name') AS name, visitParamExtractUInt(item, 'count') AS count
FROM smbtrail.input
ARRAY JOIN extractAll(extract(message, '"shares":\\[((?:\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\},?)*)'), '\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\}') AS item
WHERE visitParamExtractString(message, 'event_type') = 'audit' AND visitParamExtractString(message, 'kind') = 'pair';

CREATE MATERIALIZED VIEW IF NOT EXISTS smbtrail.to_programs TO smbtrail.tallies AS
SELECT
    toDate(if(visitParamExtractString(message, 'timestamp') >= '2106', toString(today()), substring(visitParamExtractString(message, 'timestamp'), 1, 10))) AS day,
    visitParamExtractString(message, 'site') AS site,
    visitParamExtractString(message, 'client') AS client,
    visitParamExtractString(message, 'server') AS server,
    'programs' AS tally, visitParamExtractString(item, 'name') AS name, visitParamExtractUInt(item, 'count') AS count
FROM smbtrail.input
ARRAY JOIN extractAll(extract(message, '"programs":\\[((?:\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\},?)*)'), '\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\}') AS item
WHERE visitParamExtractString(message, 'event_type') = 'audit' AND visitParamExtractString(message, 'kind') = 'pair';

CREATE MATERIALIZED VIEW IF NOT EXISTS smbtrail.to_client_fingerprints TO smbtrail.tallies AS
SELECT
    toDate(if(visitParamExtractString(message, 'timestamp') >= '2106', toString(today()), substring(visitParamExtractString(message, 'timestamp'), 1, 10))) AS day,
    visitParamExtractString(message, 'site') AS site,
    visitParamExtractString(message, 'client') AS client,
    visitParamExtractString(message, 'server') AS server,
    'client_fingerprints' AS tally, visitParamExtractString(item, 'name') AS name, visitParamExtractUInt(item, 'count') AS count
FROM smbtrail.input
ARRAY JOIN extractAll(extract(message, '"client_fingerprints":\\[((?:\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\},?)*)'), '\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\}') AS item
WHERE visitParamExtractString(message, 'event_type') = 'audit' AND visitParamExtractString(message, 'kind') = 'pair';

CREATE MATERIALIZED VIEW IF NOT EXISTS smbtrail.to_server_fingerprints TO smbtrail.tallies AS
SELECT
    toDate(if(visitParamExtractString(message, 'timestamp') >= '2106', toString(today()), substring(visitParamExtractString(message, 'timestamp'), 1, 10))) AS day,
    visitParamExtractString(message, 'site') AS site,
    visitParamExtractString(message, 'client') AS client,
    visitParamExtractString(message, 'server') AS server,
    'server_fingerprints' AS tally, visitParamExtractString(item, 'name') AS name, visitParamExtractUInt(item, 'count') AS count
FROM smbtrail.input
ARRAY JOIN extractAll(extract(message, '"server_fingerprints":\\[((?:\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\},?)*)'), '\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\}') AS item
WHERE visitParamExtractString(message, 'event_type') = 'audit' AND visitParamExtractString(message, 'kind') = 'pair';

-- What was seen, and when: seconds since 1970, the kind, and after | what, where and whose.
CREATE MATERIALIZED VIEW IF NOT EXISTS smbtrail.to_marks TO smbtrail.tallies AS
SELECT
    toDate(if(visitParamExtractString(message, 'timestamp') >= '2106', toString(today()), substring(visitParamExtractString(message, 'timestamp'), 1, 10))) AS day,
    visitParamExtractString(message, 'site') AS site,
    visitParamExtractString(message, 'client') AS client,
    visitParamExtractString(message, 'server') AS server,
    'marks' AS tally, visitParamExtractString(item, 'name') AS name, visitParamExtractUInt(item, 'count') AS count
FROM smbtrail.input
ARRAY JOIN extractAll(extract(message, '"marks":\\[((?:\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\},?)*)'), '\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\}') AS item
WHERE visitParamExtractString(message, 'event_type') = 'audit' AND visitParamExtractString(message, 'kind') = 'pair';

CREATE MATERIALIZED VIEW IF NOT EXISTS smbtrail.to_client_name TO smbtrail.tallies AS
SELECT
    toDate(if(visitParamExtractString(message, 'timestamp') >= '2106', toString(today()), substring(visitParamExtractString(message, 'timestamp'), 1, 10))) AS day,
    visitParamExtractString(message, 'site') AS site,
    visitParamExtractString(message, 'client') AS client,
    visitParamExtractString(message, 'server') AS server,
    'client_name' AS tally, visitParamExtractString(item, 'name') AS name, visitParamExtractUInt(item, 'count') AS count
FROM smbtrail.input
ARRAY JOIN extractAll(extract(message, '"client_names":\\{(?:"[a-z_]+":\\[(?:\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\},?)*\\],)*?"name":\\[((?:\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\},?)*)'), '\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\}') AS item
WHERE visitParamExtractString(message, 'event_type') = 'audit' AND visitParamExtractString(message, 'kind') = 'pair';

CREATE MATERIALIZED VIEW IF NOT EXISTS smbtrail.to_client_native_os TO smbtrail.tallies AS
SELECT
    toDate(if(visitParamExtractString(message, 'timestamp') >= '2106', toString(today()), substring(visitParamExtractString(message, 'timestamp'), 1, 10))) AS day,
    visitParamExtractString(message, 'site') AS site,
    visitParamExtractString(message, 'client') AS client,
    visitParamExtractString(message, 'server') AS server,
    'client_native_os' AS tally, visitParamExtractString(item, 'name') AS name, visitParamExtractUInt(item, 'count') AS count
FROM smbtrail.input
ARRAY JOIN extractAll(extract(message, '"client_names":\\{(?:"[a-z_]+":\\[(?:\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\},?)*\\],)*?"native_os":\\[((?:\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\},?)*)'), '\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\}') AS item
WHERE visitParamExtractString(message, 'event_type') = 'audit' AND visitParamExtractString(message, 'kind') = 'pair';

CREATE MATERIALIZED VIEW IF NOT EXISTS smbtrail.to_client_native_lm TO smbtrail.tallies AS
SELECT
    toDate(if(visitParamExtractString(message, 'timestamp') >= '2106', toString(today()), substring(visitParamExtractString(message, 'timestamp'), 1, 10))) AS day,
    visitParamExtractString(message, 'site') AS site,
    visitParamExtractString(message, 'client') AS client,
    visitParamExtractString(message, 'server') AS server,
    'client_native_lm' AS tally, visitParamExtractString(item, 'name') AS name, visitParamExtractUInt(item, 'count') AS count
FROM smbtrail.input
ARRAY JOIN extractAll(extract(message, '"client_names":\\{(?:"[a-z_]+":\\[(?:\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\},?)*\\],)*?"native_lm":\\[((?:\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\},?)*)'), '\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\}') AS item
WHERE visitParamExtractString(message, 'event_type') = 'audit' AND visitParamExtractString(message, 'kind') = 'pair';

CREATE MATERIALIZED VIEW IF NOT EXISTS smbtrail.to_server_name TO smbtrail.tallies AS
SELECT
    toDate(if(visitParamExtractString(message, 'timestamp') >= '2106', toString(today()), substring(visitParamExtractString(message, 'timestamp'), 1, 10))) AS day,
    visitParamExtractString(message, 'site') AS site,
    visitParamExtractString(message, 'client') AS client,
    visitParamExtractString(message, 'server') AS server,
    'server_name' AS tally, visitParamExtractString(item, 'name') AS name, visitParamExtractUInt(item, 'count') AS count
FROM smbtrail.input
ARRAY JOIN extractAll(extract(message, '"server_names":\\{(?:"[a-z_]+":\\[(?:\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\},?)*\\],)*?"name":\\[((?:\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\},?)*)'), '\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\}') AS item
WHERE visitParamExtractString(message, 'event_type') = 'audit' AND visitParamExtractString(message, 'kind') = 'pair';

CREATE MATERIALIZED VIEW IF NOT EXISTS smbtrail.to_server_native_os TO smbtrail.tallies AS
SELECT
    toDate(if(visitParamExtractString(message, 'timestamp') >= '2106', toString(today()), substring(visitParamExtractString(message, 'timestamp'), 1, 10))) AS day,
    visitParamExtractString(message, 'site') AS site,
    visitParamExtractString(message, 'client') AS client,
    visitParamExtractString(message, 'server') AS server,
    'server_native_os' AS tally, visitParamExtractString(item, 'name') AS name, visitParamExtractUInt(item, 'count') AS count
FROM smbtrail.input
ARRAY JOIN extractAll(extract(message, '"server_names":\\{(?:"[a-z_]+":\\[(?:\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\},?)*\\],)*?"native_os":\\[((?:\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\},?)*)'), '\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\}') AS item
WHERE visitParamExtractString(message, 'event_type') = 'audit' AND visitParamExtractString(message, 'kind') = 'pair';

CREATE MATERIALIZED VIEW IF NOT EXISTS smbtrail.to_server_native_lm TO smbtrail.tallies AS
SELECT
    toDate(if(visitParamExtractString(message, 'timestamp') >= '2106', toString(today()), substring(visitParamExtractString(message, 'timestamp'), 1, 10))) AS day,
    visitParamExtractString(message, 'site') AS site,
    visitParamExtractString(message, 'client') AS client,
    visitParamExtractString(message, 'server') AS server,
    'server_native_lm' AS tally, visitParamExtractString(item, 'name') AS name, visitParamExtractUInt(item, 'count') AS count
FROM smbtrail.input
ARRAY JOIN extractAll(extract(message, '"server_names":\\{(?:"[a-z_]+":\\[(?:\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\},?)*\\],)*?"native_lm":\\[((?:\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\},?)*)'), '\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\}') AS item
WHERE visitParamExtractString(message, 'event_type') = 'audit' AND visitParamExtractString(message, 'kind') = 'pair';

CREATE MATERIALIZED VIEW IF NOT EXISTS smbtrail.to_server_domain TO smbtrail.tallies AS
SELECT
    toDate(if(visitParamExtractString(message, 'timestamp') >= '2106', toString(today()), substring(visitParamExtractString(message, 'timestamp'), 1, 10))) AS day,
    visitParamExtractString(message, 'site') AS site,
    visitParamExtractString(message, 'client') AS client,
    visitParamExtractString(message, 'server') AS server,
    'server_domain' AS tally, visitParamExtractString(item, 'name') AS name, visitParamExtractUInt(item, 'count') AS count
FROM smbtrail.input
ARRAY JOIN extractAll(extract(message, '"server_names":\\{(?:"[a-z_]+":\\[(?:\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\},?)*\\],)*?"domain":\\[((?:\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\},?)*)'), '\\{"name":"(?:[^"\\\\]|\\\\.)*","count":[0-9]+\\}') AS item
WHERE visitParamExtractString(message, 'event_type') = 'audit' AND visitParamExtractString(message, 'kind') = 'pair';

-- What was observed of a pair, rule by rule.
CREATE TABLE IF NOT EXISTS smbtrail.observations (
    day Date, site String, client String, server String, rule String, count UInt64, refused UInt64
) ENGINE = SummingMergeTree PARTITION BY toYYYYMM(day) ORDER BY (site, client, server, rule, day);

CREATE MATERIALIZED VIEW IF NOT EXISTS smbtrail.to_observations TO smbtrail.observations AS
SELECT
    toDate(if(visitParamExtractString(message, 'timestamp') >= '2106', toString(today()), substring(visitParamExtractString(message, 'timestamp'), 1, 10))) AS day,
    visitParamExtractString(message, 'site') AS site,
    visitParamExtractString(message, 'client') AS client,
    visitParamExtractString(message, 'server') AS server,
    splitByChar('"', item)[2] AS rule, visitParamExtractUInt(item, 'count') AS count,
    visitParamExtractUInt(item, 'refused') AS refused
FROM smbtrail.input
ARRAY JOIN extractAll(message, '"[a-z0-9-]+":\\{"count":[0-9]+,"refused":[0-9]+,"frames"') AS item
WHERE visitParamExtractString(message, 'event_type') = 'audit' AND visitParamExtractString(message, 'kind') = 'pair';

-- What each end showed of itself: of = server or client.
CREATE TABLE IF NOT EXISTS smbtrail.traits (
    day Date, site String, client String, server String, of String, name String, value String, count UInt64,
    first_seen String, last_seen String
) ENGINE = MergeTree PARTITION BY toYYYYMM(day) ORDER BY (site, of, server, client, name, value);

CREATE MATERIALIZED VIEW IF NOT EXISTS smbtrail.to_traits TO smbtrail.traits AS
SELECT
    toDate(if(visitParamExtractString(message, 'timestamp') >= '2106', toString(today()), substring(visitParamExtractString(message, 'timestamp'), 1, 10))) AS day,
    visitParamExtractString(message, 'site') AS site,
    visitParamExtractString(message, 'client') AS client,
    visitParamExtractString(message, 'server') AS server,
    visitParamExtractString(item, 'of') AS of, visitParamExtractString(item, 'name') AS name,
    visitParamExtractString(item, 'value') AS value, visitParamExtractUInt(item, 'count') AS count,
    replaceOne(visitParamExtractString(item, 'first_seen'), 'Z', '') AS first_seen,
    replaceOne(visitParamExtractString(item, 'last_seen'), 'Z', '') AS last_seen
FROM smbtrail.input
ARRAY JOIN extractAll(message,
    '\\{"of":"[a-z]+","name":"[^"]*","value":"[^"]*","count":[0-9]+,"first_seen":"[^"]*","last_seen":"[^"]*"') AS item
WHERE visitParamExtractString(message, 'event_type') = 'audit' AND visitParamExtractString(message, 'kind') = 'pair';

-- Logons, one row for each way in which an account was used between two machines.
CREATE TABLE IF NOT EXISTS smbtrail.logons (
    day Date, site String, client String, server String, password_type String, mech String, account String, domain String, host String,
    account_kind String, guest UInt8, null_session UInt8, result String, status String, count UInt64, first_seen String, last_seen String
) ENGINE = MergeTree PARTITION BY toYYYYMM(day) ORDER BY (site, server, client, domain, account);

CREATE MATERIALIZED VIEW IF NOT EXISTS smbtrail.to_logons TO smbtrail.logons AS
SELECT
    toDate(if(visitParamExtractString(message, 'timestamp') >= '2106', toString(today()), substring(visitParamExtractString(message, 'timestamp'), 1, 10))) AS day,
    visitParamExtractString(message, 'site') AS site,
    visitParamExtractString(message, 'client') AS client,
    visitParamExtractString(message, 'server') AS server,
    visitParamExtractString(message, 'password_type') AS password_type,
    visitParamExtractString(message, 'mech') AS mech,
    visitParamExtractString(message, 'account') AS account,
    visitParamExtractString(message, 'domain') AS domain,
    visitParamExtractString(message, 'host') AS host,
    visitParamExtractString(message, 'account_kind') AS account_kind,
    visitParamExtractRaw(message, 'guest') = 'true' AS guest,
    visitParamExtractRaw(message, 'null_session') = 'true' AS null_session,
    visitParamExtractString(message, 'result') AS result,
    visitParamExtractString(message, 'status') AS status,
    visitParamExtractUInt(message, 'count') AS count,
    replaceOne(visitParamExtractString(message, 'first_seen'), 'Z', '') AS first_seen,
    replaceOne(visitParamExtractString(message, 'last_seen'), 'Z', '') AS last_seen
FROM smbtrail.input
WHERE visitParamExtractString(message, 'event_type') = 'audit' AND visitParamExtractString(message, 'kind') = 'logon';
