# SPDX-License-Identifier: BSD-3-Clause
"""Captures of tests/keys with something missing or changed that no attacker did: what tests/keyed must not call forged."""
import hashlib
import struct

PASSWORDS, KEYTAB = 'password alice Passw0rd\n', 'keytab krbsrv.keytab\n'
SIGNED1, SIGNED2, KERBEROS, ENCRYPTED = 'captures/d04-sign-server-mandatory', 'keys/s01-hmac-sha256-202', 'keys/e09-enc-kerberos', 'keys/e01-global-311-aes-256-gcm'
GMAC = 'keys/s05-aes-gmac-311'
# Of the only logon of SIGNED1.
KEY1 = bytes.fromhex('e2f652317c84d8496e24493a50e46594')
SETUP, RESPONSE, SIGNED, UNKNOWN_SESSION = 1, 1, 8, 0x12345678
PENDING, DELETED, EXPIRED = 0x103, 0xC0000203, 0xC000035C


class Packet:
    """An IPv4 packet of TCP in a pcap file."""

    def __init__(self, header, data):
        self.header, self.data = header, bytearray(data)
        self.tcp = 14 + (data[14] & 15) * 4
        self.at = self.tcp + (data[self.tcp + 12] >> 4) * 4
        self.is_tcp = data[12:14] == b'\x08\0' and data[23] == 6

    def copy(self):
        return Packet(self.header, bytes(self.data))

    @property
    def ports(self):
        return struct.unpack_from('>HH', self.data, self.tcp) if self.is_tcp else ()

    @property
    def numbers(self):
        return struct.unpack_from('>II', self.data, self.tcp + 4)

    def move(self, sequence, acknowledged):
        numbers = self.numbers
        struct.pack_into('>II', self.data, self.tcp + 4, numbers[0] + sequence & 0xFFFFFFFF, numbers[1] + acknowledged & 0xFFFFFFFF)

    @property
    def message(self):
        """Without the four bytes before it; b'' if there is none."""
        data = bytes(self.data[self.at:14 + struct.unpack_from('>H', self.data, 16)[0]]) if self.is_tcp else b''
        return data[4:] if data[5:8] == b'SMB' else b''

    @message.setter
    def message(self, message):
        self.data[self.at:] = struct.pack('>I', len(message)) + message
        struct.pack_into('>H', self.data, 16, len(self.data) - 14)
        self.header = self.header[:8] + struct.pack('<II', len(self.data), len(self.data))

    def change(self, at, layout, *values):
        message = bytearray(self.message)
        struct.pack_into(layout, message, at, *values)
        self.message = bytes(message)

    def cut(self, count):
        """That many bytes at its end were not captured."""
        self.data = self.data[:-count]
        self.header = self.header[:8] + struct.pack('<I', len(self.data)) + self.header[12:]

    def of(self, mark, command, response):
        m = self.message
        return m[:4] == mark + b'SMB' and m[12] == command and bool(m[16] & RESPONSE) == response


def read(data):
    packets, at = [], 24
    while at + 16 <= len(data):
        size = struct.unpack_from('<I', data, at + 8)[0]
        packets.append(Packet(data[at:at + 16], data[at + 16:at + 16 + size]))
        at += 16 + size
    return packets


def setups(packets, response):
    return [i for i, p in enumerate(packets) if p.of(b'\xfe', SETUP, response)]


# ---- SMB2 ----

def only(*ports):
    return lambda packets: [p for p in packets if p.ports and min(p.ports, key=lambda q: q == 445) in ports]


def answer_cut(packets):
    last = setups(packets, True)[-1]
    packets[last].cut(len(packets[last].message) - 86)
    return packets


def answer_gone(packets):
    del packets[setups(packets, True)[-1]]
    return packets


def logon_again(packets):
    """Both requests of the logon name a session that was there before, which has another key."""
    answer, last = packets[setups(packets, True)[0]].message, packets[setups(packets, False)[1]]
    packets[setups(packets, False)[0]].change(40, '8s', answer[40:48])
    token = last.message.index(b'NTLMSSP\0')
    key = token + struct.unpack_from('<I', last.message, token + 56)[0]
    last.change(key, 'B', last.message[key] ^ 1)
    return packets


def of_another_after_gap(mark, at):
    def edit(packets):
        messages = [i for i, p in enumerate(packets) if p.message[:1] == mark]
        for i in messages[-6:]:
            packets[i].change(at, '<Q', UNKNOWN_SESSION)
        return [p for i, p in enumerate(packets) if i not in messages[12:16]]
    return edit


def stranger(packets):
    """Someone repeats the logon on a connection of its own, with another salt in its NEGOTIATE."""
    last, first = setups(packets, True)[-1], next(i for i, p in enumerate(packets) if p.of(b'\xfe', 0, False))
    client, repeated = packets[first].ports[0], []
    for i, packet in enumerate(packets[:last + 1]):
        if client in packet.ports:
            copy = packet.copy()
            struct.pack_into('>H', copy.data, copy.tcp + 2 * copy.ports.index(client), client + 7)
            if i == first:
                salt = struct.unpack_from('<I', copy.message, 64 + 28)[0] + 8 + 6
                copy.change(salt, 'B', copy.message[salt] ^ 1)
            repeated.append(copy)
    return packets[:last + 1] + repeated + packets[last + 1:]


def answered(at, layout, value):
    """An answer has that, and the signature of its request."""
    def edit(packets):
        request = next(i for i, p in enumerate(packets) if p.of(b'\xfe', 6, False))
        answer = next(p for p in packets[request:] if p.of(b'\xfe', 6, True))
        answer.change(48, '16s', packets[request].message[48:64])
        answer.change(at, layout, value)
        return packets
    return edit


def interim(packets):
    """The last answer of the logon comes after an interim one."""
    last = setups(packets, True)[-1]
    extra = packets[last].copy()
    header = bytearray(extra.message[:64])
    struct.pack_into('<I', header, 8, PENDING)
    struct.pack_into('<I', header, 16, 3)
    header[48:64] = bytes(16)
    extra.message = bytes(header) + bytes.fromhex('090000000000000021')
    for packet in (p for p in packets[last:] if p.is_tcp):
        size = len(extra.message) + 4
        packet.move(*((size, 0) if packet.ports[0] == 445 else (0, size)))
    return packets[:last] + [extra] + packets[last:]


def crowd(packets):
    """Between its messages come some of sessions that are not known, more than a connection's table has places for."""
    messages = [i for i, p in enumerate(packets) if p.of(b'\xfe', 5, False)]
    at, out, moved = messages[1], packets[:messages[1]], 0
    for number in range(40):
        packet = packets[at].copy()
        packet.change(40, '<Q', UNKNOWN_SESSION + number)
        packet.move(moved, 0)
        moved += len(packet.message) + 4
        out.append(packet)
    for packet in (p for p in packets[at:] if p.is_tcp):
        packet.move(*((0, moved) if packet.ports[0] == 445 else (moved, 0)))
    # One packet is lost before all that.
    return [p for i, p in enumerate(out) if i != messages[0]] + packets[at:]


def idle(count):
    """Before it, that many connections only negotiate, and stay open."""
    def edit(packets):
        first = next(i for i, p in enumerate(packets) if p.of(b'\xfe', 0, False))
        client, out = packets[first].ports[0], []
        for number in range(count):
            for packet in (p.copy() for p in packets[:first + 1] if client in p.ports):
                struct.pack_into('>H', packet.data, packet.tcp + 2 * packet.ports.index(client), 2000 + number)
                out.append(packet)
        return out + packets
    return edit


# ---- SMB1: a tree disconnect and its answer, as often as wanted, after the first one ----

CANCEL, DISCONNECT, OPLOCK = 0xA4, 0x71, 0x24


def sign1(message, number):
    return hashlib.md5(KEY1 + message[:14] + struct.pack('<Q', number) + message[22:]).digest()[:8]


def more(steps):
    """Steps: whether the client sends it, command, MID, number, whether it is in the capture, and whether it is a response."""
    def edit(packets):
        models = {True: packets[15], False: packets[16]}
        at = {True: packets[16].numbers[1], False: packets[16].numbers[0] + len(packets[16].message) + 4}
        out = packets[:17]
        for client, command, mid, number, kept, response in steps:
            packet = models[client].copy()
            packet.move(at[client] - packet.numbers[0], at[not client] - packet.numbers[1])
            packet.change(4, 'B', command)
            packet.change(9, 'B', 0x98 if response else 0x18)
            packet.change(30, '<H', mid)
            packet.change(14, '8s', sign1(packet.message, number) if number is not None else b'\1' * 8)
            at[client] += len(packet.message) + 4
            out += [packet] if kept else []
        return out
    return edit


def pairs(count, lost=0, number=8):
    return [step for i in range(count) for step in (
        (True, DISCONNECT, 0x100 + i, number + 2 * i, i >= lost, False), (False, DISCONNECT, 0x100 + i, number + 1 + 2 * i, i >= lost, True))]


CANCELLED = [(True, DISCONNECT, 0x80, 8, True, False), (True, CANCEL, 0x80, 10, True, False), (False, DISCONNECT, 0x80, 9, True, True)] + pairs(5, number=11)
BREAK = [(False, OPLOCK, 0xFFFF, None, True, False)] + pairs(5)
# A client that counts one number for a request, as no answer comes.
ONE = [(True, DISCONNECT, 0x80, 8, True, False)] + pairs(5, number=9)

# Capture, keys, what is done to it; what is right, what was decrypted, and what is unknown: a signature, or an encrypted message.
DOUBTS = [
    *(('keys/m04-channels', PASSWORDS, only(port), 1, 0, 3) for port in (59350, 59370, 59374)),
    (KERBEROS, KEYTAB, answer_cut, 0, 0, 33),
    (KERBEROS, KEYTAB, answer_gone, 0, 0, 32),
    (SIGNED2, PASSWORDS, logon_again, 0, 0, 37),
    (GMAC, PASSWORDS, of_another_after_gap(b'\xfe', 40), 23, 0, 6),
    (ENCRYPTED, PASSWORDS, of_another_after_gap(b'\xfd', 44), 1, 41, 6),
    (GMAC, PASSWORDS, answered(8, '<I', DELETED), 32, 0, 1),
    (GMAC, PASSWORDS, answered(8, '<I', EXPIRED), 32, 0, 1),
    (GMAC, PASSWORDS, answered(8, '<I', PENDING), 32, 0, 1),
    (GMAC, PASSWORDS, answered(24, '<Q', 2**64 - 1), 32, 0, 1),
    (SIGNED2, PASSWORDS, crowd, 36, 0, 40),
    (ENCRYPTED, PASSWORDS, idle(1100), 1, 51, 0),
    (SIGNED2, PASSWORDS, interim, 37, 0, 0),
    (GMAC, PASSWORDS, interim, 33, 0, 0),
    (SIGNED1, PASSWORDS, more(CANCELLED), 20, 0, 0),
    (SIGNED1, PASSWORDS, more(BREAK), 17, 0, 1),
    (SIGNED1, PASSWORDS, more(ONE), 18, 0, 0),
    (SIGNED1, PASSWORDS, more(pairs(120, 100)), 45, 0, 2),
    (SIGNED1, PASSWORDS, more(pairs(420, 400)), 7, 0, 40),
]
