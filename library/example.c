/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a user of libsmbtrail writes: it feeds the bytes of a connection and prints what was done.
 *
 * Input are the lines of "follow TCP stream", raw: hexadecimal, one line for each stretch of bytes,
 * those of the second side behind a tab.
 *
 *     tshark -r CAPTURE -q -z follow,tcp,raw,0 | ./example
 *     cc -o example example.c $(pkg-config --cflags --libs smbtrail)
 */
#include <ctype.h>
#include <smbtrail.h>
#include <stdio.h>
#include <stdlib.h>

static void
print_text(const char *label, SmbText text)
{
	char utf8[256];

	if (smb_text_is_empty(text))
		return;
	smb_text_to_utf8(text, utf8, sizeof(utf8));
	printf("  %s=", label);
	/* Nothing that a stranger chose goes to a terminal as it is. */
	for (const char *c = utf8; *c; c++)
		putchar(isprint((unsigned char)*c) ? *c : '?');
}

static void
print_exchange(const SmbExchange *exchange)
{
	const char *status = exchange->has_status && !smb_status_is_dos(exchange->status)
				     ? smb_nt_status_name(exchange->status.value)
				     : NULL;

	printf("%s", exchange->command_name ? exchange->command_name : "(unassigned)");
	switch (exchange->step) {
	case SMB_STEP_NEGOTIATE:
		print_text("dialect", exchange->negotiate.dialect);
		break;
	case SMB_STEP_SESSION_SETUP:
		print_text("account", exchange->session.account);
		break;
	case SMB_STEP_TREE_CONNECT:
		print_text("share", exchange->tree_connect.path);
		break;
	case SMB_STEP_OPEN:
		print_text("file", exchange->open.name);
		break;
	case SMB_STEP_READ:
	case SMB_STEP_WRITE:
		printf("  offset=%llu  bytes=%u", (unsigned long long)exchange->io.offset,
		       exchange->io.count);
		break;
	default:
		break;
	}
	printf("  %s\n", status ? status : exchange->failed ? "failed" : "");
}

static void
on_event(void *user, const SmbEvent *event)
{
	(void)user;
	if (event->kind == SMB_EVENT_EXCHANGE)
		print_exchange(event->exchange);
	else if (event->kind == SMB_EVENT_CONNECTION)
		printf("the connection ended after %llu messages of the client and %llu of the server\n",
		       (unsigned long long)event->connection->messages[SMB_TO_SERVER],
		       (unsigned long long)event->connection->messages[SMB_TO_CLIENT]);
}

/* The bytes of a line of hexadecimal digits, in place; what follows the digits is left out. */
static uint32_t
unhex(char *line)
{
	uint8_t *to = (uint8_t *)line;
	uint32_t n = 0;
	unsigned byte;

	for (; sscanf(line + 2 * (size_t)n, "%2x", &byte) == 1 && isxdigit(line[2 * n + 1]); n++)
		to[n] = (uint8_t)byte;
	return n;
}

int
main(void)
{
	SmbContext *context = smb_context_new(&(SmbConfig){
		.want = SMB_EVENT_EXCHANGE | SMB_EVENT_CONNECTION, .event = on_event });
	SmbEndpoints ends = { .family = 4, .client_port = 49152, .server_port = 445 };
	SmbStamp now = { .frame = 1 };
	SmbConnection *connection = smb_connection_new(context, &ends, true, false, &now);
	char *line = NULL;
	size_t size = 0;

	for (; getline(&line, &size, stdin) > 0; now.frame++) {
		SmbDir dir = *line == '\t' ? SMB_TO_CLIENT : SMB_TO_SERVER;
		char *hex = line + (dir == SMB_TO_CLIENT);
		uint32_t n = unhex(hex);

		if (n)
			smb_connection_feed(connection, dir, (SmbSpan){ (const uint8_t *)hex, n },
					    &now);
	}
	smb_connection_end(connection,
			   &(SmbEnding){ .end = SMB_END_CAPTURE_END, .seen = { true, true } },
			   &now);
	smb_context_free(context);
	free(line);
	return 0;
}
