-- SPDX-License-Identifier: BSD-3-Clause
-- Several servers: run tables.sql, this file and views.sql on each. The cluster is called smbtrail in the configuration of the
-- servers (remote_servers). Inserts go to smbtrail.input of any shard, or are spread by smbtrail.all_input.

CREATE TABLE IF NOT EXISTS smbtrail.all_input AS smbtrail.input ENGINE = Distributed(smbtrail, smbtrail, input, rand());
CREATE TABLE IF NOT EXISTS smbtrail.all_records AS smbtrail.records ENGINE = Distributed(smbtrail, smbtrail, records);
CREATE TABLE IF NOT EXISTS smbtrail.all_tallies AS smbtrail.tallies ENGINE = Distributed(smbtrail, smbtrail, tallies);
CREATE TABLE IF NOT EXISTS smbtrail.all_observations AS smbtrail.observations ENGINE = Distributed(smbtrail, smbtrail, observations);
CREATE TABLE IF NOT EXISTS smbtrail.all_traits AS smbtrail.traits ENGINE = Distributed(smbtrail, smbtrail, traits);
CREATE TABLE IF NOT EXISTS smbtrail.all_logons AS smbtrail.logons ENGINE = Distributed(smbtrail, smbtrail, logons);
