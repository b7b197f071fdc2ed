#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""floods.py KIND N OUT: a capture in which so many things of a kind are begun, most of them never ended. Deterministic."""
import struct
import sys

CLIENT, SERVER, LAST = 0x0a000001, 0xc0a80001, 0x0affffff
ETHERNET = bytes.fromhex('020000000002020000000001')
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


class Capture:
    """A pcap file; a packet every ten microseconds."""

    def __init__(self, path):
        self.file = open(path, 'wb', buffering=1 << 20)  # pylint: disable=consider-using-with
        self.file.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))
        self.time = 1700000000 * 1000000

    def frame(self, frame):
        self.time += 10
        self.file.write(struct.pack('<IIII', self.time // 1000000, self.time % 1000000, len(frame), len(frame)) + frame)

    def ip(self, src, dst, protocol, payload, ident=0, fragment=0):
        self.frame(ETHERNET + b'\x08\0' + struct.pack('>BBHHHBBHII', 0x45, 0, 20 + len(payload), ident, fragment, 64, protocol, 0,
                                                      src, dst) + payload)

    def tcp(self, src, dst, ports, seq, ack, flags, payload=b''):
        self.ip(src, dst, 6, struct.pack('>HHIIBBHHH', *ports, seq & 0xffffffff, ack & 0xffffffff, 0x50, flags, 65535, 0, 0) + payload)

    def udp(self, src, dst, port, payload):
        self.ip(src, dst, 17, struct.pack('>HHHH', port, port, 8 + len(payload), 0) + payload)


class Connection:
    """A connection with its handshake."""

    def __init__(self, capture, number=0, client=None):
        self.capture, self.client = capture, CLIENT + number // 50000 if client is None else client
        self.port, self.seq, self.ack = 1025 + number % 50000, 1000, 2000
        self.send(True, b'', SYN)
        self.send(False, b'', SYN | ACK)
        self.send(True, b'', ACK)

    def send(self, up, payload, flags=PSH | ACK):
        if up:
            self.capture.tcp(self.client, SERVER, (self.port, 445), self.seq, self.ack, flags, payload)
            self.seq += len(payload) + bool(flags & (SYN | FIN))
        else:
            self.capture.tcp(SERVER, self.client, (445, self.port), self.ack, self.seq, flags, payload)
            self.ack += len(payload) + bool(flags & (SYN | FIN))

    def up(self, payload):
        self.send(True, payload)

    def down(self, payload):
        self.send(False, payload)

    def close(self):
        self.send(True, b'', FIN | ACK)
        self.send(False, b'', FIN | ACK)
        self.send(True, b'', ACK)


def framed(message):
    return b'\0' + len(message).to_bytes(3, 'big') + message


def utf16(text):
    return text.encode('utf-16-le') + b'\0\0'


def smb1_bare(command, words, data, mid, reply=False, status=0, uid=100, tid=1):
    return b'\xffSMB' + bytes([command]) + struct.pack('<I', status) + bytes([0x98 if reply else 0x18]) + \
        struct.pack('<H', 0xc801) + bytes(12) + struct.pack('<HHHH', tid, 100, uid, mid & 0xffff) + \
        bytes([len(words) // 2]) + words + struct.pack('<H', len(data) & 0xffff) + data


def smb1(*args, **more):
    return framed(smb1_bare(*args, **more))


def even(words, data):
    """Unicode strings begin at an even byte of the message."""
    return data if (33 + len(words) + 2) % 2 == 0 else b'\0' + data


NEGOTIATE = smb1(0x72, b'', b'\2NT LM 0.12\0', 0)
NEGOTIATED = smb1(0x72, struct.pack('<HBHHIIIIQhB', 0, 3, 50, 1, 16644, 65536, 0, 0xf3fd, 133 * 10 ** 15, 0, 8),
                  b'12345678' + utf16('DOM') + utf16('SRV'), 0, reply=True)
NEGOTIATED_EXTENDED = smb1(0x72, struct.pack('<HBHHIIIIQhB', 0, 3, 50, 1, 16644, 65536, 0, 0x8000f3fd, 133 * 10 ** 15, 0, 0),
                           bytes(16), 0, reply=True)


def setup(user, mid=1, system='Unix'):
    words = struct.pack('<BBHHHHIHHII', 0xff, 0, 0, 16644, 2, 1, 0, 24, 24, 0, 0xd4)
    return smb1(0x73, words, b'L' * 24 + b'N' * 24 + b'\0' + utf16(user) + utf16('DOM') + utf16(system) + utf16('Lan'), mid, uid=0)


def setup_done(mid=1, uid=100):
    words = struct.pack('<BBHH', 0xff, 0, 0, 0)
    return smb1(0x73, words, even(words, utf16('Unix') + utf16('Samba') + utf16('DOM')), mid, reply=True, uid=uid)


def tree(path='\\\\SRV\\SHARE', mid=2):
    words = struct.pack('<BBHHH', 0xff, 0, 0, 0, 1)
    return smb1(0x75, words, b'\0' + utf16(path) + b'?????\0', mid, tid=0)


def tree_done(mid=2, tid=1):
    return smb1(0x75, struct.pack('<BBHH', 0xff, 0, 0, 1), b'A:\0\0' + utf16('NTFS'), mid, reply=True, tid=tid)


def create(name, mid):
    text = utf16(name)
    words = struct.pack('<BBHBHIIIQIIIIIB', 0xff, 0, 0, 0, len(text) - 2, 0, 0, 0x20089, 0, 0, 7, 1, 0, 2, 0)
    return smb1(0xa2, words, even(words, text), mid)


def create_done(mid, fid, status=0):
    words = (struct.pack('<BBHBHI', 0xff, 0, 0, 0, fid & 0xffff, 1) + bytes(57)) if not status else b''
    return smb1(0xa2, words, b'', mid, reply=True, status=status)


def logged_on(capture, number=0, user='alice'):
    c = Connection(capture, number)
    for message in (NEGOTIATE, setup(user), tree()):
        c.up(message)
        c.down({NEGOTIATE: NEGOTIATED}.get(message) or (tree_done() if message == tree() else setup_done()))
    return c


# ---- what is flooded ----

def flood_syn(capture, n):
    """Half-open connections."""
    for i in range(n):
        capture.tcp(0x0a000000 | i >> 5, SERVER, (1024 + (i & 31), 445), i * 7919, 0, SYN)


def flood_connections(capture, n):
    """Complete connections of one exchange."""
    for i in range(n):
        c = Connection(capture, i)
        c.up(NEGOTIATE)
        c.down(NEGOTIATED)
        c.close()


def flood_idle(capture, n):
    """Whole logons on connections that stay open."""
    for i in range(n):
        logged_on(capture, i)


def flood_mids(capture, n):
    """Requests that nobody answers."""
    c = logged_on(capture)
    for i in range(n):
        c.up(smb1(0x2e, struct.pack('<BBHHIHHIHI', 0xff, 0, 0, 0x4000, 0, 1, 1, 0, 0, 0), b'', i))


def flood_outstanding(capture, n):
    """As many as a connection may have open, on ever more connections, each with a long name."""
    for i in range(n):
        c = logged_on(capture, i)
        for k in range(8):
            c.up(create('o' * 400 + str(k), 10 + k))


def flood_hoards(capture, n):
    """A few connections that fill all they may hold and then speak now and then, and twenty others that are as they should be."""
    hoards = [logged_on(capture, i) for i in range(12)]
    for c in hoards:
        for k in range(min(n // 16, 700)):
            c.up(create('o' * 900 + str(k), 10 + k))
    others = [logged_on(capture, 100 + i) for i in range(20)]
    for i in range(n):
        c = others[i % 20]
        c.up(create(f'{i % 4}.txt', 10 + i))
        c.down(create_done(10 + i, i % 4))
        if i % 10 == 0:
            hoards[i // 10 % 12].up(create('p' * 400, 10 + n + i))


def flood_blame(capture, n):
    """Half of them hold much, and send it ahead of what they acknowledge: it is taken with a packet of the other half."""
    others = [logged_on(capture, 1000 + i) for i in range(min(n, 20))]
    for turn, other in enumerate(others):
        c = logged_on(capture, 40000 + turn)
        c.ack += 200
        for k in range(8):
            c.up(b''.join(create('x', 10 + 60 * k + m) for m in range(60)))
        capture.time += 20000
        other.up(create('a.txt', 10))
        other.down(create_done(10, 1))
    for other in others:
        other.up(create('b.txt', 11))
        other.down(create_done(11, 2))


def flood_fids(capture, n):
    c = logged_on(capture)
    for i in range(n):
        c.up(create(f'{i}.txt', i))
        c.down(create_done(i, i))


def flood_names_of_files(capture, n):
    """Names as long as they are kept, on ever more connections."""
    for i in range(n):
        c = logged_on(capture, i)
        for k in range(4):
            c.up(create('d' * 900 + f'{i}-{k}.txt', 10 + k))
            c.down(create_done(10 + k, k))


def flood_tids(capture, n):
    c = logged_on(capture)
    for i in range(n):
        c.up(tree(f'\\\\SRV\\S{i}', i))
        c.down(tree_done(i, i & 0xffff))


def flood_uids(capture, n):
    c = Connection(capture)
    c.up(NEGOTIATE)
    c.down(NEGOTIATED)
    for i in range(n):
        c.up(setup(f'user{i}', i))
        c.down(setup_done(i, i & 0xffff))


def flood_fragments(capture, n):
    """First fragments of datagrams, at the end of 64 KiB each."""
    for i in range(n):
        capture.ip(0x0a000000 | i >> 8, SERVER, 17, bytes(16), i & 0xffff, 0x2000 | (1 if i % 4 else 8000))


def flood_datagrams(capture, n):
    """First fragments of NetBIOS datagrams."""
    name = b'\x20' + b'CA' * 16 + b'\0'
    for i in range(n):
        header = struct.pack('>BBHIHHH', 0x11, 3, i & 0xffff, 0x0a000000 + i, 138, len(name) * 2 + 200, 60000 if i % 2 else 0)
        capture.udp(0x0a000000 + i, LAST, 138, header + name * 2 + bytes(200))


def flood_transactions(capture, n):
    """Transactions of 60 KB of which 10 bytes come, on ever more connections."""
    words = struct.pack('<HHHHBBHIHHHHHBBH', 60000, 60000, 10, 1000, 0, 0, 0, 0, 0, 10, 66, 10, 80, 1, 0, 5)
    part = struct.pack('<HHHHHHHHH', 60000, 60000, 10, 52, 59000, 10, 64, 59000, 0xffff)
    for i in range(n):
        if i % 16 == 0:
            c = logged_on(capture, i // 16)
        c.up(smb1(0x32, words, b'\0\0\0' + b'P' * 10 + b'\0\0\0\0' + b'D' * 10, 3 + i % 16))
        c.up(smb1(0x33, part, b'\0' * 1 + b'p' * 10 + b'\0\0' + b'd' * 10, 3 + i % 16))


def flood_one_byte(capture, n):
    """Segments of one byte."""
    c = logged_on(capture)
    message = create('one.txt', 3)
    for i in range(n):
        c.up(message[i % len(message):i % len(message) + 1])


def flood_holes(capture, n):
    """Every second byte, of ever more connections."""
    for i in range(n):
        if i % 300 == 0:
            c = logged_on(capture, i // 300)
        c.seq += 2
        capture.tcp(c.client, SERVER, (c.port, 445), c.seq, c.ack, PSH | ACK, b'x')


def flood_reversed(capture, n):
    """Segments in windows of 250, the last one first."""
    c = logged_on(capture)
    write = smb1(0x2f, struct.pack('<BBHHIIHHHHHH', 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 60000, 63, 0), b'\0' + b'W' * 60000, 4)
    stream = write * 5
    for start in range(0, n, 250):
        for k in reversed(range(min(250, n - start))):
            capture.tcp(c.client, SERVER, (c.port, 445), c.seq + k * 1000, c.ack, PSH | ACK, stream[k * 1000:k * 1000 + 1000])
        c.seq += 250 * 1000


def flood_andx(capture, n):
    """Chains of commands as long as a message can hold."""
    c = logged_on(capture)
    chain = b''.join(struct.pack('<BBBHH', 2, 0x2e if k < 7999 else 0xff, 0, 32 + (k + 1) * 7, 0) for k in range(8000))
    head = b'\xffSMB\x2e' + bytes(4) + b'\x18' + struct.pack('<H', 0xc801) + bytes(12) + struct.pack('<HHHH', 1, 100, 100, 9)
    message = framed((head + chain)[:60000])
    for _ in range(n // 16):
        c.up(message[:30000])
        c.up(message[30000:])


def flood_tokens(capture, n):
    """Security tokens of which the first 4 of 64 KB come."""
    blob = b'\x60\x82\xff\xf0\x06\x06\x2b\x06\x01\x05\x05\x02' + b'Z' * 4000
    words = struct.pack('<BBHHHHIHII', 0xff, 0, 0, 16644, 2, 1, 0, len(blob), 0, 0x800000d4)
    for i in range(n):
        c = Connection(capture, i)
        c.up(NEGOTIATE)
        c.down(NEGOTIATED_EXTENDED)
        c.up(smb1(0x73, words, blob + utf16('Unix'), 1))
        c.down(smb1(0x73, struct.pack('<BBHHH', 0xff, 0, 0, 0, 0), utf16('Unix'), 1, uid=5, reply=True, status=0xc0000016))


def encoded(name, suffix=0):
    return b'\x20' + b''.join(bytes((65 + (b >> 4), 65 + (b & 15))) for b in name.ljust(15)[:15].encode() + bytes([suffix])) + b'\0'


def flood_names(capture, n):
    """Registrations of ever new names by ever new addresses, each granted: only that makes a name known."""
    for i in range(n):
        record = struct.pack('>HHIHHI', 0x20, 1, 300000, 6, 0, 0x0a000000 + i)
        capture.udp(LAST, 0x0a000000 + i, 137, struct.pack('>HHHHHH', i & 0xffff, 0xad80, 0, 1, 0, 0) + encoded(f'N{i}') + record)


def flood_accounts(capture, n):
    """Ever new accounts of one client on one server."""
    for i in range(n):
        c = Connection(capture, i, client=CLIENT)
        c.up(NEGOTIATE)
        c.down(NEGOTIATED)
        c.up(setup(f'user{i}', system=f'System {i}'))
        c.down(setup_done())
        c.close()


def flood_addresses(capture, n):
    """A logon from each of ever new addresses."""
    for i in range(n):
        c = Connection(capture, i, client=0x0a000000 + i)
        c.up(NEGOTIATE)
        c.down(NEGOTIATED)
        c.up(setup(f'u{i}'))
        c.down(setup_done())
        c.close()


def smb2(command, body, mid, reply=False, status=0, session=7, tid=1, async_id=None):
    flags = (1 if reply else 0) | (0 if async_id is None else 2)
    where = struct.pack('<IIQ', 0xfeff, tid, session) if async_id is None else struct.pack('<QQ', async_id, session)
    return framed(b'\xfeSMB' + struct.pack('<HHIHHIIQ', 64, 0, status, command, 1, flags, 0, mid) + where + bytes(16) + body)


def smb2_logged_on(capture, number=0):
    c = Connection(capture, number)
    c.up(smb2(0, struct.pack('<HHHHI', 36, 1, 1, 0, 0) + bytes(24) + struct.pack('<H', 0x210), 0, session=0))
    c.down(smb2(0, struct.pack('<HHHH', 65, 1, 0x210, 0) + bytes(16) + struct.pack('<IIIIQQHHI', 1, 1 << 16, 1 << 16, 1 << 16, 0, 0, 128,
                                                                                  0, 0), 0, reply=True, session=0))
    return c


def smb2_read(fid=1):
    return struct.pack('<HBBIQQQIIIHH', 49, 0x50, 0, 4096, 0, fid, fid, 0, 0, 0, 0, 0) + b'\0'


def flood_smb2_mids(capture, n):
    c = smb2_logged_on(capture)
    for i in range(n):
        c.up(smb2(8, smb2_read(), 1 + i))


def flood_smb2_async(capture, n):
    """Requests that are answered "pending", each with an AsyncId of its own."""
    for i in range(n):
        if i % 48 == 0:
            c = smb2_logged_on(capture, i // 48)
        c.up(smb2(15, struct.pack('<HHIQQII', 32, 0, 4096, 1, 1, 0x17, 0), 1 + i))
        c.down(smb2(15, struct.pack('<HHI', 9, 0, 0) + b'\0', 1 + i, reply=True, status=0x103, async_id=1000 + i))


def flood_smb2_walks(capture, n):
    """As many requests as may wait, and what is looked for among all of them: an AsyncId, a file, a MessageId that none of them has."""
    c = smb2_logged_on(capture)
    for i in range(n // 4):
        c.up(smb2(8, smb2_read(), 1 + i))
    for i in range(n // 4):
        c.up(smb2(12, struct.pack('<HH', 4, 0), 0, async_id=7))
        c.up(smb2(6, struct.pack('<HHIQQ', 24, 0, 0, i + 2, i + 2), n + i))
        c.down(smb2(11, struct.pack('<HHI', 9, 0, 0) + b'\0', 1 << 40 | i, reply=True, status=0xc0000022))


def flood_smb2_one_mid(capture, n):
    """Requests with one MessageId, and responses that have it too and belong to none of them."""
    c = smb2_logged_on(capture)
    for _ in range(n // 2):
        c.up(smb2(8, smb2_read(), 5))
        c.down(smb2(11, struct.pack('<HHI', 9, 0, 0) + b'\0', 5, reply=True, status=0xc0000022))


def flood_smb2_tids(capture, n):
    c = smb2_logged_on(capture)
    for i in range(n):
        path = f'\\\\SRV\\S{i}'.encode('utf-16-le')
        c.up(smb2(3, struct.pack('<HHHH', 9, 0, 72, len(path)) + path, 1 + i, tid=0))
        c.down(smb2(3, struct.pack('<HBBIII', 16, 1, 0, 0, 0, 0x1f01ff), 1 + i, reply=True, tid=1 + i))


def flood_smb2_files(capture, n):
    c = smb2_logged_on(capture)
    for i in range(n):
        name = f'file-{i}.txt'.encode('utf-16-le')
        c.up(smb2(5, struct.pack('<HBBIQQIIIIIHHII', 57, 0, 0, 2, 0, 0, 0x120089, 0, 7, 1, 0, 120, len(name), 0, 0) + name, 1 + i))
        c.down(smb2(5, struct.pack('<HBBI', 89, 0, 0, 1) + bytes(56) + struct.pack('<QQII', i, i, 0, 0), 1 + i, reply=True))


def flood_smb2_sessions(capture, n):
    c = smb2_logged_on(capture)
    for i in range(n):
        c.up(smb2(1, struct.pack('<HBBIIHHQ', 25, 0, 1, 0, 0, 88, 32, 0) + b'NTLMSSP\0\1\0\0\0' + bytes(20), 1 + i, session=0))
        c.down(smb2(1, struct.pack('<HHHH', 9, 0, 72, 0), 1 + i, reply=True, session=100 + i))


def flood_smb2_rounds(capture, n):
    """One logon whose secret is sent, and which then goes on and on."""
    def setup(i, blob):
        return smb2(1, struct.pack('<HBBIIHHQ', 25, 0, 1, 0, 0, 88, len(blob), 0) + blob, 1 + i, session=7)
    c = smb2_logged_on(capture)
    secret = b'NTLMSSP\0\3\0\0\0' + b''.join(struct.pack('<HHI', *part) for part in ((24, 24, 64), (24, 24, 88), (0, 0, 0), (6, 6, 112), (0, 0, 0), (0, 0, 0)))
    for i in range(n):
        c.up(setup(i, b'\xa1\x07\x30\x05\xa0\x03\x0a\x01\1' if i else secret + struct.pack('<I', 0x211) + b'r' * 48 + utf16('bob')))
        c.down(smb2(1, struct.pack('<HHHH', 9, 0, 72, 4) + b'\xa1\2\x30\0', 1 + i, reply=True, session=7, status=0xc0000016))


def flood_pipes(capture, n):
    """DCE/RPC fragments that never end, on a pipe of each of ever more connections."""
    fragment = struct.pack('<BBBBIHHIIHH', 5, 0, 0, 0, 0x10, 4024, 0, 1, 0x7fffffff, 0, 15) + b'R' * 4000
    words = struct.pack('<BBHHIIHHHHHH', 0xff, 0, 0, 7, 0, 0xffffffff, 8, 4024, 0, 4024, 63, 0)[:24]
    for i in range(n):
        if i % 20 == 0:
            c = logged_on(capture, i // 20)
            c.up(create('\\srvsvc', 3))
            c.down(create_done(3, 7))
        first = fragment[:3] + bytes([1 if i % 20 == 0 else 0]) + fragment[4:]
        c.up(smb1(0x2f, words, b'\0' + first, 10 + i % 20))
        c.down(smb1(0x2f, struct.pack('<BBHHHI', 0xff, 0, 0, 4024, 0, 0), b'', 10 + i % 20, reply=True))


def nbf_frame(src, dst, llc, payload):
    capture_payload = llc + payload
    return dst + src + struct.pack('>H', len(capture_payload)) + capture_payload


def flood_nbf(capture, n):
    """Sessions of NetBIOS frames, each with the first part of a message."""
    server = bytes.fromhex('020000000001')
    for i in range(n):
        client = b'\x02\x01' + struct.pack('>I', i)
        number = 1 + i % 200
        head = struct.pack('<HHB', 14, 0xefff, 0x19) + struct.pack('<BHHHBB', 0, 0, 1, 1, number, number)
        capture.frame(nbf_frame(client, server, b'\xf0\xf0\x00\x00', head))
        # DATA_FIRST_MIDDLE: not the last part of the message.
        head = struct.pack('<HHB', 14, 0xefff, 0x15) + struct.pack('<BHHHBB', 0, 0, 1, 1, number, number)
        capture.frame(nbf_frame(client, server, b'\xf0\xf0\x02\x00', head + smb1_bare(0x72, b'', b'\2NT LM 0.12\0' * 30, 0)))


def flood_ipx(capture, n):
    """Messages directly over IPX, each from an address of its own."""
    message = smb1_bare(0x72, b'', b'\2NT LM 0.12\0', 0)
    for i in range(n):
        packet = struct.pack('>HHBB', 0xffff, 30 + len(message), 0, 4) + bytes(4) + b'\x02\0\0\0\0\1' + struct.pack('>H', 0x550) + \
            bytes(4) + b'\x02\1' + struct.pack('>IH', i, 0x551) + message
        capture.frame(b'\x02\0\0\0\0\1\x02\1' + struct.pack('>I', i) + b'\x81\x37' + packet)


def flood_refused(capture, n):
    """Names that do not exist: lines of one connection that wait to be printed."""
    c = logged_on(capture)
    for i in range(n):
        c.up(create('x' * 200 + str(i), i))
        c.down(create_done(i, 0, status=0xc0000034))


def flood_midstream(capture, n):
    """One packet, one connection that began before the capture."""
    for i in range(n):
        capture.tcp(0x0a000000 + i, SERVER, (1025, 445), 1, 1, PSH | ACK, NEGOTIATE)


def flood_halves(capture, n):
    """The first 20 KB of a transaction of 60, on ever more connections, and a piece behind a hole."""
    words = struct.pack('<HHHHBBHIHHHHHBBH', 10, 60000, 10, 1000, 0, 0, 0, 0, 0, 10, 66, 60000, 80, 1, 0, 5)
    message = smb1(0x32, words, b'\0\0\0' + b'P' * 10 + b'\0\0\0\0' + b'D' * 60000, 3)
    for i in range(n):
        c = logged_on(capture, i)
        for at in range(0, 20000, 1400):
            c.up(message[at:at + 1400])
        c.seq += 1400
        c.up(b'h' * 1400)


def flood_mixed(capture, n):
    """Small things that are given up, between others that are not, and then large ones: memory in pieces."""
    flood_holes(capture, n)
    flood_names_of_files(capture, n // 20 + 1)
    flood_syn(capture, n)
    flood_halves(capture, n // 30 + 1)
    flood_tokens(capture, n // 20 + 1)
    flood_pipes(capture, n // 5)


KINDS = {name[6:].replace('_', '-'): flood for name, flood in list(globals().items()) if name.startswith('flood_')}


def write(kind, n, path):
    capture = Capture(path)
    KINDS[kind](capture, n)
    capture.file.close()


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in KINDS:
        sys.exit(f'{__doc__}\nkinds: {" ".join(KINDS)}')
    write(sys.argv[1], int(sys.argv[2]), sys.argv[3])


if __name__ == '__main__':
    main()
