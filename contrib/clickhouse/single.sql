-- SPDX-License-Identifier: BSD-3-Clause
-- One server: what views.sql asks is what is here. (On several, cluster.sql takes the place of this file.)

CREATE VIEW IF NOT EXISTS smbtrail.all_records AS SELECT * FROM smbtrail.records;
CREATE VIEW IF NOT EXISTS smbtrail.all_tallies AS SELECT * FROM smbtrail.tallies;
CREATE VIEW IF NOT EXISTS smbtrail.all_observations AS SELECT * FROM smbtrail.observations;
CREATE VIEW IF NOT EXISTS smbtrail.all_traits AS SELECT * FROM smbtrail.traits;
CREATE VIEW IF NOT EXISTS smbtrail.all_logons AS SELECT * FROM smbtrail.logons;
