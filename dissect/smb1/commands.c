/* SPDX-License-Identifier: BSD-3-Clause */
#include "dissect/smb1/commands.h"
#include "dissect/smb1/more-commands.h"

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
	[0x00] = { .parse = ASKED(directory), /* CREATE_DIRECTORY */
		   .forms = { WORDS(0), WORDS(0) },
		   .step = SMB_STEP_PATH },
	[0x01] = { .parse = ASKED(directory), /* DELETE_DIRECTORY */
		   .forms = { WORDS(0), WORDS(0) },
		   .step = SMB_STEP_PATH },
	[0x02] = { .parse = BOTH(open), .forms = { WORDS(2), WORDS(7) }, .step = SMB_STEP_OPEN },
	[0x03] = { .parse = BOTH(create), .forms = { WORDS(3), WORDS(1) }, .step = SMB_STEP_OPEN },
	[0x04] = { .parse = ASKED(close), .forms = { WORDS(3), WORDS(0) }, .step = SMB_STEP_CLOSE },
	[0x05] = { .parse = ASKED(flush), .forms = { WORDS(1), WORDS(0) }, .step = SMB_STEP_OTHER },
	[0x06] = { .parse = ASKED(delete), .forms = { WORDS(1), WORDS(0) }, .step = SMB_STEP_PATH },
	[0x07] = { .parse = ASKED(rename), .forms = { WORDS(1), WORDS(0) }, .step = SMB_STEP_PATH },
	[0x08] = { .parse = BOTH(query_information),
		   .forms = { WORDS(0), WORDS(10) },
		   .step = SMB_STEP_PATH },
	[0x09] = { .parse = ASKED(set_information),
		   .forms = { WORDS(8), WORDS(0) },
		   .step = SMB_STEP_PATH },
	[0x0A] = { .parse = BOTH(read),
		   .forms = { WORDS(5), WORDS(5) },
		   .need = HEAD_ANSWERED,
		   .step = SMB_STEP_READ },
	[0x0B] = { .parse = BOTH(write),
		   .forms = { WORDS(5), WORDS(1) },
		   .need = HEAD_ASKED,
		   .step = SMB_STEP_WRITE },
	[0x0C] = { .parse = ASKED(lock_byte_range),
		   .forms = { WORDS(5), WORDS(0) },
		   .step = SMB_STEP_LOCK },
	[0x0D] = { .parse = ASKED(lock_byte_range), /* UNLOCK_BYTE_RANGE */
		   .forms = { WORDS(5), WORDS(0) },
		   .step = SMB_STEP_LOCK },
	[0x0E] = { .parse = BOTH(create_temporary),
		   .forms = { WORDS(3), WORDS(1) },
		   .step = SMB_STEP_OPEN },
	[0x0F] = { .parse = BOTH(create), /* CREATE_NEW */
		   .forms = { WORDS(3), WORDS(1) },
		   .step = SMB_STEP_OPEN },
	[0x10] = { .parse = ASKED(directory), /* CHECK_DIRECTORY */
		   .forms = { WORDS(0), WORDS(0) },
		   .step = SMB_STEP_PATH },
	[0x11] = { .forms = { WORDS(0), WORDS(0) }, .step = SMB_STEP_OTHER }, /* PROCESS_EXIT */
	[0x12] = { .parse = BOTH(seek), .forms = { WORDS(4), WORDS(2) }, .step = SMB_STEP_OTHER },
	[0x13] = { .parse = BOTH(read), /* LOCK_AND_READ */
		   .forms = { WORDS(5), WORDS(5) },
		   .need = HEAD_ANSWERED,
		   .step = SMB_STEP_READ },
	[0x14] = { .parse = BOTH(write), /* WRITE_AND_UNLOCK */
		   .forms = { WORDS(5), WORDS(1) },
		   .need = HEAD_ASKED,
		   .step = SMB_STEP_WRITE },
	[0x1A] = { .parse = ASKED(read_raw), /* the answer has no SMB header */
		   .forms = { WORDS(8) | WORDS(10), 0 },
		   .step = SMB_STEP_READ },
	[0x1B] = { .parse = { smb1_parse_read_raw_request, smb1_parse_read_mpx_response },
		   .forms = { WORDS(8), WORDS(8) },
		   .need = HEAD_ANSWERED,
		   .step = SMB_STEP_READ },
	[0x1C] = { .step = SMB_STEP_READ }, /* READ_MPX_SECONDARY: never used */
	[0x1D] = { .parse = BOTH(write_raw),
		   .forms = { WORDS(12) | WORDS(14), WORDS(1) },
		   .need = HEAD_ASKED,
		   .step = SMB_STEP_WRITE },
	[0x1E] = { .parse = BOTH(write_mpx),
		   .forms = { WORDS(12), WORDS(2) },
		   .need = HEAD_ASKED,
		   .step = SMB_STEP_WRITE },
	[0x1F] = { .step = SMB_STEP_WRITE }, /* WRITE_MPX_SECONDARY: never used */
	[0x20] = { .parse = { NULL,
			      smb1_parse_write_response }, /* WRITE_COMPLETE: the last answer to WRITE_RAW */
		   .forms = { 0, WORDS(1) },
		   .step = SMB_STEP_WRITE },
	[0x21] = { .step = SMB_STEP_OTHER }, /* QUERY_SERVER */
	[0x22] = { .parse = ASKED(set_information2),
		   .forms = { WORDS(7), WORDS(0) },
		   .step = SMB_STEP_PATH },
	[0x23] = { .parse = BOTH(query_information2),
		   .forms = { WORDS(1), WORDS(11) },
		   .step = SMB_STEP_PATH },
	[0x24] = { .parse = ASKED(locking_andx),
		   .andx = true,
		   .forms = { WORDS(8), WORDS(2) },
		   .step = SMB_STEP_LOCK },
	[0x25] = { .parse = BOTH(transaction),
		   .forms = { WORDS_FROM(14), WORDS(0) | WORDS_FROM(10) },
		   .step = SMB_STEP_TRANSACTION },
	[0x26] = { .parse = { smb1_parse_transaction_secondary_request,
			      smb1_parse_transaction_response },
		   .forms = { WORDS(8) | WORDS(9), WORDS(0) | WORDS_FROM(10) },
		   .step = SMB_STEP_TRANSACTION },
	[0x27] = { .parse = BOTH(ioctl),
		   .forms = { WORDS(3) | WORDS(14), WORDS(8) }, /* 3: clients of Samba */
		   .step = SMB_STEP_OTHER },
	[0x28] = { .step = SMB_STEP_OTHER }, /* IOCTL_SECONDARY */
	[0x29] = { .parse = BOTH(copy), .forms = { WORDS(3), WORDS(1) }, .step = SMB_STEP_PATH },
	[0x2A] = { .parse = BOTH(copy), /* MOVE */
		   .forms = { WORDS(3), WORDS(1) },
		   .step = SMB_STEP_PATH },
	[0x2B] = { .parse = BOTH(echo), .forms = { WORDS(1), WORDS(1) }, .step = SMB_STEP_ECHO },
	[0x2C] = { .parse = { smb1_parse_write_and_close_request, smb1_parse_write_response },
		   .forms = { WORDS(6) | WORDS(12), WORDS(1) },
		   .need = HEAD_ASKED,
		   .step = SMB_STEP_WRITE },
	[0x2D] = { .parse = BOTH(open_andx),
		   .andx = true,
		   .forms = { WORDS(15), WORDS(15) | WORDS(19) },
		   .step = SMB_STEP_OPEN },
	[0x2E] = { .parse = BOTH(read_andx),
		   .andx = true,
		   .forms = { WORDS(10) | WORDS(12), WORDS(12) },
		   .need = HEAD_ANSWERED,
		   .step = SMB_STEP_READ },
	[0x2F] = { .parse = BOTH(write_andx),
		   .andx = true,
		   .forms = { WORDS(12) | WORDS(14), WORDS(6) },
		   .need = HEAD_ASKED,
		   .step = SMB_STEP_WRITE },
	[0x30] = { .step = SMB_STEP_OTHER }, /* NEW_FILE_SIZE */
	[0x31] = { .step = SMB_STEP_CLOSE }, /* CLOSE_AND_TREE_DISC */
	[0x32] = { .parse = { smb1_parse_transaction2_request, smb1_parse_transaction_response },
		   .forms = { WORDS_FROM(14), WORDS(0) | WORDS_FROM(10) },
		   .step = SMB_STEP_TRANSACTION },
	[0x33] = { .parse = { smb1_parse_transaction2_secondary_request,
			      smb1_parse_transaction_response },
		   .forms = { WORDS(8) | WORDS(9), WORDS(0) | WORDS_FROM(10) },
		   .step = SMB_STEP_TRANSACTION },
	[0x34] = { .parse = ASKED(find_close2),
		   .forms = { WORDS(1), WORDS(0) },
		   .step = SMB_STEP_SEARCH },
	[0x35] = { .parse = ASKED(find_notify_close),
		   .forms = { WORDS(1), WORDS(0) },
		   .step = SMB_STEP_SEARCH },
	[0x70] = { .parse = BOTH(tree_connect),
		   .forms = { WORDS(0), WORDS(2) },
		   .step = SMB_STEP_TREE_CONNECT },
	[0x71] = { .forms = { WORDS(0), WORDS(0) }, .step = SMB_STEP_TREE_DISCONNECT },
	[0x72] = { .parse = BOTH(negotiate),
		   .forms = { WORDS(0), WORDS(1) | WORDS(13) | WORDS(17) },
		   .step = SMB_STEP_NEGOTIATE },
	[0x73] = { .parse = BOTH(session_setup),
		   .andx = true,
		   .forms = { WORDS(10) | WORDS(12) | WORDS(13), WORDS(3) | WORDS(4) },
		   .step = SMB_STEP_SESSION_SETUP },
	[0x74] = { .andx = true,
		   .forms = { WORDS(2), WORDS(0) | WORDS(2) },
		   .step = SMB_STEP_LOGOFF },
	[0x75] = { .parse = BOTH(tree_connect_andx),
		   .andx = true,
		   .forms = { WORDS(4), WORDS(2) | WORDS(3) | WORDS(7) },
		   .step = SMB_STEP_TREE_CONNECT },
	[0x7E] = { .andx = true, .step = SMB_STEP_OTHER }, /* SECURITY_PACKAGE_ANDX */
	[0x80] = { .parse = { NULL, smb1_parse_query_information_disk_response },
		   .forms = { WORDS(0), WORDS(5) },
		   .step = SMB_STEP_PATH },
	[0x81] = { .parse = BOTH(search), .forms = { WORDS(2), WORDS(1) }, .step = SMB_STEP_SEARCH },
	[0x82] = { .parse = BOTH(search), /* FIND */
		   .forms = { WORDS(2), WORDS(1) },
		   .step = SMB_STEP_SEARCH },
	[0x83] = { .parse = BOTH(search), /* FIND_UNIQUE */
		   .forms = { WORDS(2), WORDS(1) },
		   .step = SMB_STEP_SEARCH },
	[0x84] = { .parse = BOTH(search), /* FIND_CLOSE */
		   .forms = { WORDS(2), WORDS(1) },
		   .step = SMB_STEP_SEARCH },
	[0xA0] = { .parse = BOTH(nt_transact),
		   .forms = { WORDS_FROM(19), WORDS(0) | WORDS_FROM(18) },
		   .step = SMB_STEP_TRANSACTION },
	[0xA1] = { .parse = { smb1_parse_nt_transact_secondary_request,
			      smb1_parse_nt_transact_response },
		   .forms = { WORDS(18), WORDS(0) | WORDS_FROM(18) },
		   .step = SMB_STEP_TRANSACTION },
	[0xA2] = { .parse = BOTH(nt_create_andx),
		   .andx = true,
		   .forms = { WORDS(24), WORDS(34) | WORDS(42) | WORDS(50) },
		   .understated = { 42, 50 }, /* [MS-SMB] 2.2.4.9.2, its note on Windows */
		   .step = SMB_STEP_OPEN },
	[0xA4] = { .forms = { WORDS(0), WORDS(0) }, .step = SMB_STEP_CANCEL },
	[0xA5] = { .parse = ASKED(nt_rename),
		   .forms = { WORDS(4), WORDS(0) },
		   .step = SMB_STEP_PATH },
	[0xC0] = { .parse = BOTH(open_print_file),
		   .forms = { WORDS(2), WORDS(1) },
		   .step = SMB_STEP_OPEN },
	[0xC1] = { .parse = ASKED(write_print_file),
		   .forms = { WORDS(1), WORDS(0) },
		   .step = SMB_STEP_WRITE },
	[0xC2] = { .parse = ASKED(close_print_file),
		   .forms = { WORDS(1) | WORDS(3), WORDS(0) }, /* 3: clients of Samba */
		   .step = SMB_STEP_CLOSE },
	[0xC3] = { .parse = BOTH(get_print_queue),
		   .forms = { WORDS(2), WORDS(2) },
		   .step = SMB_STEP_OTHER },
	/* [MS-MSRP] 2.2.3 */
	[0xD0] = { .parse = ASKED(send_message),
		   .forms = { WORDS(0), WORDS(0) },
		   .step = SMB_STEP_OTHER },
	[0xD5] = { .parse = { smb1_parse_send_start_request, smb1_parse_message_group },
		   .forms = { WORDS(0), WORDS(1) },
		   .step = SMB_STEP_OTHER },
	[0xD6] = { .parse = { smb1_parse_message_group, NULL },
		   .forms = { WORDS(1), WORDS(0) },
		   .step = SMB_STEP_OTHER },
	[0xD7] = { .parse = ASKED(send_text),
		   .forms = { WORDS(1), WORDS(0) },
		   .step = SMB_STEP_OTHER },
};

static const Smb1Command unassigned = { .step = SMB_STEP_OTHER };

const Smb1Command *
smb1_command(uint8_t code)
{
	const Smb1Command *row = &commands[code];

	/* NEGOTIATE is step 0, so a row that was never written would look like it. */
	return row->step == SMB_STEP_NEGOTIATE && row->parse[0] != smb1_parse_negotiate_request
		       ? &unassigned
		       : row;
}
