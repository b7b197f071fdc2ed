/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where packets come from: files (pcap and pcapng, also compressed), standard input, interfaces.
 * libpcap reads them, but for the packets of ordinary pcap files (quick.h). The caller owns a source;
 * a packet's bytes belong to the source and are valid until the next packet is read.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "capture/packet.h"

typedef struct CapSource CapSource;

#define CAP_SOURCE_ERROR (cap_source_error_quark())
GQuark cap_source_error_quark(void);
typedef enum {
	CAP_SOURCE_ERROR_OPEN,    /* cannot be opened, or is not a capture */
	CAP_SOURCE_ERROR_DAMAGED, /* cut short or damaged: everything before that was delivered */
	CAP_SOURCE_ERROR_FILTER,  /* the filter expression does not compile */
	CAP_SOURCE_ERROR_LINK,    /* a link layer that cannot be read */
	CAP_SOURCE_ERROR_PERMISSION, /* live: not allowed */
	CAP_SOURCE_ERROR_DEVICE,     /* live: no such interface, or it went away */
} CapSourceErrorCode;

/*
 * Opens a capture file; "-" is standard input. Compression is recognised by content. `filter`
 * (libpcap syntax) may be NULL. NULL with error set if it cannot be opened; the message names the
 * file.
 */
CapSource *cap_source_open_file(const char *path, const char *filter, GError **error);
/*
 * The same for inputs whose opening may wait (a pipe): a signal that sets *stop ends the wait, any
 * other does not.
 */
CapSource *cap_source_open_file_until(const char *path, const char *filter,
				      const volatile bool *stop, GError **error);
/*
 * A file is opened before privileges go, if they are needed for that. CAP_FD_NONE: it was not;
 * CAP_FD_NONE less an errno: it could not be. cap_fd_open tries again (-1 with errno set): without
 * privileges it may not even be seen whether there is such a file, but it was then.
 */
enum { CAP_FD_NONE = -1 };
int cap_fd_open(const char *path, int before);
/*
 * The same for a file that is already open, and belongs to the source from now on (CAP_FD_NONE, or
 * less: not open).
 * What is compressed the unpacker (borrowed) has decompressed, or this process itself if it is NULL.
 */
struct CapUnpacker;
CapSource *cap_source_open_fd_until(struct CapUnpacker *unpacker, int fd, const char *path,
				    const char *filter, const volatile bool *stop, GError **error);

typedef struct {
	const char *interface;
	const char *filter;
	uint32_t snaplen;      /* 0: 262,144 */
	uint32_t buffer_bytes; /* kernel ring, 0: 16 MiB */
	bool promiscuous;
} CapLiveOptions;
/* Opens an interface. NULL with error set if that is not possible. */
CapSource *cap_source_open_live(const CapLiveOptions *options, GError **error);
/* Its socket: whoever writes to it sends packets. -1 if it has none, and for files. */
int cap_source_live_fd(const CapSource *self);

typedef enum {
	CAP_NEXT_PACKET,
	CAP_NEXT_TIMEOUT, /* live: no packet within the time */
	CAP_NEXT_END,
	CAP_NEXT_ERROR,
} CapNext;

/*
 * The next packet. Live: waits at most timeout_ms (poll of our own; a signal that the caller
 * handles ends the wait early). Files: CAP_NEXT_ERROR with CAP_SOURCE_ERROR_DAMAGED once, at the
 * damage.
 */
CapNext cap_source_next(CapSource *self, CapPacket *ret_packet, int timeout_ms, GError **error);

/*
 * After the last packet of a capture in a zip or tar archive: opens the next one, whose frames count
 * from 1 again, and which has a name of its own. False where there is none, with error set where the
 * archive is damaged or, at its end, where a capture of it cannot be read. What is no capture is
 * passed over.
 */
bool cap_source_next_capture(CapSource *self, GError **error);

/*
 * For files: hands all packets to the function until the end, an error, or *stop. The fast path.
 * `stop` may be NULL.
 */
typedef void (*CapPacketFn)(void *user, const CapPacket *packet);
CapNext cap_source_loop(CapSource *self, CapPacketFn fn, void *user, const volatile bool *stop,
			GError **error);

/* May be called from the function: no packet comes after this one, and the loop ends well. */
void cap_source_stop(CapSource *self);

/*
 * After the last packet of a capture whose packets have several link layers: that some of these
 * cannot be read, of which the caller frees the text. NULL: all can.
 */
char *cap_source_unread(const CapSource *self);

/* Path ("archive.zip:member") or interface; "-" for standard input. */
const char *cap_source_name(const CapSource *self);
bool cap_source_nanoseconds(const CapSource *self); /* the file has nanosecond timestamps */
/* How far: bytes of the (compressed) file read, and its size; total 0 if unknown (pipes). */
void cap_source_progress(const CapSource *self, uint64_t *ret_done, uint64_t *ret_total);

typedef struct {
	bool known; /* of a live capture only */
	uint64_t received, dropped_kernel;
	bool interface_known;
	uint64_t dropped_interface;
} CapDrops;
/* What a live capture lost so far. */
CapDrops cap_source_drops(CapSource *self);
void cap_source_free(CapSource *self); /* NULL is fine */

/* Live: the link type ("EN10MB", and in words), the snapshot length, what can be waited for (or -1). */
const char *cap_source_link_name(const CapSource *self, const char **ret_words);
int cap_source_link_type(const CapSource *self);
uint32_t cap_source_snaplen(const CapSource *self);
int cap_source_descriptor(const CapSource *self);

/*
 * The default filter of a live capture: SMB's ports, including VLAN-tagged frames and later IP
 * fragments.
 */
const char *cap_source_default_filter(void);
