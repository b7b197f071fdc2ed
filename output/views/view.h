/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The timeline in the terms of others: Zeek's logs, the Elastic Common Schema, OCSF. A view is a
 * table of functions, one for each kind of event; what is the same in all of them (connections,
 * folding, limits, parts) is here. Views know of no secret: what --reveal-secrets adds is told by
 * smbtrail's own records alone.
 */
#pragma once

#include "output/base/sink-base.h"

typedef struct OutView OutView;

/* Any but `exchange`, `connection` and `end` may be NULL: nothing is said of that. */
typedef struct {
	bool folds; /* reads, writes and repeated requests that follow each other are one event */
	/* `fold` is NULL if the view does not fold. */
	void (*exchange)(OutView *self, OutConn *conn, const SmbExchange *x, const OutFold *fold);
	void (*netbios)(OutView *self, OutConn *conn, const SmbNetbios *n);
	void (*gap)(OutView *self, OutConn *conn, const SmbEvent *event);
	void (*datagram)(OutView *self, OutConn *conn, const SmbEvent *event);
	void (*connection)(OutView *self, OutConn *conn, const SmbConnectionInfo *info);
	/* Of the run, or of a part of the output. */
	void (*end)(OutView *self, const OutTotals *totals);
	/* What all records of a connection have, appended to a buffer once. */
	void (*ends)(OutView *self, OutBuffer *b, const SmbConnectionInfo *info);
} OutViewForm;

struct OutView {
	OutSinkBase base; /* first */
	const OutViewForm *form;
	bool tsv;          /* Zeek: lines of its logs, not JSON */
	OutBuffer scratch; /* for whoever needs one, for the length of a call */
};

/* A sink that prints such a view; `tsv` as above. */
OutSink *out_view_new(OutWriter *writer, const OutOptions *options, const OutViewForm *form,
		      bool tsv);

/*
 * Begins a record about a connection, at such a time of the capture; the caller appends it and ends
 * it with out_view_record.
 */
OutBuffer *out_view_begin(OutView *self, OutConn *conn, uint64_t time_ns);
/* What `ends` of the form wrote for this connection. */
void out_view_put_ends(OutView *self, OutBuffer *b, OutConn *conn);
/* Whether something was cut; to be asked before the record is closed, and only once. */
bool out_view_cut(OutView *self, OutBuffer *b);
/* The record and its newline are there. */
void out_view_record(OutView *self);

/* Of the request; if it was not seen of the response. */
uint64_t out_view_time(const SmbExchange *x);
/*
 * From the request to the answer, of a fold the mean; 0 if either was not seen. Whether it is known:
 * an answer may be captured before its request.
 */
bool out_view_has_rtt(const SmbExchange *x, const OutFold *fold);
uint64_t out_view_rtt(const SmbExchange *x, const OutFold *fold);
/* An exchange that the server granted, or would have: answered, and not with an error. */
bool out_view_succeeded(const SmbExchange *x);
/* Refused: by its status, with the chain before it, or by the service behind a pipe. */
static inline bool
out_view_refused(const SmbExchange *x)
{
	return x->failed || x->not_executed || smb_rpc_failed(x->rpc);
}
/* Why: the status, or "ERROR_ACCESS_DENIED" of a call over a pipe, "bind refused". */
void out_view_reason(OutBuffer *b, const SmbExchange *x);

/* What is done with files. */
typedef enum {
	OUT_DEED_NONE,
	OUT_DEED_OPEN,
	OUT_DEED_READ,
	OUT_DEED_WRITE,
	OUT_DEED_CLOSE,
	OUT_DEED_DELETE,
	OUT_DEED_RENAME,
	OUT_DEED_SET,  /* times, sizes and other attributes */
	OUT_DEED_MAKE, /* a directory, by a command of SMB1 that makes one */
} OutDeed;
OutDeed out_view_deed(const SmbExchange *x);
/* What was done, in a word: that of its step, but for "delete", "rename", "set" and "make". */
const char *out_view_action(const SmbExchange *x);
/* An open that deletes the file when it is closed; access for a deletion is not enough. */
bool out_view_deletes_on_close(const SmbExchange *x);
/* The file, path or pattern that it is about, as it was called before; absent: none is known. */
SmbText out_view_name(const SmbExchange *x);
/*
 * What is behind the last separator of a path; behind the last dot of that; and behind its first
 * colon, the name of a stream ([MS-FSCC] 2.1.5) without its type. What it does not have is absent.
 */
typedef struct {
	SmbText base, extension, stream;
} OutPathParts;
OutPathParts out_view_parts(SmbText path);
/* Whether there is an open file, or a path, on something that is not a pipe. */
bool out_view_is_file(const SmbExchange *x);
/* Of its file: at the open. False if it is not known. */
bool out_view_size(const SmbExchange *x, uint64_t *ret_size);
/* The same after the exchange: not known any more once it was written to, until somebody says it. */
bool out_view_size_now(const SmbExchange *x, uint64_t *ret_size);
bool out_view_is_directory(const SmbExchange *x);
/* What became of a connection: what its client came for, something else, or that is not known. */
typedef enum { OUT_FATE_UNKNOWN, OUT_FATE_SUCCESS, OUT_FATE_FAILURE } OutFate;
OutFate out_view_fate(const SmbConnectionInfo *info);
/* The logon that it decided: that of a session, or of a tree at share level; NULL: none. */
const SmbAuth *out_view_logon(const SmbExchange *x);
/*
 * `,"function":"word","about":"word","target":"path"` of a transaction: its subcommand; its level,
 * function of RAP or control code; and where a DFS referral leads. What it does not have is left out.
 */
void out_view_put_function(OutBuffer *b, const SmbExchange *x);
/* Payload that a side sent, of which not all may have been captured. */
static inline uint64_t
out_view_sent(const SmbConnectionInfo *info, SmbDir dir)
{
	return info->bytes[dir] + info->segments[dir].missing;
}
/* Who did it; NULL: not known. */
const SmbAuth *out_view_user(const SmbConnectionInfo *info, const SmbExchange *x);

/* "\\SERVER\SHARE\name" as a JSON string, of what is known of it. */
void out_view_path_json(OutBuffer *b, SmbText share, SmbText name);
/* `,"key":number`, left out beyond 2^63 - 1, which no reader has a type for. */
void out_view_number(OutBuffer *b, const char *key, uint64_t v);
/* `,"key":"text"`; nothing if it is empty. */
void out_view_text(OutBuffer *b, const char *key, SmbText text);
/* `,"key":"NAME<20>"`; nothing if it is empty. */
void out_view_netbios_name(OutBuffer *b, const char *key, SmbText name, uint8_t suffix);
/* `,"key":"word"`, of a word of our own; nothing if it is NULL. */
void out_view_word(OutBuffer *b, const char *key, const char *word);
/* "SMB2_COMMAND_CREATE" in quotes, as EVE spells it. */
void out_view_command(OutBuffer *b, const SmbExchange *x);

/* Zeek: JSON lines, each with its log in `_path`. */
OutSink *out_zeek_json_new(OutWriter *writer, const OutOptions *options);
/*
 * Zeek: lines of its logs, with the name of the log and a tab before each, for a destination that
 * tells them apart (cli/report/logs.h).
 */
OutSink *out_zeek_tsv_new(OutWriter *writer, const OutOptions *options);
/* Their names, of the first one on: "conn", "ntlm" ... */
enum { OUT_ZEEK_LOGS = 6 };
const char *out_zeek_log_name(unsigned log);
/* The lines before the first one of a log, by its name; of its first record, in seconds since 1970. */
bool out_zeek_header(OutBuffer *b, const char *log, uint64_t seconds);
/* The line after the last one. */
void out_zeek_footer(OutBuffer *b, uint64_t seconds);

/* Elastic Common Schema. */
OutSink *out_ecs_new(OutWriter *writer, const OutOptions *options);
/* Open Cybersecurity Schema Framework. */
OutSink *out_ocsf_new(OutWriter *writer, const OutOptions *options);
