# SPDX-License-Identifier: BSD-3-Clause
"""Conversations of SMB1 and SMB2, a step a call, for the tests of what is concluded from them; and captures that lack some of it."""
import struct

from made import ANDX, ASCII, Capture, Connection, smb1, smb2

NEGOTIATE, SETUP, TREE, OPEN, READ = 0x72, 0x73, 0x75, 0x2D, 0x2E
FIN, RST, ACK = 0x01, 0x04, 0x10
MORE, LOGON_FAILURE, NOT_SUPPORTED, ACCESS_DENIED = 0xC0000016, 0xC000006D, 0xC00000BB, 0xC0000022


class Lost(Capture):
    """A capture of which packets can be left out, by their number, cut, or written in another order."""

    def __init__(self, path):
        super().__init__(path)
        self.without, self.cut, self.swap, self.n, self.late = (), {}, (), 0, None

    def packet(self, data):
        self.n += 1
        self.snaplen = self.cut.get(self.n, 262144)
        if self.n in self.without:
            self.microseconds += 500
        elif self.n in self.swap:
            self.late = data
        else:
            super().packet(data)
            if self.late:
                late, self.late = self.late, None
                super().packet(late)


class Talk(Connection):
    """Between 10.0.0.`client` and 10.0.0.`server`."""
    uid = tid = 0
    flags2 = ASCII

    def __init__(self, capture, port=40000, client=2, server=1):
        self.ends = bytes([10, 0, 0, client]), bytes([10, 0, 0, server])
        super().__init__(capture, port)

    def seen_from_here(self):
        """All before was not captured."""
        self.capture.file.seek(24)
        self.capture.file.truncate()

    def ask(self, command, words=b'', data=b'', **more):
        self.mid += 1
        self.send(0, smb1(command, words, data, mid=self.mid, uid=self.uid, tid=self.tid, flags2=self.flags2, **more))

    def answer(self, command, words=b'', data=b'', status=0):
        body = (b'', b'') if status else (words, data)
        self.send(1, smb1(command, *body, mid=self.mid, reply=True, status=status, uid=self.uid, tid=self.tid, flags2=self.flags2))

    def netbios(self, *answer):
        name = lambda text: b'\x20' + b''.join(bytes([65 + (c >> 4), 65 + (c & 15)]) for c in text.ljust(16).encode()) + b'\0'
        self.stream(0, b'\x81\0\0\x44' + name('SERVER') + name('CLIENT'))
        if answer:
            self.stream(1, bytes(answer))

    def negotiate(self, dialects=('NT LM 0.12',), mode=3, index=0, answer=True):
        self.ask(NEGOTIATE, b'', b''.join(b'\2' + d.encode() + b'\0' for d in dialects))
        if answer:
            self.answer(NEGOTIATE, struct.pack('<HBHHIIIIQhB', index, mode, 50, 1, 16644, 65536, 0, 0xF3F9, 0, 0, 8), b'challeng' + b'WG\0')

    def setup(self, account=b'bob', oem=b'l' * 24, unicode=b'n' * 24, status=0):
        words = ANDX + struct.pack('<HHHIHHII', 16644, 10, 1, 0, len(oem), len(unicode), 0, 0)
        self.ask(SETUP, words, oem + unicode + account + b'\0DOM\0os\0lm\0')
        self.uid = 100
        self.answer(SETUP, ANDX + bytes(2), b'os\0lm\0DOM\0', status)

    def tree(self, password=b'\0', status=0, path=b'\\\\SRV\\DATA'):
        self.ask(TREE, ANDX + struct.pack('<HH', 0, len(password)), password + path + b'\0?????\0')
        self.tid = 1
        self.answer(TREE, ANDX + b'\1\0', b'A:\0NTFS\0', status)

    def open(self, status=0):
        self.ask(OPEN, ANDX + struct.pack('<HHHHIHIII', 0, 0x40, 0, 0, 0, 1, 0, 0, 0), b'\\a.txt\0')
        self.answer(OPEN, ANDX + struct.pack('<HHIIHHHHIH', 7, 0, 0, 10, 0, 0, 0, 1, 0, 0), b'', status)

    def read(self):
        self.ask(READ, ANDX + struct.pack('<HIHHIH', 7, 0, 10, 10, 0, 0))
        self.answer(READ, ANDX + struct.pack('<HHHHH10x', 0xffff, 0, 0, 3, 59), b'abc')

    def fin(self, direction):
        for end in (direction, 1 - direction):
            self.segment(end, FIN | ACK, b'')
            self.sequence[end] += 1
        self.segment(direction, ACK, b'')

    def reset(self, direction):
        self.segment(direction, RST | ACK, b'')

    def old(self):
        self.negotiate(), self.setup(), self.tree(), self.open(), self.read()


def der(tag, data):
    return bytes([tag, len(data)]) + data if len(data) < 128 else bytes([tag, 0x82, len(data) >> 8, len(data) & 255]) + data


SPNEGO, NTLMSSP, KERBEROS = (bytes.fromhex(oid) for oid in ('06062b0601050502', '060a2b06010401823702020a', '06092a864886f712010202'))


def first(mechanisms, token=None):
    body = der(0xA0, der(0x30, b''.join(mechanisms))) + (der(0xA2, der(4, token)) if token else b'')
    return der(0x60, SPNEGO + der(0xA0, der(0x30, body)))


def further(state=None, mechanism=None, token=None):
    body = (der(0xA0, der(10, bytes([state]))) if state is not None else b'') + (der(0xA1, mechanism) if mechanism else b'')
    return der(0xA1, der(0x30, body + (der(0xA2, der(4, token)) if token else b'')))


def ticket(encryption=18):
    number, text = lambda n: der(2, bytes([n])), lambda t: der(0x1B, t)
    sealed = der(0x30, der(0xA0, number(encryption)) + der(0xA2, der(4, b'E' * 40)))
    name = der(0x30, der(0xA0, number(2)) + der(0xA1, der(0x30, text(b'cifs') + text(b'srv'))))
    inner = der(0x61, der(0x30, der(0xA0, number(5)) + der(0xA1, text(b'DOM')) + der(0xA2, name) + der(0xA3, sealed)))
    request = der(0x30, der(0xA0, number(5)) + der(0xA1, number(14)) + der(0xA2, der(3, bytes(5))) + der(0xA3, inner) + der(0xA4, sealed))
    return der(0x60, KERBEROS + b'\1\0' + der(0x6E, request))


def ntlm(kind):
    if kind == 1:
        return b'NTLMSSP\0' + struct.pack('<II', 1, 0x211) + bytes(16)
    if kind == 2:
        return b'NTLMSSP\0' + struct.pack('<IHHIIQQHHI', 2, 0, 0, 48, 0x211, 0x1122334455667789, 0, 0, 0, 48)
    fields, data = b'', b''
    for part in (bytes(24), b'n' * 16 + b'\1\1' + bytes(26), b'', 'bob'.encode('utf-16-le'), b'', b''):
        fields += struct.pack('<HHI', len(part), len(part), 64 + len(data))
        data += part
    return b'NTLMSSP\0' + struct.pack('<I', 3) + fields + struct.pack('<I', 0x211) + data


def padded(message):
    """With the offset of the next command, [MS-SMB2] 3.2.4.1.4."""
    message += bytes(-len(message) % 8)
    return message[:20] + struct.pack('<I', len(message)) + message[24:]


def related(message, reply):
    """The command depends on the one before it; a request takes over its session and tree."""
    flags, ids = (5, message[36:48]) if reply else (4, b'\xff' * 12)
    return message[:16] + struct.pack('<I', flags) + message[20:36] + ids + message[48:]


THAT = b'\xff' * 16  # the FileId of the CREATE before it


class Talk2(Talk):
    session = tree_id = 0
    message = 0
    mechanisms = (KERBEROS, NTLMSSP)

    def request(self, command, body, **more):
        self.asked, self.message = self.message, self.message + 1
        self.send(0, smb2(command, body, mid=self.asked, session=self.session, tree=self.tree_id, **more))

    def response(self, command, body, status=0, mid=None):
        error = struct.pack('<HBBIB', 9, 0, 0, 0, 0)
        self.send(1, smb2(command, error if status not in (0, MORE) else body, mid=self.asked if mid is None else mid, reply=True, status=status,
                          session=self.session, tree=self.tree_id))

    def chosen(self, dialect, mid=None):
        token = first(self.mechanisms)
        self.response(0, struct.pack('<HHHH', 65, 1, dialect, 0) + b'S' * 16 +
                      struct.pack('<IIIIQQHHI', 0, 65536, 65536, 65536, 0, 0, 128, len(token), 0) + token, mid=mid)

    def either(self):
        """The negotiate of a client that speaks both."""
        self.ask(NEGOTIATE, b'', b''.join(b'\2' + d + b'\0' for d in (b'NT LM 0.12', b'SMB 2.002', b'SMB 2.???')))
        self.chosen(0x2FF, mid=0)
        self.message = 1

    def negotiate2(self, dialects=(0x202, 0x210), status=0, capabilities=0):
        self.request(0, struct.pack('<HHHHI16xQ', 36, len(dialects), 1, 0, capabilities, 0) + struct.pack('<%dH' % len(dialects), *dialects))
        if status:
            self.response(0, b'', status)
        else:
            self.chosen(dialects[-1])

    def setup2(self, token, back=b'', status=0, flags=0):
        self.request(1, struct.pack('<HBBIIHHQ', 25, 0, 1, 0, 0, 88, len(token), 0) + token)
        self.session = 7
        self.response(1, struct.pack('<HHHH', 9, flags, 72, len(back)) + back, status)

    def logon2(self):
        self.setup2(first((NTLMSSP,), ntlm(1)), further(1, NTLMSSP, ntlm(2)), MORE)
        self.setup2(further(token=ntlm(3)), further(0))

    def tree2(self, name='DATA', status=0, share_flags=0, kind=1):
        path = ('\\\\SRV\\' + name).encode('utf-16-le')
        self.request(3, struct.pack('<HHHH', 9, 0, 72, len(path)) + path)
        self.tree_id = 1
        self.response(3, struct.pack('<HBBIII', 16, kind, 0, share_flags, 0, 0x1f01ff), status)


    def compound(self, requests, answers=None):
        """Each a command and its body; all but the first are related. `answers`: command, status and body."""
        def chain(messages, reply):
            made = [related(m, reply) if i else m for i, m in enumerate(messages)]
            return b''.join([padded(m) for m in made[:-1]] + made[-1:])
        ids = range(self.message, self.message + len(requests))
        self.message += len(requests)
        self.send(0, chain([smb2(command, body, mid=mid, session=self.session, tree=self.tree_id) for mid, (command, body) in zip(ids, requests)], False))
        if answers:
            self.send(1, chain([smb2(command, body or struct.pack('<HBBIB', 9, 0, 0, 0, 0), mid=mid, reply=True, status=status, session=self.session,
                                     tree=self.tree_id) for mid, (command, status, body) in zip(ids, answers)], True))

    def create(self, name, access=0x120089):
        path = name.encode('utf-16-le')
        return struct.pack('<HBBIQQIIIIIHHII', 57, 0, 0, 2, 0, 0, access, 0x80, 7, 1, 0x40, 120, len(path), 0, 0) + path

    def open2(self, status=0, name='a.txt', access=0x120089):
        self.request(5, self.create(name, access))
        self.response(5, struct.pack('<HBBIQQQQQQII16sII', 89, 0, 0, 1, 0, 0, 0, 0, 0, 10, 0x80, 0, b'F' * 16, 0, 0), status)
