# SPDX-License-Identifier: BSD-3-Clause
"""A live capture on an interface of its own, for the tests that send to it and look at what becomes of it. They need root and
namespaces, and are skipped elsewhere. The program is the script's first argument."""
import glob
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from inherited import restore_signals

restore_signals()
PROGRAM = os.path.realpath(sys.argv[1])
SAMPLE = os.path.join(os.path.dirname(os.path.realpath(__file__)), '..', 'samples', 'plain.pcap')
INNER = 'SMBTRAIL_WIRE_INNER'
MESSAGES = 18  # of the sample
PATIENCE = 60


def skip(why):
    print(f'skipped: {why}')
    sys.exit(77)


def into_namespaces():
    """The script again, in a network of its own."""
    if os.environ.get(INNER):
        return
    if os.geteuid() != 0:
        skip('needs root')
    tool = shutil.which('unshare')
    if not tool or not shutil.which('ip') or subprocess.run([tool, '-n', '-m', 'true'], stderr=subprocess.DEVNULL, check=False).returncode:
        skip('namespaces cannot be made')
    os.environ[INNER] = '1'
    os.execv(tool, [tool, '-n', '-m', '--propagation', 'private', *sys.argv])


def check(condition, *what):
    if not condition:
        raise AssertionError(*what)


def until(condition, *what):
    end = time.monotonic() + PATIENCE
    while not condition():
        check(time.monotonic() < end, 'in vain waited for', *what)
        time.sleep(0.01)


# ---- traffic ----

class Wire:
    """The sample's packets on an interface, each time from other addresses."""

    def __init__(self):
        with open(SAMPLE, 'rb') as f:
            whole = f.read()
        self.packets, at, self.sent = [], 24, 0
        while at < len(whole):
            size = int.from_bytes(whole[at + 8:at + 12], 'little')
            self.packets.append(whole[at + 16:at + 16 + size])
            at += 16 + size
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self.socket.bind(('sm0', 0))

    def send(self, times):
        for _ in range(times):
            self.sent += 1
            one, two = self.sent >> 8 & 255, self.sent & 255
            for packet in self.packets:
                packet = bytearray(packet)
                for at in (26, 30):  # source and destination of IPv4; checksums are not looked at
                    packet[at + 1], packet[at + 2] = one, two
                self.socket.send(packet)

    def capture(self, path, times):
        """The same as a file."""
        with open(SAMPLE, 'rb') as f:
            header = f.read(24)
        with open(path, 'wb') as f:
            f.write(header)
            for i in range(times):
                for number, packet in enumerate(self.packets):
                    packet = bytearray(packet)
                    for at in (26, 30):
                        packet[at + 1], packet[at + 2] = 200, i
                    size = len(packet).to_bytes(4, 'little')
                    f.write((1700000000 + i).to_bytes(4, 'little') + (number * 1000).to_bytes(4, 'little') + size + size + packet)
        return path


class Run:
    """A live capture. Its messages are counted from here on."""
    wire, begun = None, []

    def __init__(self, *args, before=None, **more):
        more.setdefault('stdout', subprocess.PIPE)
        self.first = self.wire.sent
        self.errors = tempfile.TemporaryFile()
        self.child = subprocess.Popen([PROGRAM, 'messages', '--json', '-i', 'sm0', '--run-as', 'nobody', *args],
                                      stderr=self.errors, preexec_fn=before, cwd='/', **more)
        self.begun.append(self.child)
        status = f'/proc/{self.child.pid}/status'

        def ready():
            check(self.child.poll() is None, self.err())
            with open(status, encoding='ascii') as f:
                return 'NoNewPrivs:\t1' in f.read()
        until(ready, 'the run to begin')

    def err(self):
        self.errors.seek(0)
        # What it listens on is no news.
        return ''.join(line for line in self.errors.read().decode().splitlines(True) if 'listening on' not in line)

    def expected(self):
        return (self.wire.sent - self.first) * MESSAGES

    def settle(self):
        """Until everything that was sent has been seen: it uses no more time."""
        def used():
            with open(f'/proc/{self.child.pid}/stat', encoding='ascii') as f:
                return f.read().rsplit(')', 1)[1].split()[11:13]
        still, before = 0, None
        end = time.monotonic() + PATIENCE
        while still < 6 and time.monotonic() < end:
            now = used()
            still = still + 1 if now == before else 0
            before = now
            time.sleep(0.05)

    def hup(self):
        self.child.send_signal(signal.SIGHUP)

    def end(self, code=0):
        began = time.monotonic()
        self.child.send_signal(signal.SIGTERM)
        got = self.child.wait(timeout=PATIENCE)
        self.took = time.monotonic() - began
        check(got == code, 'exit status', got, self.err())
        if self.child.stdout:
            self.child.stdout.close()


class Place:
    """A directory that everybody may write to."""

    def __enter__(self):
        self.where = tempfile.mkdtemp()
        os.chmod(self.where, 0o777)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.where, ignore_errors=True)

    def __call__(self, name):
        return os.path.join(self.where, name)

    def rotated(self, name='out-*.json'):
        return sorted(glob.glob(self(name)))


def begin():
    """The wire between the two ends of a veth pair, in a network of its own. Returns in there only."""
    into_namespaces()
    for command in (('link', 'set', 'lo', 'up'), ('link', 'add', 'sm0', 'type', 'veth', 'peer', 'name', 'sm1'),
                    ('link', 'set', 'sm1', 'up'), ('link', 'set', 'sm0', 'up')):
        if subprocess.run(['ip', *command], stderr=subprocess.DEVNULL, check=False).returncode:
            skip('there are no veth interfaces')
    Run.wire = Wire()
    return Run.wire


def run_tests(tests, wanted):
    """Every test_* of these, or the wanted ones; the script's exit status."""
    passed, failed = 0, 0
    for name, test in sorted(tests.items()):
        if not name.startswith('test_') or (wanted and name not in wanted):
            continue
        began = time.monotonic()
        try:
            test()
            passed += 1
        except Exception as problem:  # a test that cannot run has not passed
            failed += 1
            print(f'{name}: {type(problem).__name__}: {str(problem)[:1500]}')
        for child in Run.begun:
            child.kill()  # of a test that failed
        Run.begun.clear()
        if os.environ.get('TIMES'):
            print(f'{name} {time.monotonic() - began:.1f} s')
    print(f'{passed} passed, {failed} failed')
    return 1 if failed else 0
