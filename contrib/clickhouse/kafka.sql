-- SPDX-License-Identifier: BSD-3-Clause
-- Records from Kafka, a line a message (filebeat.yml, vector.yaml, or kcat -P). ClickHouse 20.4 and later: JSONAsString is the line as
-- it came, and a view into smbtrail.input sets off those that read it. Run on each shard: a group shares the partitions.

CREATE TABLE IF NOT EXISTS smbtrail.kafka (message String) ENGINE = Kafka
SETTINGS kafka_broker_list = 'kafka:9092', kafka_topic_list = 'smbtrail', kafka_group_name = 'smbtrail', kafka_format = 'JSONAsString',
    kafka_skip_broken_messages = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS smbtrail.from_kafka TO smbtrail.input AS SELECT message FROM smbtrail.kafka;
