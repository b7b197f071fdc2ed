/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The file of -w with -i: every packet that was captured, in one file or in files that follow one
 * another.
 *
 * Files that follow one another are named FILE_00001_20261127191240.pcap for a FILE of "FILE.pcap":
 * a number and the local time of its first packet, as those of dumpcap. They are made when the first
 * packet comes that belongs to them. Numbers go on over the runs. With a number of files that are
 * kept, older ones are removed, those of earlier runs too: a sensor that is started again and again
 * does not fill the disk.
 *
 * What cannot be written is counted and told once; capture goes on, and writing does when there is
 * room again.
 */
#pragma once

#include "capture/packet.h"
#include "cli/sensor/later.h"
#include "cli/sensor/live-options.h"

typedef struct CliPackets CliPackets;

/*
 * `path` is borrowed. One file: `fd` is open already, and its own from now on; `later` NULL. Files
 * that follow one another: fd -1, and `later` for the path, borrowed.
 */
CliPackets *cli_packets_new(const char *path, int fd, const CliLater *later,
			    const CliLiveOptions *options, int link_type, bool nanoseconds);

/* Files that follow one another: makes the first one. False with error set if that is not allowed. */
bool cli_packets_begin(CliPackets *self, uint64_t time_ns, GError **error);

void cli_packets_write(CliPackets *self, const CapPacket *packet);
/* A few times a second: brings what was gathered into the file. */
void cli_packets_flush(CliPackets *self);
/* Packets that could not be written so far. */
uint64_t cli_packets_lost(const CliPackets *self);
/* Brings the rest into the file, and frees; false if packets were lost. NULL is allowed: true. */
bool cli_packets_close(CliPackets *self);

/* The name of the file with this number, from 1. */
char *cli_packets_name(const char *name, uint64_t number, uint64_t time_ns);
/* Whether `name` is one of the files of `base`, and its number. */
bool cli_packets_number(const char *base, const char *name, uint64_t *ret_number);
