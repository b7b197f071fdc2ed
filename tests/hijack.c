/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * To be preloaded: of the processes that read or dissect for a run (-j, --workers) one was taken over, the first that tells anything, and lies
 * to the run (cli/jobs/wire.h) as HIJACK says. It makes the folder HIJACK_TICKET. The first thing that a worker says is honest; in all of its output
 * "event_type" is "EVENT_TYPE", so that a test can tell whose it is.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cli/jobs/wire.h"

enum { TIMES = 3000, POURED = 2200, UNKNOWN = 0, TAKEN_OVER, HONEST };

static int state;
static unsigned told, poured, going_on; /* in a record */

static ssize_t
say(int fd, const void *bytes, size_t n)
{
	return syscall(SYS_write, fd, bytes, n);
}

static int
is_output(char what)
{
	return what == CLI_WIRE_PIECES || what == CLI_WIRE_OUTPUT;
}

static void
mark(char *bytes, size_t n)
{
	static const char plain[] = "event_type", marked[] = "EVENT_TYPE";
	size_t length = strlen(plain);

	for (size_t i = 0; i + length <= n; i++)
		if (memcmp(bytes + i, plain, length) == 0)
			memcpy(bytes + i, marked, length);
}

/* The last piece of a message. */
static char *
last_piece(char *message, size_t n)
{
	CliWirePiece piece;
	char *at = message + 1, *last = at;

	for (; at < message + n; at += sizeof(piece) + piece.len) {
		last = at;
		memcpy(&piece, at, sizeof(piece));
	}
	return last;
}

static void
note_whether_it_goes_on(char *message, size_t n)
{
	CliWirePiece piece;

	if (message[0] != CLI_WIRE_PIECES)
		return;
	memcpy(&piece, last_piece(message, n), sizeof(piece));
	going_on = piece.goes_on;
}

static void
lie_about_pieces(const char *lie, char *message, size_t n)
{
	char *last = last_piece(message, n);
	CliWirePiece piece;

	memcpy(&piece, last, sizeof(piece));
	if (strcmp(lie, "open") == 0)
		piece.goes_on = 1;
	else if (strcmp(lie, "future") == 0)
		piece.order += 1 << 20;
	else if (strcmp(lie, "past") == 0)
		piece.order = 1;
	else if (strcmp(lie, "length") == 0)
		piece.len += 1 << 20;
	memcpy(last, &piece, sizeof(piece));
}

static void
lie_about_done(const char *lie, char *message)
{
	CliWireDone done;

	memcpy(&done, message + 1, sizeof(done));
	if (strcmp(lie, "done") == 0)
		done.order += 1 << 20;
	else if (strcmp(lie, "memory") == 0)
		done.memory = UINT64_MAX;
	else if (strcmp(lie, "claim") == 0)
		done.memory = UINT64_C(1) << 33;
	memcpy(message + 1, &done, sizeof(done));
}

static void
say_often(const char *lie, int fd, const char *message, size_t n)
{
	static const char complaint[] = { CLI_WIRE_COMPLAINT, 'x' };
	static const CliWireResult nothing;
	char word[1 + sizeof(nothing)] = { CLI_WIRE_RESULT };

	for (int i = 0; i < TIMES && strcmp(lie, "complain") == 0; i++)
		(void)say(fd, complaint, sizeof(complaint));
	for (int i = 0; i < TIMES && strcmp(lie, "flood") == 0 && message[0] == CLI_WIRE_DONE; i++)
		(void)say(fd, message, n);
	if (strcmp(lie, "word") == 0)
		(void)say(fd, word, sizeof(word));
}

/* Message after message in place of one: lines without end, or one of them. */
static void
pour(int fd, const char *message, int goes_on)
{
	static char much[1 + CLI_WIRE_CHUNK];
	CliWirePiece piece;
	char *text = much + 1;
	size_t n = CLI_WIRE_CHUNK;

	poured++;
	much[0] = message[0];
	if (much[0] == CLI_WIRE_PIECES) {
		memcpy(&piece, message + 1, sizeof(piece));
		text += sizeof(piece);
		n -= sizeof(piece);
		piece.len = (uint32_t)n;
		piece.goes_on = (uint32_t)goes_on;
		memcpy(much + 1, &piece, sizeof(piece));
	}
	memset(text, 'x', n);
	if (!goes_on) {
		memcpy(text, "{\"EVENT_TYPE\":\"", 15);
		memcpy(text + n - 3, "\"}\n", 3);
	}
	for (int i = 0; i < POURED; i++)
		(void)say(fd, much, sizeof(much));
}

/* Over each time is written what a terminal would do as it is told. */
static void
write_over(char *message, size_t n, const char *what)
{
	static const char word[] = "timestamp";

	for (size_t i = 0; i + strlen(word) <= n; i++)
		if (memcmp(message + i, word, strlen(word)) == 0)
			memcpy(message + i, what, strlen(what));
}

static void
lie_about_text(const char *lie, int fd, char *message, size_t n)
{
	int now = message[0] == CLI_WIRE_PIECES ? !going_on : message[1] == '{' && !poured;

	if ((strcmp(lie, "swell") == 0 || strcmp(lie, "torrent") == 0) && now)
		pour(fd, message, lie[0] == 's');
	else if (strcmp(lie, "escape") == 0)
		write_over(message, n, "\033]0;x\a");
	else if (strcmp(lie, "c1") == 0)
		write_over(message, n, "\302\23331m");
	note_whether_it_goes_on(message, n);
}

/* Into what memory is shared with others a one is written, where the run writes that all are to stop. */
static void
write_to_others(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[4096], rights[8];
	unsigned long from;

	while (maps && fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%*x %7s", &from, rights) == 2 && strcmp(rights, "rw-s") == 0)
			*(volatile char *)from = 1;
	if (maps)
		fclose(maps);
}

static void
lie_about(const char *lie, int fd, char *message, size_t n)
{
	mark(message, n);
	if (strcmp(lie, "stop") == 0)
		write_to_others();
	if (told++ == 0 && message[0] != CLI_WIRE_OUTPUT) {
		note_whether_it_goes_on(message, n);
		(void)say(fd, message, n);
		return;
	}
	say_often(lie, fd, message, n);
	if (is_output(message[0]))
		lie_about_text(lie, fd, message, n);
	if (message[0] == CLI_WIRE_PIECES)
		lie_about_pieces(lie, message, n);
	else if (message[0] == CLI_WIRE_DONE)
		lie_about_done(lie, message);
	if (is_output(message[0]) && strcmp(lie, "half") == 0)
		message[n - 1] = 'x';
	if (!is_output(message[0]) || strcmp(lie, "mute") != 0)
		(void)say(fd, message, n);
}

/* By a process that tells: what is told others goes over a socket of bytes, and a task begins with a number. */
static int
is_told(int fd, const char *bytes, size_t n)
{
	socklen_t size = sizeof(int);
	int type = 0;

	return fd > STDERR_FILENO && n > 1 && memchr("OPUR", bytes[0], 4) &&
	       getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

static int
is_taken_over(void)
{
	const char *ticket = getenv("HIJACK_TICKET");

	if (state == UNKNOWN)
		state = ticket && mkdir(ticket, 0700) == 0 ? TAKEN_OVER : HONEST;
	return state == TAKEN_OVER;
}

ssize_t
write(int fd, const void *bytes, size_t n)
{
	const char *lie = getenv("HIJACK");
	char *message;

	if (!lie || !is_told(fd, bytes, n) || !is_taken_over())
		return say(fd, bytes, n);
	message = malloc(n);
	memcpy(message, bytes, n);
	lie_about(lie, fd, message, n);
	free(message);
	return (ssize_t)n;
}
