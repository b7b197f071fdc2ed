/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The table of SMB1 commands: the name of each, which function reads a request and a response, which
 * WordCounts each may have, which message has payload that is not parsed, and what step of a session
 * the command is. A command without functions has no fields that are known; one without a step is
 * SMB_STEP_OTHER. Codes without a row are unused or reserved.
 */
#include "dissect/smb1/commands.h"
#include "dissect/wire/codes.h"

/* The bit of a WordCount in `forms`; bit 63 also means all larger ones. */
#define WORDS(n) (UINT64_C(1) << (n))
#define WORDS_FROM(n) (~UINT64_C(0) << (n))

/*
 * Codes and names: [MS-CIFS] 2.2.2.1; [MS-SMB] 2.2.2.1 adds none. WordCounts: the section of each
 * command there, and [MS-SMB] 2.2.4 if it adds a form.
 */
static const Smb1Command commands[256] = {
	[SMB_COM_CREATE_DIRECTORY] = {
		.name = "SMB_COM_CREATE_DIRECTORY",
		.request = smb1_parse_directory_request,
		.forms = { WORDS(0), WORDS(0) },
		.step = SMB_STEP_PATH,
	},
	[SMB_COM_DELETE_DIRECTORY] = {
		.name = "SMB_COM_DELETE_DIRECTORY",
		.request = smb1_parse_directory_request,
		.forms = { WORDS(0), WORDS(0) },
		.step = SMB_STEP_PATH,
	},
	[SMB_COM_OPEN] = {
		.name = "SMB_COM_OPEN",
		.request = smb1_parse_open_request,
		.response = smb1_parse_open_response,
		.forms = { WORDS(2), WORDS(7) },
		.step = SMB_STEP_OPEN,
	},
	[SMB_COM_CREATE] = {
		.name = "SMB_COM_CREATE",
		.request = smb1_parse_create_request,
		.response = smb1_parse_create_response,
		.forms = { WORDS(3), WORDS(1) },
		.step = SMB_STEP_OPEN,
	},
	[SMB_COM_CLOSE] = {
		.name = "SMB_COM_CLOSE",
		.request = smb1_parse_close_request,
		.forms = { WORDS(3), WORDS(0) },
		.step = SMB_STEP_CLOSE,
	},
	[SMB_COM_FLUSH] = {
		.name = "SMB_COM_FLUSH",
		.request = smb1_parse_flush_request,
		.forms = { WORDS(1), WORDS(0) },
	},
	[SMB_COM_DELETE] = {
		.name = "SMB_COM_DELETE",
		.request = smb1_parse_delete_request,
		.forms = { WORDS(1), WORDS(0) },
		.step = SMB_STEP_PATH,
	},
	[SMB_COM_RENAME] = {
		.name = "SMB_COM_RENAME",
		.request = smb1_parse_rename_request,
		.forms = { WORDS(1), WORDS(0) },
		.step = SMB_STEP_PATH,
	},
	[SMB_COM_QUERY_INFORMATION] = {
		.name = "SMB_COM_QUERY_INFORMATION",
		.request = smb1_parse_query_information_request,
		.response = smb1_parse_query_information_response,
		.forms = { WORDS(0), WORDS(10) },
		.step = SMB_STEP_PATH,
	},
	[SMB_COM_SET_INFORMATION] = {
		.name = "SMB_COM_SET_INFORMATION",
		.request = smb1_parse_set_information_request,
		.forms = { WORDS(8), WORDS(0) },
		.step = SMB_STEP_PATH,
	},
	[SMB_COM_READ] = {
		.name = "SMB_COM_READ",
		.request = smb1_parse_read_request,
		.response = smb1_parse_read_response,
		.forms = { WORDS(5), WORDS(5) },
		.payload = SMB1_PAYLOAD_IN_RESPONSE,
		.step = SMB_STEP_READ,
	},
	[SMB_COM_WRITE] = {
		.name = "SMB_COM_WRITE",
		.request = smb1_parse_write_request,
		.response = smb1_parse_write_response,
		.forms = { WORDS(5), WORDS(1) },
		.payload = SMB1_PAYLOAD_IN_REQUEST,
		.step = SMB_STEP_WRITE,
	},
	[SMB_COM_LOCK_BYTE_RANGE] = {
		.name = "SMB_COM_LOCK_BYTE_RANGE",
		.request = smb1_parse_lock_byte_range_request,
		.forms = { WORDS(5), WORDS(0) },
		.step = SMB_STEP_LOCK,
	},
	[SMB_COM_UNLOCK_BYTE_RANGE] = {
		.name = "SMB_COM_UNLOCK_BYTE_RANGE",
		.request = smb1_parse_lock_byte_range_request,
		.forms = { WORDS(5), WORDS(0) },
		.step = SMB_STEP_UNLOCK,
	},
	[SMB_COM_CREATE_TEMPORARY] = {
		.name = "SMB_COM_CREATE_TEMPORARY",
		.request = smb1_parse_create_temporary_request,
		.response = smb1_parse_create_temporary_response,
		.forms = { WORDS(3), WORDS(1) },
		.step = SMB_STEP_OPEN,
	},
	[SMB_COM_CREATE_NEW] = {
		.name = "SMB_COM_CREATE_NEW",
		.request = smb1_parse_create_request,
		.response = smb1_parse_create_response,
		.forms = { WORDS(3), WORDS(1) },
		.step = SMB_STEP_OPEN,
	},
	[SMB_COM_CHECK_DIRECTORY] = {
		.name = "SMB_COM_CHECK_DIRECTORY",
		.request = smb1_parse_directory_request,
		.forms = { WORDS(0), WORDS(0) },
		.step = SMB_STEP_PATH,
	},
	[SMB_COM_PROCESS_EXIT] = {
		.name = "SMB_COM_PROCESS_EXIT",
		.forms = { WORDS(0), WORDS(0) },
	},
	[SMB_COM_SEEK] = {
		.name = "SMB_COM_SEEK",
		.request = smb1_parse_seek_request,
		.response = smb1_parse_seek_response,
		.forms = { WORDS(4), WORDS(2) },
	},
	[SMB_COM_LOCK_AND_READ] = {
		.name = "SMB_COM_LOCK_AND_READ",
		.request = smb1_parse_read_request,
		.response = smb1_parse_read_response,
		.forms = { WORDS(5), WORDS(5) },
		.payload = SMB1_PAYLOAD_IN_RESPONSE,
		.step = SMB_STEP_READ,
	},
	[SMB_COM_WRITE_AND_UNLOCK] = {
		.name = "SMB_COM_WRITE_AND_UNLOCK",
		.request = smb1_parse_write_request,
		.response = smb1_parse_write_response,
		.forms = { WORDS(5), WORDS(1) },
		.payload = SMB1_PAYLOAD_IN_REQUEST,
		.step = SMB_STEP_WRITE,
	},
	[SMB_COM_READ_RAW] = {
		.name = "SMB_COM_READ_RAW",
		.request = smb1_parse_read_raw_request, /* the response has no SMB header */
		.forms = { WORDS(8) | WORDS(10), 0 },
		.step = SMB_STEP_READ,
	},
	[SMB_COM_READ_MPX] = {
		.name = "SMB_COM_READ_MPX",
		.request = smb1_parse_read_raw_request,
		.response = smb1_parse_read_mpx_response,
		.forms = { WORDS(8), WORDS(8) },
		.payload = SMB1_PAYLOAD_IN_RESPONSE,
		.step = SMB_STEP_READ,
	},
	[SMB_COM_READ_MPX_SECONDARY] = { /* never used */
		.name = "SMB_COM_READ_MPX_SECONDARY",
		.step = SMB_STEP_READ,
	},
	[SMB_COM_WRITE_RAW] = {
		.name = "SMB_COM_WRITE_RAW",
		.request = smb1_parse_write_raw_request,
		.response = smb1_parse_write_raw_response,
		.forms = { WORDS(12) | WORDS(14), WORDS(1) },
		.payload = SMB1_PAYLOAD_IN_REQUEST,
		.step = SMB_STEP_WRITE,
	},
	[SMB_COM_WRITE_MPX] = {
		.name = "SMB_COM_WRITE_MPX",
		.request = smb1_parse_write_mpx_request,
		.response = smb1_parse_write_mpx_response,
		.forms = { WORDS(12), WORDS(2) },
		.payload = SMB1_PAYLOAD_IN_REQUEST,
		.step = SMB_STEP_WRITE,
	},
	[SMB_COM_WRITE_MPX_SECONDARY] = { /* never used */
		.name = "SMB_COM_WRITE_MPX_SECONDARY",
		.step = SMB_STEP_WRITE,
	},
	[SMB_COM_WRITE_COMPLETE] = {
		.name = "SMB_COM_WRITE_COMPLETE",
		.response = smb1_parse_write_response, /* the final response to WRITE_RAW */
		.forms = { 0, WORDS(1) },
		.step = SMB_STEP_WRITE,
	},
	[SMB_COM_QUERY_SERVER] = { .name = "SMB_COM_QUERY_SERVER" },
	[SMB_COM_SET_INFORMATION2] = {
		.name = "SMB_COM_SET_INFORMATION2",
		.request = smb1_parse_set_information2_request,
		.forms = { WORDS(7), WORDS(0) },
		.step = SMB_STEP_PATH,
	},
	[SMB_COM_QUERY_INFORMATION2] = {
		.name = "SMB_COM_QUERY_INFORMATION2",
		.request = smb1_parse_query_information2_request,
		.response = smb1_parse_query_information2_response,
		.forms = { WORDS(1), WORDS(11) },
		.step = SMB_STEP_PATH,
	},
	[SMB_COM_LOCKING_ANDX] = {
		.name = "SMB_COM_LOCKING_ANDX",
		.request = smb1_parse_locking_andx_request,
		.andx = true,
		.forms = { WORDS(8), WORDS(2) },
		.step = SMB_STEP_LOCK,
	},
	[SMB_COM_TRANSACTION] = {
		.name = "SMB_COM_TRANSACTION",
		.request = smb1_parse_transaction_request,
		.response = smb1_parse_transaction_response,
		.forms = { WORDS_FROM(14), WORDS(0) | WORDS_FROM(10) },
		.step = SMB_STEP_TRANSACTION,
	},
	[SMB_COM_TRANSACTION_SECONDARY] = {
		.name = "SMB_COM_TRANSACTION_SECONDARY",
		.request = smb1_parse_transaction_secondary_request,
		.response = smb1_parse_transaction_response,
		.forms = { WORDS(8) | WORDS(9), WORDS(0) | WORDS_FROM(10) },
		.step = SMB_STEP_TRANSACTION,
	},
	[SMB_COM_IOCTL] = {
		.name = "SMB_COM_IOCTL",
		.request = smb1_parse_ioctl_request,
		.response = smb1_parse_ioctl_response,
		.forms = { WORDS(3) | WORDS(14), WORDS(8) }, /* 3: clients of Samba */
	},
	[SMB_COM_IOCTL_SECONDARY] = { .name = "SMB_COM_IOCTL_SECONDARY" },
	[SMB_COM_COPY] = {
		.name = "SMB_COM_COPY",
		.request = smb1_parse_copy_request,
		.response = smb1_parse_copy_response,
		.forms = { WORDS(3), WORDS(1) },
		.step = SMB_STEP_PATH,
	},
	[SMB_COM_MOVE] = {
		.name = "SMB_COM_MOVE",
		.request = smb1_parse_copy_request,
		.response = smb1_parse_copy_response,
		.forms = { WORDS(3), WORDS(1) },
		.step = SMB_STEP_PATH,
	},
	[SMB_COM_ECHO] = {
		.name = "SMB_COM_ECHO",
		.request = smb1_parse_echo_request,
		.response = smb1_parse_echo_response,
		.forms = { WORDS(1), WORDS(1) },
		.step = SMB_STEP_ECHO,
	},
	[SMB_COM_WRITE_AND_CLOSE] = {
		.name = "SMB_COM_WRITE_AND_CLOSE",
		.request = smb1_parse_write_and_close_request,
		.response = smb1_parse_write_response,
		.forms = { WORDS(6) | WORDS(12), WORDS(1) },
		.payload = SMB1_PAYLOAD_IN_REQUEST,
		.step = SMB_STEP_WRITE,
	},
	[SMB_COM_OPEN_ANDX] = {
		.name = "SMB_COM_OPEN_ANDX",
		.request = smb1_parse_open_andx_request,
		.response = smb1_parse_open_andx_response,
		.andx = true,
		.forms = { WORDS(15), WORDS(15) | WORDS(19) },
		.step = SMB_STEP_OPEN,
	},
	[SMB_COM_READ_ANDX] = {
		.name = "SMB_COM_READ_ANDX",
		.request = smb1_parse_read_andx_request,
		.response = smb1_parse_read_andx_response,
		.andx = true,
		.forms = { WORDS(10) | WORDS(12), WORDS(12) },
		.payload = SMB1_PAYLOAD_IN_RESPONSE,
		.step = SMB_STEP_READ,
	},
	[SMB_COM_WRITE_ANDX] = {
		.name = "SMB_COM_WRITE_ANDX",
		.request = smb1_parse_write_andx_request,
		.response = smb1_parse_write_andx_response,
		.andx = true,
		.forms = { WORDS(12) | WORDS(14), WORDS(6) },
		.payload = SMB1_PAYLOAD_IN_REQUEST,
		.step = SMB_STEP_WRITE,
	},
	[SMB_COM_NEW_FILE_SIZE] = { .name = "SMB_COM_NEW_FILE_SIZE" },
	[SMB_COM_CLOSE_AND_TREE_DISC] = {
		.name = "SMB_COM_CLOSE_AND_TREE_DISC",
		.step = SMB_STEP_CLOSE,
	},
	[SMB_COM_TRANSACTION2] = {
		.name = "SMB_COM_TRANSACTION2",
		.request = smb1_parse_transaction2_request,
		.response = smb1_parse_transaction_response,
		.forms = { WORDS_FROM(14), WORDS(0) | WORDS_FROM(10) },
		.step = SMB_STEP_TRANSACTION,
	},
	[SMB_COM_TRANSACTION2_SECONDARY] = {
		.name = "SMB_COM_TRANSACTION2_SECONDARY",
		.request = smb1_parse_transaction2_secondary_request,
		.response = smb1_parse_transaction_response,
		.forms = { WORDS(8) | WORDS(9), WORDS(0) | WORDS_FROM(10) },
		.step = SMB_STEP_TRANSACTION,
	},
	[SMB_COM_FIND_CLOSE2] = {
		.name = "SMB_COM_FIND_CLOSE2",
		.request = smb1_parse_find_close2_request,
		.forms = { WORDS(1), WORDS(0) },
		.step = SMB_STEP_SEARCH,
	},
	[SMB_COM_FIND_NOTIFY_CLOSE] = {
		.name = "SMB_COM_FIND_NOTIFY_CLOSE",
		.request = smb1_parse_find_notify_close_request,
		.forms = { WORDS(1), WORDS(0) },
		.step = SMB_STEP_SEARCH,
	},
	[SMB_COM_TREE_CONNECT] = {
		.name = "SMB_COM_TREE_CONNECT",
		.request = smb1_parse_tree_connect_request,
		.response = smb1_parse_tree_connect_response,
		.forms = { WORDS(0), WORDS(2) },
		.step = SMB_STEP_TREE_CONNECT,
	},
	[SMB_COM_TREE_DISCONNECT] = {
		.name = "SMB_COM_TREE_DISCONNECT",
		.forms = { WORDS(0), WORDS(0) },
		.step = SMB_STEP_TREE_DISCONNECT,
	},
	[SMB_COM_NEGOTIATE] = {
		.name = "SMB_COM_NEGOTIATE",
		.request = smb1_parse_negotiate_request,
		.response = smb1_parse_negotiate_response,
		.forms = { WORDS(0), WORDS(1) | WORDS(13) | WORDS(17) },
		.step = SMB_STEP_NEGOTIATE,
	},
	[SMB_COM_SESSION_SETUP_ANDX] = {
		.name = "SMB_COM_SESSION_SETUP_ANDX",
		.request = smb1_parse_session_setup_request,
		.response = smb1_parse_session_setup_response,
		.andx = true,
		.forms = { WORDS(10) | WORDS(12) | WORDS(13), WORDS(3) | WORDS(4) },
		.step = SMB_STEP_SESSION_SETUP,
	},
	[SMB_COM_LOGOFF_ANDX] = {
		.name = "SMB_COM_LOGOFF_ANDX",
		.andx = true,
		.forms = { WORDS(2), WORDS(0) | WORDS(2) },
		.step = SMB_STEP_LOGOFF,
	},
	[SMB_COM_TREE_CONNECT_ANDX] = {
		.name = "SMB_COM_TREE_CONNECT_ANDX",
		.request = smb1_parse_tree_connect_andx_request,
		.response = smb1_parse_tree_connect_andx_response,
		.andx = true,
		.forms = { WORDS(4), WORDS(2) | WORDS(3) | WORDS(7) },
		.step = SMB_STEP_TREE_CONNECT,
	},
	[SMB_COM_SECURITY_PACKAGE_ANDX] = {
		.name = "SMB_COM_SECURITY_PACKAGE_ANDX",
		.andx = true,
	},
	[SMB_COM_QUERY_INFORMATION_DISK] = {
		.name = "SMB_COM_QUERY_INFORMATION_DISK",
		.response = smb1_parse_query_information_disk_response,
		.forms = { WORDS(0), WORDS(5) },
		.step = SMB_STEP_PATH,
	},
	[SMB_COM_SEARCH] = {
		.name = "SMB_COM_SEARCH",
		.request = smb1_parse_search_request,
		.response = smb1_parse_search_response,
		.forms = { WORDS(2), WORDS(1) },
		.step = SMB_STEP_SEARCH,
	},
	[SMB_COM_FIND] = {
		.name = "SMB_COM_FIND",
		.request = smb1_parse_search_request,
		.response = smb1_parse_search_response,
		.forms = { WORDS(2), WORDS(1) },
		.step = SMB_STEP_SEARCH,
	},
	[SMB_COM_FIND_UNIQUE] = {
		.name = "SMB_COM_FIND_UNIQUE",
		.request = smb1_parse_search_request,
		.response = smb1_parse_search_response,
		.forms = { WORDS(2), WORDS(1) },
		.step = SMB_STEP_SEARCH,
	},
	[SMB_COM_FIND_CLOSE] = {
		.name = "SMB_COM_FIND_CLOSE",
		.request = smb1_parse_search_request,
		.response = smb1_parse_search_response,
		.forms = { WORDS(2), WORDS(1) },
		.step = SMB_STEP_SEARCH,
	},
	[SMB_COM_NT_TRANSACT] = {
		.name = "SMB_COM_NT_TRANSACT",
		.request = smb1_parse_nt_transact_request,
		.response = smb1_parse_nt_transact_response,
		.forms = { WORDS_FROM(19), WORDS(0) | WORDS_FROM(18) },
		.step = SMB_STEP_TRANSACTION,
	},
	[SMB_COM_NT_TRANSACT_SECONDARY] = {
		.name = "SMB_COM_NT_TRANSACT_SECONDARY",
		.request = smb1_parse_nt_transact_secondary_request,
		.response = smb1_parse_nt_transact_response,
		.forms = { WORDS(18), WORDS(0) | WORDS_FROM(18) },
		.step = SMB_STEP_TRANSACTION,
	},
	[SMB_COM_NT_CREATE_ANDX] = {
		.name = "SMB_COM_NT_CREATE_ANDX",
		.request = smb1_parse_nt_create_andx_request,
		.response = smb1_parse_nt_create_andx_response,
		.andx = true,
		.forms = { WORDS(24), WORDS(34) | WORDS(42) | WORDS(50) },
		.understated = { 42, 50 }, /* [MS-SMB] 2.2.4.9.2, its note on Windows */
		.step = SMB_STEP_OPEN,
	},
	[SMB_COM_NT_CANCEL] = {
		.name = "SMB_COM_NT_CANCEL",
		.forms = { WORDS(0), WORDS(0) }, .step = SMB_STEP_CANCEL,
	},
	[SMB_COM_NT_RENAME] = {
		.name = "SMB_COM_NT_RENAME",
		.request = smb1_parse_nt_rename_request,
		.forms = { WORDS(4), WORDS(0) },
		.step = SMB_STEP_PATH,
	},
	[SMB_COM_OPEN_PRINT_FILE] = {
		.name = "SMB_COM_OPEN_PRINT_FILE",
		.request = smb1_parse_open_print_file_request,
		.response = smb1_parse_open_print_file_response,
		.forms = { WORDS(2), WORDS(1) },
		.step = SMB_STEP_OPEN,
	},
	[SMB_COM_WRITE_PRINT_FILE] = {
		.name = "SMB_COM_WRITE_PRINT_FILE",
		.request = smb1_parse_write_print_file_request,
		.forms = { WORDS(1), WORDS(0) },
		.step = SMB_STEP_WRITE,
	},
	[SMB_COM_CLOSE_PRINT_FILE] = {
		.name = "SMB_COM_CLOSE_PRINT_FILE",
		.request = smb1_parse_close_print_file_request,
		.forms = { WORDS(1) | WORDS(3), WORDS(0) }, /* 3: clients of Samba */
		.step = SMB_STEP_CLOSE,
	},
	[SMB_COM_GET_PRINT_QUEUE] = {
		.name = "SMB_COM_GET_PRINT_QUEUE",
		.request = smb1_parse_get_print_queue_request,
		.response = smb1_parse_get_print_queue_response,
		.forms = { WORDS(2), WORDS(2) },
	},
	/* [MS-MSRP] 2.2.3 */
	[SMB_COM_SEND_MESSAGE] = {
		.name = "SMB_COM_SEND_MESSAGE",
		.request = smb1_parse_send_message_request,
		.forms = { WORDS(0), WORDS(0) },
	},
	[SMB_COM_SEND_BROADCAST_MESSAGE] = { .name = "SMB_COM_SEND_BROADCAST_MESSAGE" },
	[SMB_COM_FORWARD_USER_NAME] = { .name = "SMB_COM_FORWARD_USER_NAME" },
	[SMB_COM_CANCEL_FORWARD] = { .name = "SMB_COM_CANCEL_FORWARD" },
	[SMB_COM_GET_MACHINE_NAME] = { .name = "SMB_COM_GET_MACHINE_NAME" },
	[SMB_COM_SEND_START_MB_MESSAGE] = {
		.name = "SMB_COM_SEND_START_MB_MESSAGE",
		.request = smb1_parse_send_start_request,
		.response = smb1_parse_message_group,
		.forms = { WORDS(0), WORDS(1) },
	},
	[SMB_COM_SEND_END_MB_MESSAGE] = {
		.name = "SMB_COM_SEND_END_MB_MESSAGE",
		.request = smb1_parse_message_group,
		.forms = { WORDS(1), WORDS(0) },
	},
	[SMB_COM_SEND_TEXT_MB_MESSAGE] = {
		.name = "SMB_COM_SEND_TEXT_MB_MESSAGE",
		.request = smb1_parse_send_text_request,
		.forms = { WORDS(1), WORDS(0) },
	},
	[SMB_COM_READ_BULK] = { .name = "SMB_COM_READ_BULK" },
	[SMB_COM_WRITE_BULK] = { .name = "SMB_COM_WRITE_BULK" },
	[SMB_COM_WRITE_BULK_DATA] = { .name = "SMB_COM_WRITE_BULK_DATA" },
	[SMB_COM_INVALID] = { .name = "SMB_COM_INVALID" },
	[SMB_COM_NO_ANDX_COMMAND] = { .name = "SMB_COM_NO_ANDX_COMMAND" },
};

const char *
smb1_command_name(uint8_t command)
{
	return commands[command].name;
}

const Smb1Command *
smb1_command(uint8_t code)
{
	return &commands[code];
}

bool
smb1_command_has_payload(const Smb1Command *row, bool response)
{
	return row->payload == (response ? SMB1_PAYLOAD_IN_RESPONSE : SMB1_PAYLOAD_IN_REQUEST);
}
