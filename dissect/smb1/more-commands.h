/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The parse functions of the commands that work on names, ranges, searches, printers and
 * transactions, for the command table. Each cites its section where it is defined. A direction that
 * is not named here has no fields of its own (WordCount and ByteCount 0): its slot in the table
 * stays NULL. AndX: LOCKING_ANDX alone. Each needs its whole message, but for WRITE_PRINT_FILE
 * requests, whose head is enough.
 */
#pragma once

#include "dissect/smb1/message.h"

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
void
smb1_parse_message_group(Smb1Block *b); /* SEND_START_MB_MESSAGE's answer, SEND_END_MB_MESSAGE */

/* transaction.c */
void smb1_parse_transaction_request(Smb1Block *b);
void smb1_parse_transaction2_request(Smb1Block *b);
void smb1_parse_transaction_secondary_request(Smb1Block *b);
void smb1_parse_transaction2_secondary_request(Smb1Block *b);
void smb1_parse_transaction_response(Smb1Block *b); /* TRANSACTION, TRANSACTION2 */
void smb1_parse_nt_transact_request(Smb1Block *b);
void smb1_parse_nt_transact_secondary_request(Smb1Block *b);
void smb1_parse_nt_transact_response(Smb1Block *b);
