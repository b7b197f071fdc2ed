-- SPDX-License-Identifier: BSD-3-Clause
-- ClickHouse 19.6 and later: days go by themselves, at once those of captures that are older when they are loaded. In 18.16 months are
-- dropped: ALTER TABLE smbtrail.records DROP PARTITION 202611.

ALTER TABLE smbtrail.records MODIFY TTL day + INTERVAL 400 DAY;
ALTER TABLE smbtrail.tallies MODIFY TTL day + INTERVAL 400 DAY;
ALTER TABLE smbtrail.observations MODIFY TTL day + INTERVAL 400 DAY;
ALTER TABLE smbtrail.traits MODIFY TTL day + INTERVAL 400 DAY;
ALTER TABLE smbtrail.logons MODIFY TTL day + INTERVAL 400 DAY;
