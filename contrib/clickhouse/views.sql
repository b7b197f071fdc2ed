-- SPDX-License-Identifier: BSD-3-Clause
-- The audit, asked of all records: postures, findings, and who breaks without SMB1. What these say equals smbtrail audit --merge of the
-- same records, but for what README.md lists. Addresses are told apart by site. ClickHouse 18.16 and later.

-- ---- what is settled by what the server does with others: audit/report/settle.c ----

CREATE VIEW IF NOT EXISTS smbtrail.settled_traits AS
SELECT site, client, server, of, name, value, count, first_seen, last_seen, 0 AS settled
FROM smbtrail.all_traits WHERE name NOT IN ('closed_on', 'closed_out', 'denied')
UNION ALL
SELECT site, client, server, of, splitByChar('.', becomes)[1] AS name, splitByChar('.', becomes)[2] AS value, count, first_seen, last_seen,
    1 AS settled
FROM (
    SELECT site, client, server, of, count, first_seen, last_seen,
        multiIf(
            what = 'closed_on.smb1' AND took_smb1 = 0, ['smb1.refused'],
            what = 'closed_on.smb2' AND took_smb2 = 0, ['smb2.refused'],
            what = 'closed_on.both' AND took_smb1 + took_smb2 = 0, ['smb1.refused', 'smb2.refused'],
            what = 'denied.unencrypted' AND asks > 0, ['encryption.required'],
            what = 'closed_out.smb1', [if(took_smb1 = 0, 'locked_out.smb1', 'closed_out.smb1')],
            what = 'closed_out.smb2' AND took_smb2 = 0, ['locked_out.smb2'],
            emptyArrayString()) AS all_that_it_becomes
    FROM (
        SELECT * FROM (
            SELECT site, client, server, of, concat(name, '.', value) AS what, count, first_seen, last_seen
            FROM smbtrail.all_traits WHERE name IN ('closed_on', 'closed_out', 'denied'))
        ANY LEFT JOIN (
            SELECT site, server, countIf(name = 'smb1' AND value = 'accepted') AS took_smb1,
                countIf(name = 'smb2' AND value = 'accepted') AS took_smb2, countIf(name = 'encryption' AND value = 'asked') AS asks
            FROM smbtrail.all_traits WHERE of = 'server' GROUP BY site, server) USING site, server))
ARRAY JOIN all_that_it_becomes AS becomes;

-- ---- pairs, clients and servers ----

CREATE VIEW IF NOT EXISTS smbtrail.pairs AS
SELECT site, client, server,
    sumIf(c, k = 'counts.connections') AS n_connections,
    sumIf(c, k = 'counts.details_left_out') AS n_bare,
    uniqExactIf(splitByChar('|', k)[2], k LIKE 'marks.____________ version|%') AS n_versions,
    sumIf(c, k = 'counts.midstream') AS n_midstream,
    sumIf(c, k = 'counts.incomplete') AS n_incomplete,
    sumIf(c, k = 'counts.probes') AS n_probes,
    sumIf(c, k = 'counts.scans') AS n_scans,
    sumIf(c, k = 'counts.attacks') AS n_attacks,
    sumIf(c, k = 'counts.grooms') AS n_grooms,
    sumIf(c, k = 'counts.smb1_used') AS n_smb1_used,
    sumIf(c, k = 'counts.smb2_used') AS n_smb2_used,
    sumIf(c, k = 'counts.accepted') AS n_accepted,
    sumIf(c, k = 'counts.refused') AS n_refused,
    sumIf(c, k = 'counts.unknown') AS n_unknown,
    sumIf(c, k = 'counts.abandoned') AS n_abandoned,
    sumIf(c, k = 'counts.pre_nt_by_server') AS n_pre_nt_by_server,
    sumIf(c, k = 'counts.used') AS n_used,
    sumIf(c, k = 'counts.used_smb1') AS n_used_smb1,
    sumIf(c, k = 'counts.netbios') AS n_netbios,
    sumIf(c, k = 'counts.browsing') AS n_browsing,
    sumIf(c, k IN ('verdicts.smb1_client_limited', 'verdicts.smb1_server_limited', 'verdicts.pre_nt')) AS n_limited,
    sumIf(c, k = 'verdicts.smb1_client_limited') AS n_client_limited,
    sumIf(c, k = 'verdicts.pre_nt') AS n_pre_nt,
    groupUniqArrayIf(k, is_trait) AS shown
FROM (
    SELECT site, client, server, concat(tally, '.', name) AS k, count AS c, 0 AS is_trait FROM smbtrail.all_tallies WHERE tally IN ('counts', 'verdicts', 'marks')
    UNION ALL
    SELECT site, client, server, concat(of, '.', name, '.', value) AS k, count AS c, 1 AS is_trait FROM smbtrail.settled_traits)
GROUP BY site, client, server;

-- apart: a scanner or an attacker, which did nothing else (audit/report/hosts.c); of one whose details were left out that is not known.
-- attacker: of such a one there is no record of a client.
-- agreed_smb1: it got SMB1 somewhere, or may have.
CREATE VIEW IF NOT EXISTS smbtrail.clients AS
SELECT site, client, client_shown, agreed_smb1,
    bare = 0 AND ((outside > 0 AND outside + probes = connections)
        OR ((outside > 0 OR (probes > 0 AND (only_probed >= 5 OR versions >= 3))) AND unused)) AS apart,
    apart AND attacked AS attacker
FROM (
    SELECT site, client, groupUniqArrayArray(shown) AS client_shown,
        sum(n_used_smb1) + sum(n_limited) > 0 OR has(client_shown, 'client.closed_out.smb1') AS agreed_smb1,
        sum(n_connections) AS connections, sum(n_probes) AS probes, sum(n_bare) AS bare, max(n_versions) AS versions,
        sum(n_attacks) > 0 OR sum(n_grooms) >= 3 AS attacked,
        sum(n_scans) + sum(n_attacks) + if(sum(n_grooms) >= 3, sum(n_grooms), 0) AS outside,
        sum(n_smb1_used + n_smb2_used + n_accepted + n_refused + n_unknown + n_abandoned + n_midstream + n_incomplete) = 0 AS unused,
        sum(n_probes > 0 AND n_smb1_used + n_smb2_used + n_accepted + n_refused + n_unknown + n_abandoned + n_midstream + n_incomplete = 0)
            AS only_probed
    FROM smbtrail.pairs GROUP BY site, client);

CREATE VIEW IF NOT EXISTS smbtrail.servers AS
SELECT site, server, groupUniqArrayArray(shown) AS server_shown FROM smbtrail.pairs GROUP BY site, server;

-- ---- postures: audit/posture.c ----

-- Of each end, property and value: how often, and where it stands among the values; the first one decides.
CREATE VIEW IF NOT EXISTS smbtrail.traits_of_ends AS
SELECT site, of, if(of = 'server', server, client) AS address, name, value, sum(count) AS n, min(first_seen) AS since, max(last_seen) AS until,
    indexOf([
        'dialect.PC NETWORK PROGRAM 1.0', 'dialect.PCLAN1.0', 'dialect.MICROSOFT NETWORKS 1.03', 'dialect.MICROSOFT NETWORKS 3.0', 'dialect.LANMAN1.0',
        'dialect.Windows for Workgroups 3.1a', 'dialect.LM1.2X002', 'dialect.DOS LM1.2X002', 'dialect.LANMAN2.1', 'dialect.DOS LANMAN2.1',
        'dialect.XENIX CORE', 'dialect.NT LANMAN 1.0', 'dialect.NT LM 0.12', 'dialect.SMB 2.0.2', 'dialect.SMB 2.1',
        'dialect.SMB 2.???', 'dialect.SMB 3.0', 'dialect.SMB 3.0.2', 'dialect.SMB 3.1.1', 'server.smb1.accepted', 'server.smb1.refused',
        'server.smb2.accepted', 'server.smb2.refused', 'server.signing_smb1.enabled', 'server.signing_smb1.disabled', 'server.signing_smb1.required',
        'server.signing_smb2.enabled', 'server.signing_smb2.required', 'server.encryption.required', 'server.encryption.asked', 'server.encryption.share',
        'server.encryption.capable', 'server.encryption.none', 'server.challenge_response.no', 'server.challenge_response.yes', 'server.share_level.yes',
        'server.share_level.no', 'server.mechanisms.Kerberos', 'server.mechanisms.NTLMSSP', 'server.mechanisms.NEGOEX', 'server.mechanisms.IAKERB',
        'server.mechanisms.challenge', 'server.ntlm.accepted', 'server.ciphers.AES-128-CCM', 'server.ciphers.AES-128-GCM', 'server.ciphers.AES-256-CCM',
        'server.ciphers.AES-256-GCM', 'server.signing_algorithms.HMAC-SHA256', 'server.signing_algorithms.AES-CMAC', 'server.signing_algorithms.AES-GMAC', 'server.compression.LZNT1',
        'server.compression.LZ77', 'server.compression.LZ77+Huffman', 'server.compression.Pattern_V1', 'server.compression.LZ4', 'server.change_notify.unsupported',
        'server.change_notify.supported', 'client.speaks.smb1_only', 'client.speaks.both', 'client.speaks.smb2_only', 'client.signing_smb1.required',
        'client.signing_smb2.none', 'client.signing_smb2.enabled', 'client.signing_smb2.required', 'client.encryption.none', 'client.encryption.capable',
        'client.locked_out.smb1', 'client.locked_out.smb2', 'client.left_over.signing', 'client.ciphers.AES-128-CCM', 'client.ciphers.AES-128-GCM',
        'client.ciphers.AES-256-CCM', 'client.ciphers.AES-256-GCM'],
        if(name = 'dialect', concat('dialect.', value), concat(of, '.', name, '.', value))) AS place
FROM smbtrail.settled_traits WHERE name != 'closed_out'
GROUP BY site, of, address, name, value;

-- What a logon is to a server: audit/takes.c.
CREATE VIEW IF NOT EXISTS smbtrail.logons_taken AS
SELECT site, server, client, domain, account, result, count, first_seen, last_seen,
    multiIf(guest, 'guest', null_session, 'anonymous', password_type = 'Plaintext', 'plaintext', password_type = 'LM', 'lm',
        password_type IN ('NTLMv1+LM', 'NTLM-only', 'NTLMv1-ESS'), 'ntlmv1', password_type = 'NTLMv2', 'ntlmv2',
        password_type = 'Kerberos', 'kerberos', password_type = 'Anonymous', 'anonymous', '') AS kind
FROM smbtrail.all_logons;

-- A list of values, with commas between them, where a property has as many as were seen. Who did nothing but attack is no client.
CREATE VIEW IF NOT EXISTS smbtrail.postures AS
SELECT * FROM (
    SELECT site, of, address, name AS property,
        if(name IN ('mechanisms', 'ciphers', 'signing_algorithms', 'compression', 'locked_out'),
            arrayStringConcat(arrayMap(x -> x.2, arraySort(x -> x.1, groupArray((place, value)))), ','), argMin(value, place)) AS decides,
        if(name IN ('mechanisms', 'ciphers', 'signing_algorithms', 'compression', 'locked_out'), max(n), argMin(n, place)) AS times,
        if(name IN ('mechanisms', 'ciphers', 'signing_algorithms', 'compression', 'locked_out'), min(since), argMin(since, place)) AS first,
        if(name IN ('mechanisms', 'ciphers', 'signing_algorithms', 'compression', 'locked_out'), max(until), argMin(until, place)) AS last
    FROM smbtrail.traits_of_ends WHERE name != 'dialect' GROUP BY site, of, address, name
    UNION ALL
    SELECT site, of, address, 'highest_dialect' AS property, argMax(value, place) AS decides, argMax(n, place) AS times,
        argMax(since, place) AS first, argMax(until, place) AS last
    FROM smbtrail.traits_of_ends WHERE name = 'dialect' GROUP BY site, of, address
    UNION ALL
    SELECT site, of, address, 'lowest_dialect' AS property, argMin(value, place) AS decides, argMin(n, place) AS times,
        argMin(since, place) AS first, argMin(until, place) AS last
    FROM smbtrail.traits_of_ends WHERE name = 'dialect' AND of = 'server' GROUP BY site, of, address
    UNION ALL
    SELECT site, 'server' AS of, server AS address, property, 'not_asked' AS decides, toUInt64(0) AS times, '' AS first, '' AS last
    FROM (
        SELECT site, server, '' AS name FROM smbtrail.all_records WHERE kind = 'pair'
        UNION ALL
        SELECT site, server, name FROM smbtrail.settled_traits WHERE of = 'server' AND name IN ('smb1', 'smb2'))
    ARRAY JOIN ['smb1', 'smb2'] AS property
    GROUP BY site, server, property HAVING sum(name = property) = 0
    UNION ALL
    SELECT site, 'server' AS of, server AS address, kind AS property, 'accepted' AS decides, sum(count) AS times,
        min(first_seen) AS first, max(last_seen) AS last
    FROM smbtrail.logons_taken WHERE kind != '' AND result = 'accepted' GROUP BY site, server, kind)
WHERE NOT (of = 'client' AND (site, address) IN (SELECT site, client FROM smbtrail.clients WHERE attacker));

-- ---- findings: audit/report/find.c ----

CREATE VIEW IF NOT EXISTS smbtrail.findings AS
SELECT site, rule, severity, client, server, times FROM (
    SELECT site, rule,
        multiIf(rule IN ('plaintext-password', 'plaintext-unasked', 'lm-response', 'static-challenge', 'guess-succeeded', 'attack-eternalblue', 'attack-eternalromance', 'attack-doublepulsar', 'ms17-010-missing', 'relay', 'forged'), 'critical', rule IN ('smb1-in-use', 'smb1-only-locked-out', 'pre-nt-dialect', 'share-level-security', 'ntlmv1', 'ntlmv1-ess', 'ntlm-relayable', 'downgrade', 'password-guessing', 'account-locked-out', 'remote-execution', 'coercion', 'credential-theft', 'ransomware-renames'), 'high',
            rule IN ('smb1-server-limited', 'anonymous-session', 'guest-logon', 'signing-not-used', 'signing-disabled', 'kerberos-rc4', 'logon-failures'), 'medium', rule IN ('change-notify-unsupported', 'connection-lost'), 'low', 'info') AS severity,
        client, server, times
    FROM (
        SELECT site, client, server, rule, times, n_smb2_used
        FROM (
            SELECT site, client, server, rule, sum(n) AS times FROM (
                SELECT site, client, server, rule, count AS n FROM smbtrail.all_observations
                UNION ALL
                SELECT site, client, server, 'smb1-only-locked-out' AS rule, count AS n FROM smbtrail.settled_traits
                WHERE settled = 1 AND name = 'locked_out' AND value = 'smb1')
            GROUP BY site, client, server, rule)
        ANY LEFT JOIN (SELECT site, client, server, n_smb2_used FROM smbtrail.pairs) USING site, client, server)
    ANY LEFT JOIN (SELECT site, client, apart, agreed_smb1 FROM smbtrail.clients) USING site, client
    WHERE times > 0 AND (NOT apart OR rule IN ('attack-eternalblue', 'attack-eternalromance', 'attack-doublepulsar', 'ms17-010-missing', 'relay', 'forged', 'credential-theft', 'ransomware-renames', 'share-level-security', 'account-locked-out'))
        AND (rule != 'downgrade' OR n_smb2_used > 0)
        AND (rule != 'smb1-only-locked-out' OR NOT agreed_smb1)
        AND rule NOT IN ('static-challenge', 'guess-succeeded', 'password-guessing', 'logon-failures', 'remote-execution', 'coercion', 'scanner', 'relay', 'attack-eternalblue')
    UNION ALL
    SELECT site, 'signing-disabled' AS rule, 'medium' AS severity, '' AS client, address AS server, times
    FROM smbtrail.postures WHERE of = 'server' AND property = 'signing_smb1' AND decides = 'disabled'
    UNION ALL
    SELECT site, 'ntlm-relayable' AS rule, if(accepted = 0 OR asked > 0, 'medium', 'high') AS severity, '' AS client, address AS server,
        multiIf(accepted > 0, accepted, ntlmssp > 0, ntlmssp, challenge) AS times
    FROM (
        SELECT site, address, sumIf(n, name = 'ntlm') AS accepted, sumIf(n, name = 'mechanisms' AND value = 'NTLMSSP') AS ntlmssp,
            sumIf(n, name = 'mechanisms' AND value = 'challenge') AS challenge, sumIf(n, name = 'encryption' AND value = 'asked') AS asked,
            sumIf(n, name = 'smb1' AND value = 'accepted') > 0 AND (sumIf(n, name = 'signing_smb1' AND value IN ('enabled', 'disabled')) > 0
                OR minIf(place, name = 'dialect') BETWEEN 1 AND 11) AS smb1,
            sumIf(n, name = 'signing_smb2' AND value = 'enabled') > 0 AND sumIf(n, name = 'encryption' AND value = 'required') = 0 AS smb2
        FROM smbtrail.traits_of_ends WHERE of = 'server' GROUP BY site, address)
    WHERE accepted + ntlmssp + challenge > 0 AND (smb1 OR smb2));

-- ---- what if SMB1 is turned off: audit/report/ask.c ----

CREATE VIEW IF NOT EXISTS smbtrail.breaks_without_smb1 AS
SELECT site, client, server, if(proved, 'proved', 'likely') AS certainty FROM (
    SELECT site, client, server,
        has(client_shown, 'client.speaks.both') OR has(client_shown, 'client.speaks.smb2_only')
            OR arrayExists(x -> x LIKE 'client.dialect.SMB %', client_shown) AS client_smb2,
        has(client_shown, 'client.speaks.smb1_only') AS client_smb1,
        has(server_shown, 'server.smb2.accepted') AS server_smb2,
        has(server_shown, 'server.smb2.refused') AS server_refused,
        has(shown, 'client.speaks.smb1_only') AS here_smb1,
        here_smb1 OR has(shown, 'client.speaks.both') OR has(shown, 'client.speaks.smb2_only') AS here,
        has(shown, 'client.locked_out.smb1') AS locked,
        n_used_smb1 > n_browsing AS used,
        NOT used AND n_smb1_used > n_browsing AS maybe_used,
        n_smb1_used = 0 AND n_client_limited + n_pre_nt - if(here_smb1, 0, least(n_pre_nt_by_server, n_pre_nt)) > 0
            AND NOT has(shown, 'client.speaks.both') AND NOT has(shown, 'client.speaks.smb2_only') AS gave_up,
        NOT client_smb2 OR NOT server_smb2 OR here_smb1 OR NOT here AS needs_smb1,
        (NOT client_smb2 AND client_smb1) OR (client_smb2 AND NOT server_smb2 AND server_refused) AS for_sure,
        n_browsing > 0 OR ((used OR maybe_used) AND needs_smb1)
            OR (NOT used AND NOT maybe_used AND (locked OR (gave_up AND NOT client_smb2))) AS stopped,
        n_browsing > 0 OR (used AND for_sure) OR (NOT used AND NOT maybe_used AND locked) AS proved
    FROM (
        SELECT * FROM (
            SELECT * FROM smbtrail.pairs
            ANY LEFT JOIN (SELECT site, client, client_shown, apart FROM smbtrail.clients) USING site, client)
        ANY LEFT JOIN smbtrail.servers USING site, server)
    WHERE NOT apart)
WHERE stopped;
