/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The ladder of a connection: client and server as two lines, and between them what was said, an
 * arrow a message, in the order of time.
 *
 * Rows wait in the connection's buffer (OutConn.lines) until it ends, each as a LadderRow and its
 * text; OutConn.order sorts them. So a request and its answer are rows of their own, and requests
 * that were in flight together stand as they went.
 */
#pragma once

#include "output/base/sink-base.h"
#include "output/html/page.h"

enum {
	LADDER_EVENTS_MAX = SMB_CAP(200, 3), /* of a connection; then only those that are evidence */
	LADDER_PROOFS_MAX = 32,              /* of a connection */
};

typedef enum {
	LADDER_TO_SERVER,
	LADDER_TO_CLIENT,
	LADDER_NOTE, /* no message: a gap, an end */
} LadderKind;

/* What a finding says is proved by a frame of this connection. */
typedef struct {
	AuditRuleId rule; /* AUDIT_RULES: what a setting would break */
	uint64_t frame;
} LadderProof;

/* How a connection is shown. Texts and proofs are borrowed. */
typedef struct {
	uint64_t id;               /* of the anchor "ladder-1" */
	const char *capture;       /* NULL: not named */
	const LadderProof *proofs; /* NULL: none */
	uint32_t n_proofs;
} LadderShown;

/* Whether the frame is evidence; 0 is none. */
bool ladder_proves(const LadderShown *shown, uint64_t frame);

/* Rows of the events of a connection. */
void ladder_connect(OutConn *conn);
void ladder_netbios(OutConn *conn, const SmbNetbios *n);
void ladder_gap(OutConn *conn, const SmbEvent *event);
/* `fold` is NULL but for what was folded, see output/base/fold.h. */
void ladder_exchange(OutConn *conn, const SmbExchange *x, const OutFold *fold);

/* The connection ended: its heading, its ladder, its outcome. Sorts and empties the rows. */
void ladder_put(Page *page, OutConn *conn, const LadderShown *shown);
