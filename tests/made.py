# SPDX-License-Identifier: BSD-3-Clause
"""Captures of conversations that no program would have, byte by byte: for the tests that ask what a stranger can make of an output."""
import struct

ANDX = b'\xff\0\0\0'
UNICODE, ASCII = 0xC007, 0x4001


class Capture:
    """Packets of Ethernet, each 500 microseconds after the one before."""

    def __init__(self, path, snaplen=262144):
        self.file, self.microseconds, self.snaplen = open(path, 'wb'), 0, snaplen
        self.file.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))

    def packet(self, data):
        self.microseconds += 500
        seconds, rest = divmod(self.microseconds, 1000000)
        cut = data[:self.snaplen]
        self.file.write(struct.pack('<IIII', 1700000000 + seconds, rest, len(cut), len(data)) + cut)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def ip(self, protocol, source, target, data):
        """One too long for its length to be told has 0, as with segmentation offload."""
        length = 20 + len(data) if 20 + len(data) < 65536 else 0
        self.packet(b'\2' * 6 + b'\4' * 6 + b'\x08\0' + struct.pack('>BBHHHBBH4s4s', 0x45, 0, length, 0, 0x4000, 64, protocol, 0, source, target) + data)

    def udp(self, port, data, source=b'\x0a\0\0\2', target=b'\x0a\0\0\1'):
        self.ip(17, source, target, struct.pack('>HHHH', port, port, 8 + len(data), 0) + data)


class Connection:
    """A TCP connection to port 445 of 10.0.0.1: 0 is the client's direction, 1 the server's."""
    ends = (b'\x0a\0\0\2', b'\x0a\0\0\1')

    def __init__(self, capture, port=40000, mss=60000, first=1000):
        self.capture, self.ports, self.sequence, self.mss, self.mid = capture, (port, 445), [first, first + 4000], mss, 0
        for direction, flags in ((0, 0x02), (1, 0x12), (0, 0x10)):
            self.segment(direction, flags, b'')
            self.sequence[direction] += flags & 2 != 0

    def segment(self, direction, flags, data):
        tcp = struct.pack('>HHIIBBHHH', self.ports[direction], self.ports[1 - direction], self.sequence[direction] & 0xffffffff,
                          self.sequence[1 - direction] & 0xffffffff if flags & 0x10 else 0, 0x50, flags, 65535, 0, 0)
        self.capture.ip(6, self.ends[direction], self.ends[1 - direction], tcp + data)

    def stream(self, direction, data):
        for at in range(0, len(data), self.mss):
            piece = data[at:at + self.mss]
            self.segment(direction, 0x18, piece)
            self.sequence[direction] += len(piece)

    def send(self, direction, *messages):
        self.stream(direction, b''.join(struct.pack('>I', len(m)) + m for m in messages))

    def exchange(self, command, request, response=None, **more):
        """Each a pair of words and bytes; without a response there is none."""
        self.mid = self.mid % 60000 + 1
        self.send(0, smb1(command, *request, mid=self.mid, **more))
        if response is not None:
            self.send(1, smb1(command, *response, mid=self.mid, reply=True, **more))

    def end(self):
        for direction in (0, 1):
            self.segment(direction, 0x11, b'')
            self.sequence[direction] += 1
        self.segment(0, 0x10, b'')


def smb1(command, words=b'', data=b'', mid=1, reply=False, status=0, uid=100, tid=1, flags2=UNICODE, count=None):
    return (b'\xffSMB' + bytes([command]) + struct.pack('<IBH12xHHHH', status, 0x98 if reply else 0x18, flags2, tid, 1234, uid, mid) +
            bytes([len(words) // 2]) + words + struct.pack('<H', (len(data) if count is None else count) & 0xffff) + data)


def smb2(command, body, mid=1, reply=False, status=0, session=7, tree=1, following=0):
    return (b'\xfeSMB' + struct.pack('<HHIHHIIQIIQ16x', 64, 1, status, command, 1, 1 if reply else 0, following, mid, 1234, tree, session) + body)


def _sections(fixed, parameters, data):
    at = 32 + 1 + fixed + 2
    return at, at + len(parameters)


def transaction(parameters, data=b'', name='\\PIPE\\LANMAN', setup=b'', total=None):
    """Words and bytes of a TRANSACTION request; `total`: bytes of parameters and of data that all parts have."""
    text = b'\0' + name.encode('utf-16-le') + b'\0\0'
    first, second = _sections(28 + len(setup) + len(text), parameters, data)
    totals = total or (len(parameters), len(data))
    words = struct.pack('<HHHHBBHIHHHHHBB', *totals, 1024, 65504, 0, 0, 0, 5000, 0, len(parameters), first, len(data), second, len(setup) // 2, 0)
    return words + setup, text + parameters + data


def secondary(parameters, data, total, at):
    """The same of a TRANSACTION_SECONDARY; `at`: displacements."""
    first, second = _sections(16, parameters, data)
    return struct.pack('<HHHHHHHH', *total, len(parameters), first, at[0], len(data), second, at[1]), parameters + data


def transaction2(function, parameters, data=b''):
    first, second = _sections(30 + 3, parameters, data)
    return struct.pack('<HHHHBBHIHHHHHBBH', len(parameters), len(data), 1024, 65504, 0, 0, 0, 5000, 0, len(parameters), first, len(data), second, 1, 0, function), b'\0\0\0' + parameters + data


def answer(parameters, data=b'', total=None, at=(0, 0)):
    """Words and bytes of the response of TRANSACTION and TRANSACTION2."""
    first, second = _sections(20 + 1, parameters, data)
    totals = total or (len(parameters), len(data))
    return struct.pack('<HHHHHHHHHBB', *totals, 0, len(parameters), first, at[0], len(data), second, at[1], 0, 0), b'\0' + parameters + data


def rap(function, parameter_descriptor, data_descriptor, arguments=b''):
    return struct.pack('<H', function) + parameter_descriptor + b'\0' + data_descriptor + b'\0' + arguments


def rap_answer(entries=1, status=0):
    return struct.pack('<HHHH', status, 0, entries, entries)


def session_setup(account=b'bob', password=b'', unicode_password=b'', count=None, flags2=ASCII):
    words = ANDX + struct.pack('<HHHIHHII', 16644, 10, 1, 0, len(password), len(unicode_password), 0, 0)
    return (words, password + unicode_password + account + b'\0DOM\0os\0lm\0')
