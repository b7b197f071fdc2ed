/* SPDX-License-Identifier: BSD-3-Clause */
#include "dissect/smb1/commands.h"
#include "dissect/smb1/more-commands.h"
#include "dissect/wire/codes.h"

/* WordCounts that a direction of a command has; 63 stands for all above it too. */
#define WORDS(n) (UINT64_C(1) << (n))
#define WORDS_FROM(n) (~UINT64_C(0) << (n))

#define BOTH(command)                                                           \
	{                                                                       \
		smb1_parse_##command##_request, smb1_parse_##command##_response \
	}
#define ASKED(command)                               \
	{                                            \
		smb1_parse_##command##_request, NULL \
	}

#define HEAD_ASKED                            \
	{                                     \
		SMB1_NEED_HEAD, SMB1_NEED_ALL \
	}
#define HEAD_ANSWERED                         \
	{                                     \
		SMB1_NEED_ALL, SMB1_NEED_HEAD \
	}

/*
 * Codes: [MS-CIFS] 2.2.2.1. WordCounts: the section of each command there, and [MS-SMB] 2.2.4 where
 * it adds a form.
 */
static const Smb1Command commands[256] = {
	[SMB_COM_CREATE_DIRECTORY] = { .parse = ASKED(directory), /* CREATE_DIRECTORY */
				       .forms = { WORDS(0), WORDS(0) },
				       .step = SMB_STEP_PATH },
	[SMB_COM_DELETE_DIRECTORY] = { .parse = ASKED(directory), /* DELETE_DIRECTORY */
				       .forms = { WORDS(0), WORDS(0) },
				       .step = SMB_STEP_PATH },
	[SMB_COM_OPEN] = { .parse = BOTH(open),
			   .forms = { WORDS(2), WORDS(7) },
			   .step = SMB_STEP_OPEN },
	[SMB_COM_CREATE] = { .parse = BOTH(create),
			     .forms = { WORDS(3), WORDS(1) },
			     .step = SMB_STEP_OPEN },
	[SMB_COM_CLOSE] = { .parse = ASKED(close),
			    .forms = { WORDS(3), WORDS(0) },
			    .step = SMB_STEP_CLOSE },
	[SMB_COM_FLUSH] = { .parse = ASKED(flush),
			    .forms = { WORDS(1), WORDS(0) },
			    .step = SMB_STEP_OTHER },
	[SMB_COM_DELETE] = { .parse = ASKED(delete),
			     .forms = { WORDS(1), WORDS(0) },
			     .step = SMB_STEP_PATH },
	[SMB_COM_RENAME] = { .parse = ASKED(rename),
			     .forms = { WORDS(1), WORDS(0) },
			     .step = SMB_STEP_PATH },
	[SMB_COM_QUERY_INFORMATION] = { .parse = BOTH(query_information),
					.forms = { WORDS(0), WORDS(10) },
					.step = SMB_STEP_PATH },
	[SMB_COM_SET_INFORMATION] = { .parse = ASKED(set_information),
				      .forms = { WORDS(8), WORDS(0) },
				      .step = SMB_STEP_PATH },
	[SMB_COM_READ] = { .parse = BOTH(read),
			   .forms = { WORDS(5), WORDS(5) },
			   .need = HEAD_ANSWERED,
			   .step = SMB_STEP_READ },
	[SMB_COM_WRITE] = { .parse = BOTH(write),
			    .forms = { WORDS(5), WORDS(1) },
			    .need = HEAD_ASKED,
			    .step = SMB_STEP_WRITE },
	[SMB_COM_LOCK_BYTE_RANGE] = { .parse = ASKED(lock_byte_range),
				      .forms = { WORDS(5), WORDS(0) },
				      .step = SMB_STEP_LOCK },
	[SMB_COM_UNLOCK_BYTE_RANGE] = { .parse = ASKED(lock_byte_range), /* UNLOCK_BYTE_RANGE */
					.forms = { WORDS(5), WORDS(0) },
					.step = SMB_STEP_LOCK },
	[SMB_COM_CREATE_TEMPORARY] = { .parse = BOTH(create_temporary),
				       .forms = { WORDS(3), WORDS(1) },
				       .step = SMB_STEP_OPEN },
	[SMB_COM_CREATE_NEW] = { .parse = BOTH(create), /* CREATE_NEW */
				 .forms = { WORDS(3), WORDS(1) },
				 .step = SMB_STEP_OPEN },
	[SMB_COM_CHECK_DIRECTORY] = { .parse = ASKED(directory), /* CHECK_DIRECTORY */
				      .forms = { WORDS(0), WORDS(0) },
				      .step = SMB_STEP_PATH },
	[SMB_COM_PROCESS_EXIT] = { .forms = { WORDS(0), WORDS(0) },
				   .step = SMB_STEP_OTHER }, /* PROCESS_EXIT */
	[SMB_COM_SEEK] = { .parse = BOTH(seek),
			   .forms = { WORDS(4), WORDS(2) },
			   .step = SMB_STEP_OTHER },
	[SMB_COM_LOCK_AND_READ] = { .parse = BOTH(read), /* LOCK_AND_READ */
				    .forms = { WORDS(5), WORDS(5) },
				    .need = HEAD_ANSWERED,
				    .step = SMB_STEP_READ },
	[SMB_COM_WRITE_AND_UNLOCK] = { .parse = BOTH(write), /* WRITE_AND_UNLOCK */
				       .forms = { WORDS(5), WORDS(1) },
				       .need = HEAD_ASKED,
				       .step = SMB_STEP_WRITE },
	[SMB_COM_READ_RAW] = { .parse = ASKED(read_raw), /* the answer has no SMB header */
			       .forms = { WORDS(8) | WORDS(10), 0 },
			       .step = SMB_STEP_READ },
	[SMB_COM_READ_MPX] = { .parse = { smb1_parse_read_raw_request,
					  smb1_parse_read_mpx_response },
			       .forms = { WORDS(8), WORDS(8) },
			       .need = HEAD_ANSWERED,
			       .step = SMB_STEP_READ },
	[SMB_COM_READ_MPX_SECONDARY] = { .step = SMB_STEP_READ }, /* READ_MPX_SECONDARY: never used */
	[SMB_COM_WRITE_RAW] = { .parse = BOTH(write_raw),
				.forms = { WORDS(12) | WORDS(14), WORDS(1) },
				.need = HEAD_ASKED,
				.step = SMB_STEP_WRITE },
	[SMB_COM_WRITE_MPX] = { .parse = BOTH(write_mpx),
				.forms = { WORDS(12), WORDS(2) },
				.need = HEAD_ASKED,
				.step = SMB_STEP_WRITE },
	[SMB_COM_WRITE_MPX_SECONDARY] = { .step = SMB_STEP_WRITE }, /* WRITE_MPX_SECONDARY: never used */
	[SMB_COM_WRITE_COMPLETE] = { .parse = { NULL,
						smb1_parse_write_response }, /* WRITE_COMPLETE: the last answer to WRITE_RAW */
				     .forms = { 0, WORDS(1) },
				     .step = SMB_STEP_WRITE },
	[SMB_COM_QUERY_SERVER] = { .step = SMB_STEP_OTHER }, /* QUERY_SERVER */
	[SMB_COM_SET_INFORMATION2] = { .parse = ASKED(set_information2),
				       .forms = { WORDS(7), WORDS(0) },
				       .step = SMB_STEP_PATH },
	[SMB_COM_QUERY_INFORMATION2] = { .parse = BOTH(query_information2),
					 .forms = { WORDS(1), WORDS(11) },
					 .step = SMB_STEP_PATH },
	[SMB_COM_LOCKING_ANDX] = { .parse = ASKED(locking_andx),
				   .andx = true,
				   .forms = { WORDS(8), WORDS(2) },
				   .step = SMB_STEP_LOCK },
	[SMB_COM_TRANSACTION] = { .parse = BOTH(transaction),
				  .forms = { WORDS_FROM(14), WORDS(0) | WORDS_FROM(10) },
				  .step = SMB_STEP_TRANSACTION },
	[SMB_COM_TRANSACTION_SECONDARY] = { .parse = { smb1_parse_transaction_secondary_request,
						       smb1_parse_transaction_response },
					    .forms = { WORDS(8) | WORDS(9),
						       WORDS(0) | WORDS_FROM(10) },
					    .step = SMB_STEP_TRANSACTION },
	[SMB_COM_IOCTL] = { .parse = BOTH(ioctl),
			    .forms = { WORDS(3) | WORDS(14), WORDS(8) }, /* 3: clients of Samba */
			    .step = SMB_STEP_OTHER },
	[SMB_COM_IOCTL_SECONDARY] = { .step = SMB_STEP_OTHER }, /* IOCTL_SECONDARY */
	[SMB_COM_COPY] = { .parse = BOTH(copy),
			   .forms = { WORDS(3), WORDS(1) },
			   .step = SMB_STEP_PATH },
	[SMB_COM_MOVE] = { .parse = BOTH(copy), /* MOVE */
			   .forms = { WORDS(3), WORDS(1) },
			   .step = SMB_STEP_PATH },
	[SMB_COM_ECHO] = { .parse = BOTH(echo),
			   .forms = { WORDS(1), WORDS(1) },
			   .step = SMB_STEP_ECHO },
	[SMB_COM_WRITE_AND_CLOSE] = { .parse = { smb1_parse_write_and_close_request,
						 smb1_parse_write_response },
				      .forms = { WORDS(6) | WORDS(12), WORDS(1) },
				      .need = HEAD_ASKED,
				      .step = SMB_STEP_WRITE },
	[SMB_COM_OPEN_ANDX] = { .parse = BOTH(open_andx),
				.andx = true,
				.forms = { WORDS(15), WORDS(15) | WORDS(19) },
				.step = SMB_STEP_OPEN },
	[SMB_COM_READ_ANDX] = { .parse = BOTH(read_andx),
				.andx = true,
				.forms = { WORDS(10) | WORDS(12), WORDS(12) },
				.need = HEAD_ANSWERED,
				.step = SMB_STEP_READ },
	[SMB_COM_WRITE_ANDX] = { .parse = BOTH(write_andx),
				 .andx = true,
				 .forms = { WORDS(12) | WORDS(14), WORDS(6) },
				 .need = HEAD_ASKED,
				 .step = SMB_STEP_WRITE },
	[SMB_COM_NEW_FILE_SIZE] = { .step = SMB_STEP_OTHER },       /* NEW_FILE_SIZE */
	[SMB_COM_CLOSE_AND_TREE_DISC] = { .step = SMB_STEP_CLOSE }, /* CLOSE_AND_TREE_DISC */
	[SMB_COM_TRANSACTION2] = { .parse = { smb1_parse_transaction2_request,
					      smb1_parse_transaction_response },
				   .forms = { WORDS_FROM(14), WORDS(0) | WORDS_FROM(10) },
				   .step = SMB_STEP_TRANSACTION },
	[SMB_COM_TRANSACTION2_SECONDARY] = { .parse = { smb1_parse_transaction2_secondary_request,
							smb1_parse_transaction_response },
					     .forms = { WORDS(8) | WORDS(9),
							WORDS(0) | WORDS_FROM(10) },
					     .step = SMB_STEP_TRANSACTION },
	[SMB_COM_FIND_CLOSE2] = { .parse = ASKED(find_close2),
				  .forms = { WORDS(1), WORDS(0) },
				  .step = SMB_STEP_SEARCH },
	[SMB_COM_FIND_NOTIFY_CLOSE] = { .parse = ASKED(find_notify_close),
					.forms = { WORDS(1), WORDS(0) },
					.step = SMB_STEP_SEARCH },
	[SMB_COM_TREE_CONNECT] = { .parse = BOTH(tree_connect),
				   .forms = { WORDS(0), WORDS(2) },
				   .step = SMB_STEP_TREE_CONNECT },
	[SMB_COM_TREE_DISCONNECT] = { .forms = { WORDS(0), WORDS(0) },
				      .step = SMB_STEP_TREE_DISCONNECT },
	[SMB_COM_NEGOTIATE] = { .parse = BOTH(negotiate),
				.forms = { WORDS(0), WORDS(1) | WORDS(13) | WORDS(17) },
				.step = SMB_STEP_NEGOTIATE },
	[SMB_COM_SESSION_SETUP_ANDX] = { .parse = BOTH(session_setup),
					 .andx = true,
					 .forms = { WORDS(10) | WORDS(12) | WORDS(13),
						    WORDS(3) | WORDS(4) },
					 .step = SMB_STEP_SESSION_SETUP },
	[SMB_COM_LOGOFF_ANDX] = { .andx = true,
				  .forms = { WORDS(2), WORDS(0) | WORDS(2) },
				  .step = SMB_STEP_LOGOFF },
	[SMB_COM_TREE_CONNECT_ANDX] = { .parse = BOTH(tree_connect_andx),
					.andx = true,
					.forms = { WORDS(4), WORDS(2) | WORDS(3) | WORDS(7) },
					.step = SMB_STEP_TREE_CONNECT },
	[SMB_COM_SECURITY_PACKAGE_ANDX] = { .andx = true,
					    .step = SMB_STEP_OTHER }, /* SECURITY_PACKAGE_ANDX */
	[SMB_COM_QUERY_INFORMATION_DISK] = { .parse = { NULL,
							smb1_parse_query_information_disk_response },
					     .forms = { WORDS(0), WORDS(5) },
					     .step = SMB_STEP_PATH },
	[SMB_COM_SEARCH] = { .parse = BOTH(search),
			     .forms = { WORDS(2), WORDS(1) },
			     .step = SMB_STEP_SEARCH },
	[SMB_COM_FIND] = { .parse = BOTH(search), /* FIND */
			   .forms = { WORDS(2), WORDS(1) },
			   .step = SMB_STEP_SEARCH },
	[SMB_COM_FIND_UNIQUE] = { .parse = BOTH(search), /* FIND_UNIQUE */
				  .forms = { WORDS(2), WORDS(1) },
				  .step = SMB_STEP_SEARCH },
	[SMB_COM_FIND_CLOSE] = { .parse = BOTH(search), /* FIND_CLOSE */
				 .forms = { WORDS(2), WORDS(1) },
				 .step = SMB_STEP_SEARCH },
	[SMB_COM_NT_TRANSACT] = { .parse = BOTH(nt_transact),
				  .forms = { WORDS_FROM(19), WORDS(0) | WORDS_FROM(18) },
				  .step = SMB_STEP_TRANSACTION },
	[SMB_COM_NT_TRANSACT_SECONDARY] = { .parse = { smb1_parse_nt_transact_secondary_request,
						       smb1_parse_nt_transact_response },
					    .forms = { WORDS(18), WORDS(0) | WORDS_FROM(18) },
					    .step = SMB_STEP_TRANSACTION },
	[SMB_COM_NT_CREATE_ANDX] = { .parse = BOTH(nt_create_andx),
				     .andx = true,
				     .forms = { WORDS(24), WORDS(34) | WORDS(42) | WORDS(50) },
				     .understated = { 42,
						      50 }, /* [MS-SMB] 2.2.4.9.2, its note on Windows */
				     .step = SMB_STEP_OPEN },
	[SMB_COM_NT_CANCEL] = { .forms = { WORDS(0), WORDS(0) }, .step = SMB_STEP_CANCEL },
	[SMB_COM_NT_RENAME] = { .parse = ASKED(nt_rename),
				.forms = { WORDS(4), WORDS(0) },
				.step = SMB_STEP_PATH },
	[SMB_COM_OPEN_PRINT_FILE] = { .parse = BOTH(open_print_file),
				      .forms = { WORDS(2), WORDS(1) },
				      .step = SMB_STEP_OPEN },
	[SMB_COM_WRITE_PRINT_FILE] = { .parse = ASKED(write_print_file),
				       .forms = { WORDS(1), WORDS(0) },
				       .step = SMB_STEP_WRITE },
	[SMB_COM_CLOSE_PRINT_FILE] = { .parse = ASKED(close_print_file),
				       .forms = { WORDS(1) | WORDS(3),
						  WORDS(0) }, /* 3: clients of Samba */
				       .step = SMB_STEP_CLOSE },
	[SMB_COM_GET_PRINT_QUEUE] = { .parse = BOTH(get_print_queue),
				      .forms = { WORDS(2), WORDS(2) },
				      .step = SMB_STEP_OTHER },
	/* [MS-MSRP] 2.2.3 */
	[SMB_COM_SEND_MESSAGE] = { .parse = ASKED(send_message),
				   .forms = { WORDS(0), WORDS(0) },
				   .step = SMB_STEP_OTHER },
	[SMB_COM_SEND_START_MB_MESSAGE] = { .parse = { smb1_parse_send_start_request,
						       smb1_parse_message_group },
					    .forms = { WORDS(0), WORDS(1) },
					    .step = SMB_STEP_OTHER },
	[SMB_COM_SEND_END_MB_MESSAGE] = { .parse = { smb1_parse_message_group, NULL },
					  .forms = { WORDS(1), WORDS(0) },
					  .step = SMB_STEP_OTHER },
	[SMB_COM_SEND_TEXT_MB_MESSAGE] = { .parse = ASKED(send_text),
					   .forms = { WORDS(1), WORDS(0) },
					   .step = SMB_STEP_OTHER },
};

const Smb1Command *
smb1_command(uint8_t code)
{
	return &commands[code];
}
