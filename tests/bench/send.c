/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * send INTERFACE CAPTURE SECONDS: sends the frames of a capture into an interface, over and over, as
 * fast as it takes them, and prints how many it took. What one pass sends, another sends again.
 */
#include <errno.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>

enum { BATCH = 64 };

typedef struct {
	uint8_t *bytes;
	struct iovec *frames;
	size_t n;
} Frames;

static void
die(const char *what, const char *why)
{
	fprintf(stderr, "send: %s: %s\n", what, why);
	exit(1);
}

static void
add(Frames *self, const struct pcap_pkthdr *header, const uint8_t *bytes)
{
	uint8_t *copy = malloc(header->caplen);

	self->frames = realloc(self->frames, (self->n + 1) * sizeof self->frames[0]);
	if (!copy || !self->frames)
		die("frames", strerror(ENOMEM));
	memcpy(copy, bytes, header->caplen);
	self->frames[self->n++] = (struct iovec){ .iov_base = copy, .iov_len = header->caplen };
}

static Frames
read_all(const char *path)
{
	char why[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_open_offline(path, why);
	struct pcap_pkthdr *header;
	const uint8_t *bytes;
	Frames all = { 0 };

	if (!pcap)
		die(path, why);
	while (pcap_next_ex(pcap, &header, &bytes) == 1)
		add(&all, header, bytes);
	pcap_close(pcap);
	if (all.n == 0)
		die(path, "no frames");
	return all;
}

static int
open_interface(const char *name)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
				  .sll_ifindex = (int)if_nametoindex(name) };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&to, sizeof to) < 0)
		die(name, strerror(errno));
	return fd;
}

/* As many of the frames from `at` on as the interface takes at once. */
static size_t
send_some(int fd, const Frames *all, size_t at)
{
	struct mmsghdr messages[BATCH];
	unsigned n = 0;
	int sent;

	for (; n < BATCH && at + n < all->n; n++)
		messages[n] = (struct mmsghdr){ .msg_hdr = { .msg_iov = &all->frames[at + n],
							     .msg_iovlen = 1 } };
	sent = sendmmsg(fd, messages, n, 0);
	if (sent < 0 && errno != ENOBUFS && errno != EAGAIN && errno != EINTR)
		die("sendmmsg", strerror(errno));
	return sent < 0 ? 0 : (size_t)sent;
}

int
main(int argc, char **argv)
{
	uint64_t sent = 0;
	Frames all;
	time_t until;
	int fd;

	if (argc != 4)
		die("usage", "send INTERFACE CAPTURE SECONDS");
	all = read_all(argv[2]);
	fd = open_interface(argv[1]);
	until = time(NULL) + atol(argv[3]);
	for (size_t at = 0; time(NULL) < until;) {
		size_t n = send_some(fd, &all, at);

		sent += n;
		at = (at + n) % all.n;
	}
	printf("%llu\n", (unsigned long long)sent);
	return 0;
}
