#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""horizon.py N KIND OUT: one honest connection with a critical finding, and N forged ones between other addresses that are to push it out of the audit.
KIND: `chosen` addresses, whose hash without a key is below the honest pair's; `random` ones; `critical`: each with the same finding."""
import os
import random
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from mk import Conn, Pcap, setup13, setup_resp, smb  # noqa: E402

MASK = (1 << 64) - 1
CLIENT, SERVER = bytes([10, 0, 0, 2]), bytes([10, 0, 0, 1])


def public_hash(client, server):
    """FNV-1a, stirred: by what pairs were kept as long as the hash had no key."""
    x = 0xcbf29ce484222325
    for byte in bytes([4, 4]) + client + bytes(12) + server + bytes(12):
        x = ((x ^ byte) * 0x100000001b3) & MASK
    x = ((x ^ (x >> 33)) * 0xff51afd7ed558ccd) & MASK
    x = ((x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53) & MASK
    return x ^ (x >> 33)


def negotiate(connection, challenge):
    words = struct.pack('<HBHHIIIIQHB', 0, 3, 50, 1, 16644, 65536, 0, 0x80f3, 0, 0, 8)
    connection.msg(0, smb(0x72, b'', b'\x02NT LM 0.12\0', mid=1))
    connection.msg(1, smb(0x72, words, challenge, mid=1, reply=True))


def talk(capture, client, server, chance, logon=None):
    connection = Conn(capture, '.'.join(map(str, client)), '.'.join(map(str, server)), 40000)
    negotiate(connection, chance.randbytes(8))
    if logon:
        connection.msg(0, setup13(2, user=logon))
        connection.msg(1, setup_resp(2, uid=100))
    connection.fin()


def forged(n, kind):
    """The addresses of n connections."""
    limit = public_hash(CLIENT, SERVER) if kind == 'chosen' else MASK
    i = found = 0
    while found < n:
        i += 1
        client, server = bytes([172, 16 + (i >> 16) % 16, i >> 8 & 255, i & 255]), bytes([192, 168, i >> 20 & 255, 7])
        if public_hash(client, server) < limit:
            found += 1
            yield client, server


def make(n, kind, path, honest=True, part=(0, 1)):
    """part: (i, of): only every of-th connection, from the i-th on."""
    chance = random.Random(3)
    capture = Pcap(path)
    if honest:
        talk(capture, CLIENT, SERVER, chance, 'bob')
    for i, (client, server) in enumerate(forged(n, kind)):
        if i % part[1] == part[0]:
            talk(capture, client, server, chance, 'bob' if kind == 'critical' else None)
    capture.close()


if __name__ == '__main__':
    make(int(sys.argv[1]), sys.argv[2], sys.argv[3])
