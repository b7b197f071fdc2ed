/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What sessions.c and handles.c share: two tables of a fixed size that belong to the context. An
 * entry's place follows from its key, and whoever comes takes the place, unless that would take from
 * another server what it has. What is lost that way is counted when somebody asks for it: until then
 * nobody can have missed it.
 */
#pragma once

#include "dissect/conversation/state/attempt.h"

#include <glib.h>

enum {
	SESSIONS = SMB_CAP(64, 2), /* powers of two */
	TREES = SMB_CAP(8, 2),
	HANDLES = SMB_CAP(1024, 2),
	PIPES = SMB_CAP(64, 1), /* of these, with what was called on them: each has some KiB */
	DONE = SMB_CAP(32, 2),
	LOST = SMB_CAP(1 << 16, 64), /* bits */
};

typedef enum { SHARED_SESSION, SHARED_FILE } SharedKind;

/* A name that was opened or connected to, when, and on which connection. */
typedef struct {
	uint64_t name, time_ns, connection;
} Done;

typedef struct {
	uint64_t realm, id;
	uint8_t client[16], server[16]; /* addresses of the connection that set it up */
	SmbUserEntry *user;             /* counted; NULL: the place is free */
	SmbTreeEntry *trees[TREES];
	uint32_t next_tree;
	uint32_t channels; /* connections that have it */
	bool several;      /* it has, or had, more than one */
	bool leases;       /* a file was opened in it with a lease */
	bool trees_lost;   /* there were more trees */
	/* With several channels: what they did last. Owned, DONE of them; NULL: nothing yet. */
	Done *done;
	uint32_t next_done;
} Session;

typedef struct {
	uint64_t realm, session, fid, persistent;
	uint8_t server[16]; /* address of the connection that opened it */
	SmbString *name;    /* owned; NULL: the place is free */
	SmbUserEntry *user; /* counted, who opened it; NULL: not known */
	SmbTreeEntry *tree; /* the same */
	SmbPipe *calls;     /* DCE/RPC on it, counted; NULL: none so far, or there was no room */
	uint32_t place;     /* in SmbShared.pipes, if it has calls */
	bool directory, pipe;
	uint64_t client; /* by its GUID, whose leases are the same on all connections; 0: unknown */
	bool left;       /* its session has no connection any more: nobody answers for it */
	bool lease, shared_oplock, delete_on_close, has_resume_key; /* as in SmbFileEntry */
	uint8_t lease_key[16], resume_key[24];
} Handle;

struct SmbShared {
	Session sessions[SESSIONS];
	uint16_t leases[HANDLES]; /* by key: how many handles have one that may be it */
	Handle *handles;          /* owned, HANDLES of them; NULL: no file was opened yet */
	Handle *pipes[PIPES];     /* those that have calls; NULL: free */
	uint32_t next_pipe;       /* that makes room */
	/* A bit for each key whose entry had to go while it may have been of use; never cleared. */
	uint8_t lost[LOST / 8];
};

/* The server that ids belong to: by its GUID, which all of its addresses share. */
uint64_t smb_shared_realm(SmbConnection *c);
/* The tables; made by the first who asks. */
SmbShared *smb_shared_tables(SmbConnection *c);
/* The session of that number, if it has not ended; NULL. */
Session *smb_shared_find(SmbConnection *c, uint64_t id);
/* An entry is given up. `kind` tells keys of sessions and files apart. */
void smb_shared_lost(SmbConnection *c, SharedKind kind, uint64_t realm, uint64_t id);
/* It is asked for, and is not there: counted, if it was given up, or is elsewhere. */
void smb_shared_missed(SmbConnection *c, SharedKind kind, uint64_t id);
/* Whether one of the connection's sessions may have another channel. */
bool smb_shared_has_channels(SmbConnection *c);
/* For sessions.c: the session's last channel is gone; the context ends. */
void smb_shared_leave_files(SmbConnection *c, uint64_t session);
void smb_shared_free_files(SmbContext *context);
