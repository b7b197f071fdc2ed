/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the command table names: the parse functions of all families, grouped by file, and the
 * bodies that the conversation needs to know. The other bodies are private to the file of their
 * family. A parse function cites its section where it is defined; a direction without a function
 * has no fields of its own (WordCount and ByteCount are 0). A body lives in the message's scratch
 * (message.h); texts and spans in it point into the message.
 *
 * Only commands.c and the files that define the functions include this header, and the conversation
 * for the bodies.
 */
#pragma once

#include "dissect/smb1/message.h"

/* NEGOTIATE ([MS-CIFS] 2.2.4.52, [MS-SMB] 2.2.4.5). */
typedef struct {
	SmbList dialects; /* items: SmbText */
} Smb1NegotiateRequest;

typedef struct {
	uint8_t form; /* WordCount: 1 core, 13 LANMAN, 17 NT */
	uint16_t dialect_index;
	bool mode_seen, capabilities_seen; /* or the capture was cut before them */
	uint16_t security_mode;
	uint16_t max_mpx_count, max_vcs, raw_mode;
	uint32_t max_buffer_size, max_raw_size;
	uint32_t session_key, capabilities;
	uint64_t system_time;     /* FILETIME; 17 words */
	uint32_t dos_time;        /* 13 words */
	int16_t server_time_zone; /* minutes from UTC */
	SmbSpan challenge;        /* 8 bytes, or absent */
	SmbText primary_domain, server;
	SmbSpan server_guid; /* extended security */
	SmbSpan security_blob;
	uint16_t security_blob_length;
} Smb1NegotiateResponse;

/* SESSION_SETUP_ANDX ([MS-CIFS] 2.2.4.53, [MS-SMB] 2.2.4.6). */
typedef struct {
	uint8_t form; /* WordCount: 10 LANMAN, 12 extended security, 13 NT */
	uint16_t max_buffer_size, max_mpx_count, vc_number;
	uint32_t session_key, capabilities;
	/* 10, 13: of the OEM (or only) and the Unicode password, as declared */
	uint16_t password_length, unicode_password_length;
	bool lengths_seen; /* or the capture was cut before them */
	SmbSpan password, unicode_password;
	uint16_t security_blob_length;
	SmbSpan security_blob;
	SmbText account, primary_domain, native_os, native_lanman;
} Smb1SessionSetupRequest;

typedef struct {
	uint16_t action; /* bit 0: logged on as guest */
	uint16_t security_blob_length;
	SmbSpan security_blob; /* absent in the form of 3 words */
	SmbText native_os, native_lanman, primary_domain;
} Smb1SessionSetupResponse;

/* TREE_CONNECT ([MS-CIFS] 2.2.4.50), TREE_CONNECT_ANDX (2.2.4.55, [MS-SMB] 2.2.4.7). */
typedef struct {
	uint16_t connect_flags;
	uint16_t password_length;
	SmbSpan password;
	SmbText path, service;
} Smb1TreeConnectRequest;

typedef struct {
	uint16_t optional_support;
	uint32_t maximal_access, guest_maximal_access;
	uint16_t max_buffer_size, tid; /* TREE_CONNECT only */
	SmbText service, native_fs;
} Smb1TreeConnectResponse;

/* negotiate.c, session-setup.c, tree.c */
void smb1_parse_negotiate_request(Smb1Block *b);
void smb1_parse_negotiate_response(Smb1Block *b);
void smb1_parse_session_setup_request(Smb1Block *b);
void smb1_parse_session_setup_response(Smb1Block *b);
void smb1_parse_tree_connect_request(Smb1Block *b);
void smb1_parse_tree_connect_response(Smb1Block *b);
void smb1_parse_tree_connect_andx_request(Smb1Block *b);
void smb1_parse_tree_connect_andx_response(Smb1Block *b);

/* open.c */
void smb1_parse_open_request(Smb1Block *b);
void smb1_parse_open_response(Smb1Block *b);
void smb1_parse_open_andx_request(Smb1Block *b);
void smb1_parse_open_andx_response(Smb1Block *b);
void smb1_parse_nt_create_andx_request(Smb1Block *b);
void smb1_parse_nt_create_andx_response(Smb1Block *b);
void smb1_parse_create_request(Smb1Block *b); /* CREATE, CREATE_NEW */
void smb1_parse_create_response(Smb1Block *b);
void smb1_parse_create_temporary_request(Smb1Block *b);
void smb1_parse_create_temporary_response(Smb1Block *b);
void smb1_parse_close_request(Smb1Block *b);

/* io.c */
void smb1_parse_read_request(Smb1Block *b); /* READ, LOCK_AND_READ */
void smb1_parse_read_response(Smb1Block *b);
void smb1_parse_read_andx_request(Smb1Block *b);
void smb1_parse_read_andx_response(Smb1Block *b);
void smb1_parse_read_raw_request(Smb1Block *b); /* READ_RAW, READ_MPX */
void smb1_parse_read_mpx_response(Smb1Block *b);
void smb1_parse_flush_request(Smb1Block *b);
void smb1_parse_seek_request(Smb1Block *b);
void smb1_parse_seek_response(Smb1Block *b);
void smb1_parse_echo_request(Smb1Block *b);
void smb1_parse_echo_response(Smb1Block *b);

/* write.c */
void smb1_parse_write_request(Smb1Block *b);  /* WRITE, WRITE_AND_UNLOCK */
void smb1_parse_write_response(Smb1Block *b); /* these, WRITE_AND_CLOSE, WRITE_COMPLETE */
void smb1_parse_write_andx_request(Smb1Block *b);
void smb1_parse_write_andx_response(Smb1Block *b);
void smb1_parse_write_raw_request(Smb1Block *b);
void smb1_parse_write_raw_response(Smb1Block *b);
void smb1_parse_write_mpx_request(Smb1Block *b);
void smb1_parse_write_mpx_response(Smb1Block *b);
void smb1_parse_write_and_close_request(Smb1Block *b);

/*
 * path.c. CHECK_DIRECTORY and DELETE_DIRECTORY have the fields of CREATE_DIRECTORY, MOVE has those
 * of COPY.
 */
void smb1_parse_directory_request(Smb1Block *b); /* CREATE_, DELETE_, CHECK_DIRECTORY */
void smb1_parse_delete_request(Smb1Block *b);
void smb1_parse_rename_request(Smb1Block *b);
void smb1_parse_nt_rename_request(Smb1Block *b);
void smb1_parse_copy_request(Smb1Block *b);  /* COPY, MOVE */
void smb1_parse_copy_response(Smb1Block *b); /* COPY, MOVE */
void smb1_parse_query_information_request(Smb1Block *b);
void smb1_parse_query_information_response(Smb1Block *b);
void smb1_parse_set_information_request(Smb1Block *b);

/* misc.c */
void smb1_parse_query_information2_request(Smb1Block *b);
void smb1_parse_query_information2_response(Smb1Block *b);
void smb1_parse_set_information2_request(Smb1Block *b);
void smb1_parse_query_information_disk_response(Smb1Block *b);
void smb1_parse_ioctl_request(Smb1Block *b);
void smb1_parse_ioctl_response(Smb1Block *b);

/* lock.c */
void smb1_parse_lock_byte_range_request(Smb1Block *b); /* LOCK_BYTE_RANGE, UNLOCK_BYTE_RANGE */
void smb1_parse_locking_andx_request(Smb1Block *b); /* also sent by the server: an oplock break */

/* search.c */
void smb1_parse_search_request(Smb1Block *b);  /* SEARCH, FIND, FIND_UNIQUE, FIND_CLOSE */
void smb1_parse_search_response(Smb1Block *b); /* SEARCH, FIND, FIND_UNIQUE, FIND_CLOSE */
void smb1_parse_find_close2_request(Smb1Block *b);
void smb1_parse_find_notify_close_request(Smb1Block *b);

/* print.c */
void smb1_parse_open_print_file_request(Smb1Block *b);
void smb1_parse_open_print_file_response(Smb1Block *b);
void smb1_parse_write_print_file_request(Smb1Block *b);
void smb1_parse_close_print_file_request(Smb1Block *b);
void smb1_parse_get_print_queue_request(Smb1Block *b);
void smb1_parse_get_print_queue_response(Smb1Block *b);

/* messenger.c */
void smb1_parse_send_message_request(Smb1Block *b);
void smb1_parse_send_start_request(Smb1Block *b);
void smb1_parse_send_text_request(Smb1Block *b);
/* The response to SEND_START_MB_MESSAGE, and SEND_END_MB_MESSAGE. */
void smb1_parse_message_group(Smb1Block *b);

/* transaction.c */
void smb1_parse_transaction_request(Smb1Block *b);
void smb1_parse_transaction2_request(Smb1Block *b);
void smb1_parse_transaction_secondary_request(Smb1Block *b);
void smb1_parse_transaction2_secondary_request(Smb1Block *b);
void smb1_parse_transaction_response(Smb1Block *b); /* TRANSACTION, TRANSACTION2 */
void smb1_parse_nt_transact_request(Smb1Block *b);
void smb1_parse_nt_transact_secondary_request(Smb1Block *b);
void smb1_parse_nt_transact_response(Smb1Block *b);

/* Fills the facts with the range that a READ or WRITE is about. */
static inline void
smb1_facts_range(Smb1Block *b, uint16_t fid, uint64_t offset, uint32_t length)
{
	b->facts->has_fid = true;
	b->facts->fid = fid;
	b->facts->offset = offset;
	b->facts->length = length;
}
