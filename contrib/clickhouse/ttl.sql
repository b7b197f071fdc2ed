-- SPDX-License-Identifier: BSD-3-Clause
-- ClickHouse 19.6 and later: days go by themselves. In 18.16 partitions are dropped: ALTER TABLE smbtrail.records DROP PARTITION
-- ('2026-11-22', 'site').

ALTER TABLE smbtrail.records MODIFY TTL day + INTERVAL 400 DAY;
ALTER TABLE smbtrail.tallies MODIFY TTL day + INTERVAL 400 DAY;
ALTER TABLE smbtrail.observations MODIFY TTL day + INTERVAL 400 DAY;
ALTER TABLE smbtrail.traits MODIFY TTL day + INTERVAL 400 DAY;
ALTER TABLE smbtrail.logons MODIFY TTL day + INTERVAL 400 DAY;
