/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The inside of a source, shared by source.c (files, and what all sources have in common) and
 * source-live.c. A source owns everything in it but what it borrows; fields about files are unused in a live
 * capture.
 */
#pragma once

#include <pcap/pcap.h>

#include "capture/source/archive.h"
#include "capture/source/pcapng.h"
#include "capture/source/quick-ng.h"
#include "capture/source/source.h"

/* This much of the head of a file is inspected for its precision. */
#define CAP_HEAD 4096
#define CAP_SNAPLEN 262144
/* Between two polls if there is no descriptor to wait for. */
#define CAP_BREATH_MS 100

/* A filter is compiled for one link type, and a file may have several. */
typedef struct {
	int link_type;
	struct bpf_program program;
} CapProgram;

struct CapSource {
	char *path;
	char *name; /* the path, with the member of an archive */
	pcap_t *pcap;
	FILE *file;          /* pcap's; it closes it */
	CapQuick quick;      /* while it reads the packets of a file */
	CapQuickNg quick_ng; /* the same, of pcapng */
	uint64_t handed;     /* packets which that one handed out, and libpcap has yet to come to */
	CapUnpacker *unpacker; /* borrowed; NULL: none */
	CapArchive *archive;   /* NULL if the file is read as it is */
	GError *passed; /* of an archive: what its first capture is that was passed over; or NULL */
	bool once;      /* its bytes come once: the head is kept as they pass */
	uint8_t peeked[CAP_ARCHIVE_TAR]; /* of a pipe, read to see whether it is compressed */
	uint32_t peeked_len, peeked_pos; /* and how many of them were passed on */
	CapPcapng pcapng;                /* looks at the bytes that pass */
	/* what libpcap would have said about the last of its packets */
	struct pcap_pkthdr corrected;
	char *filter;     /* of a file: applied here, so that frames are numbered as in the file */
	GArray *programs; /* CapProgram */
	const CapProgram *program; /* the one in use */
	GError *broken;            /* why the filter cannot be used for a link type */
	int fd;                    /* of the file if it is read here, or the one to poll */
	bool live;
	bool promiscuous; /* this and what follows: live */
	int hardware;     /* kind of the interface, ARPHRD_*; -1: not known */
	int missed_fd[2]; /* of /sys, or -1 */
	uint64_t missed_last;
	CapDrops drops; /* so far */
	bool nanoseconds;
	int link_type;
	int known_link;  /* the last one that can be read; -1: none yet */
	int unread_link; /* the first one that cannot, */
	uint64_t unread; /* and how many packets have such a one */
	uint64_t frame;
	uint64_t done, size; /* bytes of the file */
	uint8_t head[CAP_HEAD];
	uint32_t head_len;
	CapPacketFn fn; /* while cap_source_loop runs */
	void *user;
	const volatile bool *stop;
	bool enough; /* cap_source_stop */
};

/* A source of this name that nothing was opened for yet; free with cap_source_free. */
CapSource *cap_source_new(const char *name);
/* Sets *error, with the message of printf's `format`. */
void cap_source_fail(GError **error, CapSourceErrorCode code, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
/* Notes what interface it is, to know it again. */
void cap_interface_note(CapSource *self, bool promiscuous);
/* Notes the link type; false if the tracker cannot read it. */
bool cap_source_check_link(CapSource *self, GError **error);
/* What is wrong with the archive; NULL: nothing, or it is none. */
const char *cap_source_trouble(const CapSource *self);
/* The filter for packets of this link type, compiled when the first of them comes. */
bool cap_source_use_program(CapSource *self, int link_type, GError **error);
/* A regular file that is read as it is, and is of the ordinary kind. */
static inline bool
cap_source_is_quick(const CapSource *self)
{
	return self->pcapng.none && !self->once && cap_quick_reads(self->head, self->head_len);
}

/* The same, of pcapng: its bytes are inspected on their way to libpcap, but not to quick_ng. */
static inline bool
cap_source_is_quick_ng(const CapSource *self)
{
	return !self->pcapng.none && !self->once && self->frame == 0 &&
	       cap_quick_ng_reads(self->head, self->head_len);
}
