# SPDX-License-Identifier: BSD-3-Clause
"""Connections on which pipes are called and files are changed, and what an audit says of them: for the tests about attacks. The
program is the script's first argument."""
import json
import os
import struct
import subprocess
import sys

import made
from made import ANDX, ASCII, smb1

PROGRAM = os.path.realpath(sys.argv[1])
SVCCTL = bytes.fromhex('81bb7a364498f135ad3298f038001003')
EFSRPC = bytes.fromhex('88d481c650d8d0118c5200c04fd90f7e')
WINREG = bytes.fromhex('01d08c334422f131aaaa900038001003')
SRVSVC = bytes.fromhex('c84f324b7016d30112785a47bf6ee188')
NDR = bytes.fromhex('045d888aeb1cc9119fe808002b104860')
# The rules that tell of attacks.
ATTACKS = {'attack-doublepulsar', 'attack-eternalblue', 'attack-eternalromance', 'coercion', 'credential-theft', 'ms17-010-missing',
           'ransomware-renames', 'relay', 'remote-execution', 'scanner'}


class Connection(made.Connection):
    """Between 10.0.0.`client` and 10.0.0.`server`; ASCII."""

    def __init__(self, capture, port, client=2, server=1):
        self.ends = bytes([10, 0, 0, client]), bytes([10, 0, 0, server])
        super().__init__(capture, port)

    def segment(self, direction, flags, data):
        tcp = struct.pack('>HHIIBBHHH', self.ports[direction], self.ports[1 - direction], self.sequence[direction] & 0xffffffff,
                          self.sequence[1 - direction] & 0xffffffff if flags & 0x10 else 0, 0x50, flags, 65535, 0, 0)
        self.capture.ip(6, self.ends[direction], self.ends[1 - direction], tcp + data)

    def negotiate(self, challenge=b'12345678'):
        answer = struct.pack('<HBHHIIIIQhB', 0, 3, 50, 1, 16644, 65536, 0, 0x8000f3fd & ~0x80000000, 0, 0, 8)
        self.exchange(0x72, (b'', b'\x02NT LM 0.12\0'), (answer, challenge + b'DOM\0'), flags2=ASCII, uid=0, tid=0)

    def log_on(self, account=b'bob', response=b'r' * 24):
        request = made.session_setup(account, b'', response)
        self.exchange(0x73, request, (ANDX + struct.pack('<H', 0), b'Windows 7\0Windows 7\0DOM\0'), flags2=ASCII, tid=0)

    def connect(self, path=b'\\\\SRV\\IPC$', service=b'IPC', tid=1):
        self.exchange(0x75, (ANDX + struct.pack('<HH', 0, 1), b'\0' + path + b'\0?????\0'),
                      (ANDX + struct.pack('<H', 1), service + b'\0\0'), flags2=ASCII, tid=tid)

    def begin(self, **how):
        self.negotiate()
        self.log_on(**how)
        self.connect()
        return self

    def answered(self, command, request, status, mid_after=0, tid=1):
        """A request, and an answer of nothing but a status."""
        self.mid += 1
        self.send(0, smb1(command, *request, mid=self.mid, tid=tid))
        self.send(1, smb1(command, mid=self.mid + mid_after, reply=True, status=status, tid=tid))

    def open(self, name, fid, tid=1, pipe=False):
        request = struct.pack('<BHIIIQIIIIIB', 0, len(name), 0, 0, 0x2019f, 0, 0, 3, 2, 0, 2, 0)
        answer = struct.pack('<BHIQQQQIQQHHB', 0, fid, 2, 0, 0, 0, 0, 0x80, 0, 0, 2 if pipe else 0, 0, 0)
        self.exchange(0xa2, (ANDX + request, name + b'\0'), (ANDX + answer, b''), flags2=ASCII, tid=tid)

    def write(self, fid, data, tid=1):
        at = 32 + 1 + 28 + 2
        words = ANDX + struct.pack('<HIIHHHHHI', fid, 0, 0, 0, 0, 0, len(data), at, 0)
        self.exchange(0x2f, (words, data), (ANDX + struct.pack('<HHHH', len(data), 0, 0, 0), b''), flags2=ASCII, tid=tid)

    def close(self, fid, tid=1):
        self.exchange(0x04, (struct.pack('<HI', fid, 0), b''), (b'', b''), flags2=ASCII, tid=tid)

    def pipe(self, name, uuid, fid=0x4000):
        self.open(name, fid, pipe=True)
        self.fid, self.call_id = fid, 1
        syntax = uuid + struct.pack('<I', 1) + NDR + struct.pack('<I', 2)
        bind = struct.pack('<HHIBBHHBB', 4280, 4280, 0, 1, 0, 0, 0, 1, 0) + syntax
        ack = struct.pack('<HHIH', 4280, 4280, 1, 4) + b'abc\0' + b'\0\0' + struct.pack('<BBHHH', 1, 0, 0, 0, 0) + NDR + struct.pack('<I', 2)
        self.transact(11, bind, 12, ack)

    def transact(self, kind, body, answer_kind, answer):
        def pdu(kind, body):
            return struct.pack('<BBBB4sHHI', 5, 0, kind, 3, b'\x10\0\0\0', 16 + len(body), 0, self.call_id) + body
        words, data = made.transaction(b'', pdu(kind, body), name='\\PIPE\\', setup=struct.pack('<HH', 0x26, self.fid))
        self.exchange(0x25, (words, data), made.answer(b'', pdu(answer_kind, answer)))
        self.call_id += 1

    def call(self, opnum, stub, result=0, out=b''):
        self.transact(0, struct.pack('<IHH', len(stub), 0, opnum) + stub, 2, struct.pack('<IHBB', 4, 0, 0, 0) + out + struct.pack('<I', result))

    def rename(self, old, new):
        self.exchange(0x07, (struct.pack('<H', 0x16), b'\x04' + old + b'\0\x04' + new + b'\0'), (b'', b''), flags2=ASCII, tid=2)


def text(s, pointer=False):
    """A string of NDR, aligned to 4 bytes at its end."""
    n = len(s) + 1
    data = struct.pack('<III', n, 0, n) + (s + '\0').encode('utf-16-le')
    return (struct.pack('<I', 0x20000) if pointer else b'') + data + bytes(-len(data) % 4)


def unicode_string(s):
    n = 2 * len(s)
    return struct.pack('<HHIIII', n, n, 0x20000, len(s), 0, len(s)) + s.encode('utf-16-le') + bytes(-n % 4)


HANDLE = b'h' * 20


# ---- what is said of them ----

passed = failed = 0


def check(name, fine, why=''):
    global passed, failed
    fine = bool(fine)
    passed += fine
    failed += not fine
    if not fine:
        print(f'{name}: {why}')


def audit(*args):
    done = subprocess.run([PROGRAM, 'audit', '--json', *args], capture_output=True, timeout=120)
    assert done.returncode in (0, 2), done
    return done.stdout


def records(text):
    return [json.loads(line) for line in text.splitlines()]


def end():
    """The last line, and the script's exit status."""
    print(f'{passed} passed, {failed} failed')
    return failed > 0
