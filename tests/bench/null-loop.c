/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * null-loop FILE: libpcap's loop over a capture and nothing else, what `./dev bench` measures the
 * program against.
 */
#include <pcap/pcap.h>
#include <stdio.h>

int
main(int argc, char **argv)
{
	char error[PCAP_ERRBUF_SIZE];
	unsigned long packets = 0, bytes = 0;
	struct pcap_pkthdr *header;
	const u_char *data;
	pcap_t *pcap;

	if (argc != 2 || !(pcap = pcap_open_offline(argv[1], error))) {
		fprintf(stderr, "null-loop: %s\n", argc != 2 ? "usage: null-loop FILE" : error);
		return 1;
	}
	while (pcap_next_ex(pcap, &header, &data) == 1) {
		packets++;
		bytes += header->caplen;
	}
	printf("%lu packets %lu bytes\n", packets, bytes);
	pcap_close(pcap);
	return 0;
}
