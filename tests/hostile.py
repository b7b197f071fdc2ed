# SPDX-License-Identifier: BSD-3-Clause
"""Messages that are made to cost more than they are: what points to the same bytes again and again, and what repeats a long name with little."""
import struct

from made import ANDX, ASCII, Connection, answer, rap, rap_answer, session_setup, smb1, smb2, transaction, transaction2

LONG = 'n' * 900


def utf16(text):
    return text.encode('utf-16-le') + b'\0\0'


def trans2_answer(connection, function, asked, parameters, data):
    connection.exchange(0x32, transaction2(function, asked), answer(parameters, data))


def dfs(connection, n, entry, size):
    data = struct.pack('<HHI', 1, n, 0) + entry * n + b'\1\1' * 500 + b'\0\0'
    trans2_answer(connection, 0x10, struct.pack('<H', 4) + utf16('\\a'), b'', data[:size])


def dfs_overlapping(c, size):
    dfs(c, size // 8 - 130, struct.pack('<HHHH', 3, 8, 0x101, 0x101), size)


def dfs_shared(c, size):
    dfs(c, size // 22 - 50, struct.pack('<HHHHIHHHI', 3, 22, 0, 0, 9, 22, 22, 22, 0), size)


def dfs_first_version(c, size):
    dfs(c, size // 8 - 130, struct.pack('<HHHH', 1, 8, 0, 0), size)


def dialects(c, size):
    # Each is like the one before but for its last letter: nothing tells them apart sooner.
    each = [b'\2Dialect number %04d\0' % i for i in range(64)]
    c.send(0, smb1(0x72, b'', b''.join(each) + each[-1] * (size // 21 - 64), flags2=ASCII))


def dialects_short(c, size):
    c.send(0, smb1(0x72, b'', b'\2\0' * (size // 2), flags2=ASCII))


def dialects_again(c, size):
    """As many dialects as there may be, and then offers of nothing: the record of each has the dialects of the connection."""
    offer = b''.join(b'\2%02d%s\0' % (i, b'd' * min(size // 100, 61)) for i in range(64))
    c.exchange(0x72, (b'', offer), (struct.pack('<H', 1), b''), flags2=ASCII)
    c.send(0, *[smb1(0x72, b'', b'', mid=i & 0x7fff, flags2=ASCII) for i in range(1, size // 39)])


def rap_pointers(c, size):
    text = b'\1' * 300
    c.exchange(0x25, transaction(rap(0x45, b'WrLeh', b'z' * 60, struct.pack('<HH', 3, 65000))), answer(rap_answer(65535), text + b'\0' * (size - 300)))


def rap_letters(c, size):
    c.exchange(0x25, transaction(rap(0x45, b'WrLeh', b'B' * 60, struct.pack('<HH', 9, 65000))), answer(rap_answer(65535), b'\xff' * size))


def rap_empty_items(c, size):
    c.exchange(0x25, transaction(rap(0x45, b'WrLeh', b'B0' * 31 + b'B', struct.pack('<HH', 9, 65000))), answer(rap_answer(65535), b'\xff' * size))


def rap_padding(c, size):
    c.exchange(0x25, transaction(rap(0x45, b'WrLeh', b'OB', struct.pack('<HH', 9, 65000))), answer(rap_answer(65535), b'\xff' * size))


def rap_queues(c, size):
    c.exchange(0x25, transaction(rap(0x45, b'WrLeh', b'N', struct.pack('<HH', 2, 65000) + b'B\0')), answer(rap_answer(65535), (b'\1\0' + b'x') * (size // 3)))


def find(c, level, entries):
    asked = struct.pack('<HHHHI', 22, 65535, 6, level, 0) + utf16('\\*')
    trans2_answer(c, 1, asked, struct.pack('<HHHHH', 1, 65535, 1, 0, 0), entries)


def find_names(c, size):
    find(c, 0x103, struct.pack('<III', 12, 0, 0) * (size // 12))


def find_standard(c, size):
    find(c, 1, (bytes(22) + b'\0\0') * (size // 24))


def find_attributes(c, size):
    find(c, 3, (bytes(22) + struct.pack('<I', 4) + b'\0\0') * (size // 28))


def extended_attributes(c, size):
    trans2_answer(c, 7, struct.pack('<HHI', 1, 4, 0), b'\0\0', struct.pack('<I', size) + bytes(size - 4))


def streams(c, size):
    trans2_answer(c, 7, struct.pack('<HHI', 1, 1022, 0), b'\0\0', struct.pack('<IIQQ', 24, 0, 0, 0) * (size // 24))


def setup_words(c, size):
    for _ in range(size // 600):
        c.exchange(0x25, transaction(b'', b'', '\\PIPE\\x', b'\xff' * 400))


def locks(c, size):
    n = size // 10
    c.exchange(0x24, (ANDX + struct.pack('<HBBIHH', 1, 0, 0, 0, 0, n & 0xffff), bytes(10 * n)), flags2=ASCII)


def chains(c, size):
    block = lambda at: bytes([3, 0x24, 0]) + struct.pack('<H', at) + b'\0\0' + b'\0\0'
    for _ in range(size // 180):
        body = b''
        for i in range(15):
            body += block(32 + 9 * (i + 1))
        message = smb1(0x24)[:32] + body
        c.send(0, message)


def chains_of_locks(c, size):
    """Each block has the rest of the message as its bytes: the same locks, with a block more before them."""
    most, length = 16, min(size, 10000)
    left = [length - 32 - 19 * (i + 1) for i in range(most)]
    words = [struct.pack('<BBHHBBIHH', 0xff if i == most - 1 else 0x24, 0, 32 + 19 * (i + 1), 1, 0, 0, 0, 0, left[i] // 10) for i in range(most)]
    body = b''.join(b'\x08' + each + struct.pack('<H', rest) for each, rest in zip(words, left))
    c.send(0, *[smb1(0x24, mid=i + 1)[:32] + body + b'\1' * left[-1] for i in range(size // length)])


def pieces_of_a_token(c, size):
    """The first is large, and each of the others one byte, with locks behind it that are the same bytes again and again."""
    total, first, length = 64000, 59000, 6000
    words = lambda n, after=0xff, at=0: struct.pack('<BBHHHHIHII', after, 0, at, 16644, 10, 1, 0, n, 0, 0x80000000)
    goes_on = lambda mid: smb1(0x73, ANDX + bytes(4), b'\0\0', mid=mid, reply=True, status=0xC0000016, flags2=0xC807)
    blob = struct.pack('>BBH', 0x60, 0x82, total - 4) + b'\6\6\x2b\6\1\5\5\2' + struct.pack('>BBH', 0xA0, 0x82, total - 16) + b'Z' * (first - 16)
    c.send(0, smb1(0x73, words(first), blob + bytes(4), uid=0, flags2=0xC807))
    c.send(1, goes_on(1))
    for mid in range(2, 2 + max(size, 60000) // length * 4):
        body, at = b'\x0c' + words(1, 0x24, 65) + struct.pack('<H', 6) + b'Z' + bytes(5), 65
        for i in range(14):
            at += 19
            body += b'\x08' + struct.pack('<BBHHBBIHHH', 0xff if i == 13 else 0x24, 0, at, 1, 0, 0, 0, 0, (length - at) // 10, length - at)
        c.send(0, smb1(0x73, mid=mid, flags2=0xC807)[:32] + body + b'\1' * (length - at))
        c.send(1, goes_on(mid))


def session_answers(c, size):
    """Sessions of NetBIOS that are granted, and nobody asked for: four bytes each."""
    c.stream(1, b'\x82\0\0\0' * (size // 4))


def chains_of_a_user(c, size):
    """Blocks of seven bytes, each told with an account of letters that take six bytes each."""
    c.exchange(0x72, (b'', b'\2NT LM 0.12\0'), (struct.pack('<HB', 0, 3) + bytes(31), bytes(8)), flags2=ASCII)
    c.exchange(0x73, session_setup(b'\2' * 50), (ANDX + b'\0\0', b'A\0B\0C\0'), flags2=ASCII, uid=0)
    body = b''.join(struct.pack('<BBBHH', 2, 0xff if i == 11 else 0x74, 0, 32 + 7 * (i + 1), 0) for i in range(12))
    c.send(0, *[smb1(0x74, mid=i & 0x7fff, uid=0)[:32] + body for i in range(size // 120)])


def echoes_of_a_long_name(c, size):
    """A share, a file and a dialect with long names, and then as little as can be, over and over."""
    name = utf16('\\' + LONG)
    c.exchange(0x72, (b'', b'\2' + LONG.encode() + b'\0'), (struct.pack('<H', 0), b''), flags2=ASCII)
    c.exchange(0x75, (ANDX + struct.pack('<HH', 0, 1), b'\0' + utf16('\\\\S\\' + LONG) + b'?????\0'), (ANDX + b'\0\0', b'A:\0\0'))
    words = ANDX + b'\0' + struct.pack('<HIIIQIIIIIB', len(name), 0, 0, 3, 0, 0, 3, 1, 0, 2, 0)
    c.exchange(0xA2, (words, b'\0' + name), (ANDX + struct.pack('<HI32xIQQHHB', 0x4000, 1, 0x80, 0, 0, 0, 0, 0), b''))
    flush = [smb1(0x05, struct.pack('<H', 0x4000), mid=i & 0x7fff) for i in range(size // 41)]
    c.send(0, *flush)


def opens_of_a_long_share(c, size):
    c.exchange(0x75, (ANDX + struct.pack('<HH', 0, 1), b'\0' + utf16('\\\\S\\' + LONG) + b'?????\0'), (ANDX + b'\0\0', b'A:\0\0'))
    words = ANDX + b'\0' + struct.pack('<HIIIQIIIIIB', 4, 0, 0, 3, 0, 0, 3, 1, 0, 2, 0)
    for i in range(size // 200):
        c.exchange(0xA2, (words, b'\0' + utf16('f')), (ANDX + struct.pack('<HI32xIQQHHB', 0x4000 + i, 1, 0x80, 0, 0, 0, 0, 0), b''))


def deletions_taken_back(c, size):
    """Of one file that is open many times, in two encodings: each concerns all other opens of that name."""
    name, many = 'n' * 200, size // 400
    words = lambda n: ANDX + b'\0' + struct.pack('<HIIIQIIIIIB', n, 0, 0, 0x10000, 0, 0, 3, 1, 0, 2, 0)
    opened = lambda fid: (ANDX + struct.pack('<BHI32xIQQHHB', 0, fid, 1, 0x80, 0, 0, 0, 0, 0), b'')
    for i in range(many):
        c.exchange(0xA2, (words(200), name.encode() + b'\0'), opened(0x4000 + i), flags2=ASCII)
    c.exchange(0xA2, (words(400), b'\0' + utf16(name)), opened(0x3fff))
    for _ in range(many):
        c.exchange(0x32, transaction2(8, struct.pack('<HHH', 0x3fff, 0x102, 0), b'\0'), answer(b'\0\0'))


def failures_of_a_long_name(c, size):
    """Sixteen users may not read, each a file with a long name, and log off; then somebody else reads a file, of a name like theirs, again and again."""
    n, many = min(size // 20, 1000), size // 50
    words = lambda n: ANDX + b'\0' + struct.pack('<HIIIQIIIIIB', n, 0, 0, 1, 0, 0, 3, 1, 0, 2, 0)
    opened = lambda fid: (ANDX + struct.pack('<BHI32xIQQHHB', 0, fid, 1, 0x80, 0, 0, 0, 0, 0), b'')
    read = lambda fid: (ANDX + struct.pack('<HIHHIH', fid, 0, 1, 1, 0, 0), b'')
    for i in range(17):
        name = 'n' * n + chr(97 + i)
        c.exchange(0x73, session_setup(b'u%d' % i), (ANDX + b'\0\0', b'A\0B\0C\0'), flags2=ASCII, uid=200 + i)
        if i < 16:
            c.exchange(0xA2, (words(2 * n + 2), b'\0' + utf16(name)), opened(0x4000 + i), uid=200 + i)
            c.mid += 1
            c.send(0, smb1(0x2E, *read(0x4000 + i), mid=c.mid, uid=200 + i))
            c.send(1, smb1(0x2E, mid=c.mid, uid=200 + i, reply=True, status=0xC0000022))
            c.exchange(0x74, (ANDX, b''), (ANDX, b''), uid=200 + i)
        else:
            c.exchange(0xA2, (words(n + 1), name.encode() + b'\0'), opened(0x4000 + i), flags2=ASCII, uid=200 + i)
    for _ in range(many):
        c.exchange(0x2E, read(0x4010), (ANDX + struct.pack('<HHHHH10x', 0, 0, 0, 1, 60), b'\0x'), uid=216)


def reads_of_two_long_names(c, size):
    """In turn, so that none is folded, and of letters that are looked up."""
    words = lambda n: ANDX + b'\0' + struct.pack('<HIIIQIIIIIB', n, 0, 0, 1, 0, 0, 3, 1, 0, 2, 0)
    opened = lambda fid: (ANDX + struct.pack('<BHI32xIQQHHB', 0, fid, 1, 0x80, 0, 0, 0, 0, 0), b'')
    c.exchange(0x75, (ANDX + struct.pack('<HH', 0, 1), b'\0\\\\S\\D\0?????\0'), (ANDX + b'\0\0', b'A:\0\0'), flags2=ASCII)
    for fid in (0x4000, 0x4001):
        name = b'\x90' * min(size // 10, 2000) + bytes([65 + (fid & 1)])
        c.exchange(0xA2, (words(len(name)), name + b'\0'), opened(fid), flags2=ASCII)
    for i in range(size // 100):
        c.exchange(0x2E, (ANDX + struct.pack('<HIHHIH', 0x4000 + (i & 1), 0, 1, 1, 0, 0), b''), (ANDX + struct.pack('<HHHHH10x', 0, 0, 0, 1, 60), b'\0x'), flags2=ASCII)


def overlapping_ntlm(c, size):
    """All names of an AUTHENTICATE message are the same bytes."""
    n = min(size, 30000) & ~1
    field = struct.pack('<HHI', n, n, 64)
    token = b'NTLMSSP\0\3\0\0\0' + field * 6 + struct.pack('<I', 0x62088215)
    c.exchange(0x73, (ANDX + struct.pack('<HHHIHII', 16644, 10, 1, 0, 64 + n, 0, 0x80000000), token + b'\1\1' * (n // 2) + b'\0\0\0\0'), flags2=0xC807)


def mechanisms(c, size):
    oids = b'\x06\x01\x2a' * min(size // 3, 20000)
    der = lambda tag, b: bytes([tag, 0x82, len(b) >> 8, len(b) & 255]) + b
    blob = der(0x60, b'\x06\x06\x2b\x06\x01\x05\x05\x02' + der(0xA0, der(0x30, der(0xA0, der(0x30, oids)))))
    c.exchange(0x73, (ANDX + struct.pack('<HHHIHII', 16644, 10, 1, 0, len(blob), 0, 0x80000000), blob + b'\0\0\0\0'), flags2=0xC807)


def compounds(c, size):
    n = size // 72
    c.send(0, b''.join(smb2(13, struct.pack('<HHI', 4, 0, 0), mid=i, following=72 if i < n - 1 else 0) for i in range(n)))


def compressed(before, part, times):
    """Plain LZ77 ([MS-XCA] 2.4) in a message of SMB 3.1.1 ([MS-SMB2] 2.2.42.1): what is before, and a part so many times."""
    plain, rest = before + part, (times - 1) * len(part)
    words = [plain[at:at + 32] for at in range(0, len(plain) + 1, 32)]
    flags = [0] * (len(words) - 1) + [0x80000000 >> len(words[-1])]
    match = struct.pack('<HBBHI', (len(part) - 1) << 3 | 7, 15, 255, 0, rest - 3)
    body = b''.join(struct.pack('<I', flag) + word for flag, word in zip(flags, words)) + match
    return b'\xfcSMB' + struct.pack('<IHHI', len(plain) + rest, 2, 0, 0) + body


def compressed_compounds(c, size):
    part = smb2(13, struct.pack('<HHI', 4, 0, 0), following=72)
    c.send(0, *[compressed(b'', part, 140)] * (size // 110))


def compressed_contexts(c, size):
    before = smb2(0, struct.pack('<HHHHI16sIHH', 36, 1, 1, 0, 0, bytes(16), 64 + 40, 1200, 0) + struct.pack('<HH', 0x311, 0))
    c.send(0, *[compressed(before, bytes(8), 1200)] * (size // 160))


def packed(plain):
    """The same, of all of it: what is like the byte before it is a match, as long as it goes on; up to 32 literals and matches."""
    flags, out, half, at = '', bytearray(), None, 0
    while at < len(plain):
        n = 0
        while at and at + n < len(plain) and plain[at + n] == plain[at - 1]:
            n += 1
        flags += '1' if n > 2 else '0'
        if n < 3:
            out.append(plain[at])
            at += 1
            continue
        at, n = at + n, n - 3
        out += struct.pack('<H', min(n, 7))
        if n < 7:
            continue
        nibble = min(n - 7, 15)
        if half is None:
            half = len(out)
            out.append(nibble)
        else:
            out[half], half = out[half] | nibble << 4, None
        if nibble == 15:
            out += bytes([n - 22]) if n - 22 < 255 else struct.pack('<BH', 255, n)
    return b'\xfcSMB' + struct.pack('<IHHII', len(plain), 2, 0, 0, int(flags.ljust(32, '1'), 2)) + out


def compressed_names(c, size):
    """As small as a message with a text can be."""
    create = struct.pack('<HBBIQQIIIIIHHII', 57, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 120, 1000, 0, 0) + b'\1' * 1000
    c.send(0, *[packed(b'\xfeSMB\x40\0' + bytes(6) + b'\5' + bytes(51) + create)] * (size // 57))


def compressed_dialects(c, size):
    """And one with a list."""
    negotiate = struct.pack('<HHHHI16sQ', 36, 1800, 0, 0, 0, bytes(16), 0) + bytes(3600)
    c.send(0, *[packed(b'\xfeSMB\x40\0' + bytes(58) + negotiate)] * (size // 44))


def contexts(c, size):
    n = min(size // 8, 65535)
    body = struct.pack('<HHHHI16sIHH', 36, 1, 1, 0, 0, bytes(16), 64 + 40, n, 0) + struct.pack('<HH', 0x311, 0) + bytes(8 * n)
    c.send(0, smb2(0, body))


def secondaries(c, size):
    """A transaction of many parts of one byte, from behind."""
    n = size // 60
    c.mid += 1
    c.send(0, smb1(0x25, *transaction(b'', b'', total=(0, n)), mid=c.mid))
    from made import secondary
    c.send(0, *[smb1(0x26, *secondary(b'', b'x', (0, n), (0, at)), mid=c.mid) for at in range(n - 1, 0, -1)])


def notify(c, size):
    parameters = struct.pack('<III', 12, 1, 0) * (size // 12)
    at = 32 + 1 + 36 + 2
    words = struct.pack('<3xIIIIIIIIB', len(parameters), 0, len(parameters), at + 1, 0, 0, 0, 0, 0)
    setup = struct.pack('<IHBB', 1, 1, 0, 0)
    asked = struct.pack('<BHIIIIIIIIBH', 0, 0, 0, 0, 1024, 0, 0, 0, 0, 0, 4, 4) + setup
    c.exchange(0xA0, (asked, b''), (words + b'\0' * (36 - len(words)), b'\0' + parameters))


OVER_TCP = [dfs_overlapping, dfs_shared, dfs_first_version, dialects, dialects_short, dialects_again, rap_pointers, rap_letters, rap_empty_items, rap_padding, rap_queues,
            find_names, find_standard, find_attributes, extended_attributes, streams, setup_words, locks, chains, chains_of_a_user, echoes_of_a_long_name,
            opens_of_a_long_share, deletions_taken_back, failures_of_a_long_name, reads_of_two_long_names, overlapping_ntlm, mechanisms, compounds, contexts, secondaries, notify,
            compressed_compounds, compressed_contexts, chains_of_locks, pieces_of_a_token, session_answers,
            compressed_names, compressed_dialects]


def names(capture, size):
    """Names that point to one long name, as many as a packet of the name service holds."""
    label = lambda n: bytes([n]) + b'\1' * n
    first = b'\x20' + b'CA' * 16 + label(63) + label(63) + label(60) + b'\0' + struct.pack('>HH', 0x20, 1)
    pointing = b'\xc0\x0c' + struct.pack('>HH', 0x20, 1)
    n = (1400 - len(first)) // len(pointing)
    packet = struct.pack('>HHHHHH', 1, 0x0100, n + 1, 0, 0, 0) + first + pointing * n
    for _ in range(size // len(packet)):
        capture.udp(137, packet)


def node_status(capture, size):
    data = b'\x4f' + (b'\1' * 15 + b'\0' + b'\0\0') * 79
    packet = struct.pack('>HHHHHH', 1, 0x8400, 0, 1, 0, 0) + b'\x20' + b'CA' * 16 + b'\0' + struct.pack('>HHIH', 0x21, 1, 0, len(data)) + data
    for _ in range(size // len(packet)):
        capture.udp(137, packet)


def dialects_of_many(capture, size):
    """One connection offers long dialects, many others offer short ones that nobody offered before: each is ranked among them."""
    offer = lambda port, names: Connection(capture, port).exchange(0x72, (b'', b''.join(b'\2%s\0' % name for name in names)), (struct.pack('<H', 0xFFFF), b''), flags2=ASCII)
    offer(20000, [b'%02d' % i + b'd' * min(size // 100, 250) for i in range(64)])
    for at in range(size // 400):
        offer(20001 + at, [b'%x' % (64 * at + i) for i in range(64)])


def cut_fragments(capture, size):
    """Fragments of 64 KiB of which the capture has the header alone, each of another datagram."""
    snaplen, capture.snaplen = capture.snaplen, 34
    for number in range(size // 50):
        capture.packet(b'\2' * 6 + b'\4' * 6 + b'\x08\0' + struct.pack('>BBHHHBBH4s4s', 0x45, 0, 65532, number & 0xffff, 0x2000, 64, 17, 0,
                                                                    b'\x0a\0\0\2', b'\x0a\0\0\1') + bytes(65512))
    capture.snaplen = snaplen


class Midstream(Connection):
    """One that was open when the capture began."""

    def __init__(self, capture, port):  # pylint: disable=super-init-not-called
        self.capture, self.ports, self.sequence, self.mss, self.mid = capture, (port, 445), [1000, 5000], 60000, 0


def channels(capture, size):
    """A session with a long share and a long file, and connections that are no more than a channel of it which asks for that file once."""
    name, token = ('\1' * 1000).encode('utf-16-le'), b'NTLMSSP\0\3\0\0\0' + struct.pack('<HHI', 0, 0, 64) * 6 + struct.pack('<I', 0x62088215)
    setup = lambda binding: struct.pack('<HBBIIHHQ', 25, binding, 1, 0, 0, 88, len(token), 0) + token
    done = smb2(1, struct.pack('<HHHH', 9, 0, 72, 0), reply=True)
    path = '\\\\s\\'.encode('utf-16-le') + name
    first = Connection(capture, 20000)
    first.send(0, smb2(1, setup(0)))
    first.send(1, done)
    first.send(0, smb2(3, struct.pack('<HHHH', 9, 0, 72, len(path)) + path, 2, tree=0))
    first.send(1, smb2(3, struct.pack('<HBBIII', 16, 1, 0, 0, 0, 0x1f01ff), 2, True))
    first.send(0, smb2(5, struct.pack('<HBBIQQIIIIIHHII', 57, 0, 0, 2, 0, 0, 0x120089, 0, 7, 1, 0, 120, len(name), 0, 0) + name, 3))
    first.send(1, smb2(5, struct.pack('<HBBI56xQQII', 89, 0, 0, 1, 9, 9, 0, 0), 3, True))
    for at in range(size // 700):
        c = Midstream(capture, 20001 + at)
        c.send(0, smb2(1, setup(1)))
        c.send(1, done)
        c.send(0, *[smb2(7, struct.pack('<HHIQQ', 24, 0, 0, 9, 9), mid) for mid in (2, 3)])
        c.send(1, *[smb2(7, struct.pack('<HH', 4, 0), mid, True) for mid in (2, 3)])


OVER_UDP = [names, node_status]
# What takes several connections.
OVER_MANY = [channels]
# What is told again and again with each of many small messages.
TOLD_AGAIN = [chains_of_a_user, dialects_again, echoes_of_a_long_name, opens_of_a_long_share, deletions_taken_back, failures_of_a_long_name, reads_of_two_long_names]
# By an audit, and over connections, or datagrams, of their own.
AUDITED = [dialects_of_many, cut_fragments]


def write(capture, kind, size, times=1):
    """Of one kind, a message of about so many bytes, so often."""
    if kind in OVER_UDP + OVER_MANY + AUDITED:
        kind(capture, size * times)
        return
    for number in range(times):
        connection = Connection(capture, 20000 + number)
        kind(connection, size)
        connection.end()
