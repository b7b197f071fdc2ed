# SPDX-License-Identifier: BSD-3-Clause
"""What tests of live captures share: namespaces of their own, veth pairs, frames of the samples that are sent, a sensor whose lines are read as
they come."""
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

from inherited import restore_signals

restore_signals()
HERE = os.path.dirname(os.path.realpath(__file__))
SAMPLES = os.path.join(HERE, '..', 'samples')
PROGRAM = os.path.realpath(sys.argv[1])
PATIENCE = 30  # seconds for what has to come; nothing waits that long on a machine that is not overloaded
FOLD = '40ms'  # --fold-pause of a live capture
MORE = os.environ.get('LIVE_OPTIONS', '').split()  # of all sensors


def skip(why):
    print('skipped: ' + why)
    sys.exit(77)


def enter():
    """Runs this script again in namespaces of its own, which end with it."""
    if os.getuid() != 0:
        skip('needs root')
    for tool in ('unshare', 'ip', 'mount'):
        if not shutil.which(tool):
            skip(tool + ' is not installed')
    spaces = ['unshare', '--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc', '--propagation', 'private']
    if subprocess.run([*spaces, 'true'], stderr=subprocess.DEVNULL).returncode:
        skip('namespaces cannot be made')
    if subprocess.run([*spaces, 'ip', 'link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1'], stderr=subprocess.DEVNULL).returncode:
        skip('there are no veth interfaces')
    os.execvpe(spaces[0], [*spaces, sys.executable, os.path.realpath(sys.argv[0]), PROGRAM], dict(os.environ, LIVE_INNER='1'))


def ip(*args):
    subprocess.run(['ip', *args], check=True)


def veth(name):
    """A pair, both ends up: frames sent into NAME1 arrive at NAME0."""
    ip('link', 'add', name + '0', 'type', 'veth', 'peer', 'name', name + '1')
    for end in ('0', '1'):
        # Nothing of its own is to be sent on it.
        with open(f'/proc/sys/net/ipv6/conf/{name}{end}/disable_ipv6', 'w') as file:
            file.write('1')
        ip('link', 'set', name + end, 'up')


def sender(name):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    s.bind((name, 0))
    return s


def frames_of(sample, shift=0):
    """The frames of a sample with Ethernet; `shift` is added to the ports of clients, so that each time is another connection."""
    with open(os.path.join(SAMPLES, sample + '.pcap'), 'rb') as file:
        data = file.read()
    order = '<' if data[:4] in (b'\xd4\xc3\xb2\xa1', b'\x4d\x3c\xb2\xa1') else '>'
    assert struct.unpack(order + 'I', data[20:24])[0] == 1, sample
    at, frames = 24, []
    while at < len(data):
        n = struct.unpack(order + 'I', data[at + 8:at + 12])[0]
        frame = bytearray(data[at + 16:at + 16 + n])
        at += 16 + n
        if shift:
            ports = 14 + (frame[14] & 15) * 4
            for end in (ports, ports + 2):
                port = struct.unpack('>H', frame[end:end + 2])[0]
                if port not in (139, 445):
                    frame[end:end + 2] = struct.pack('>H', (port + shift) % 30000 + 30000)
        frames.append(bytes(frame))
    return frames


OUTPUTS = []  # all that was printed as JSON


def every_record_is_as_the_schema_has_it():
    names = []
    for text in OUTPUTS:
        names.append(f'output-{len(names)}.ndjson')
        with open(names[-1], 'w', encoding='utf-8') as file:
            file.write(text)
    out = subprocess.run([os.path.join(HERE, 'validate-records'), os.path.join(HERE, '..', 'output', 'schema', 'smbtrail.schema.json'), *names],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    assert out.returncode == 0 or b'jsonschema' in out.stderr, (out.stdout, out.stderr)


class Sensor:
    """A live capture: its lines with the time at which each came."""

    def __init__(self, *args, user='nobody', json_lines=True, verb='timeline'):
        self.lines, self.err, self.done, self.json_lines = [], [], False, json_lines
        self.arrived = threading.Condition()
        command = [PROGRAM, verb, *(['--json'] if json_lines else []), '--run-as', user, *MORE, *args]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=os.getcwd())
        self.threads = [threading.Thread(target=self.read, args=pair, daemon=True)
                        for pair in ((self.process.stdout, self.lines), (self.process.stderr, self.err))]
        for thread in self.threads:
            thread.start()
        self.wait(lambda: any('listening on' in line for _, line in self.err), 'it listens')

    def read(self, stream, lines):
        for line in stream:
            with self.arrived:
                lines.append((time.time(), line.decode()))
                self.arrived.notify_all()
        with self.arrived:
            self.done = True
            self.arrived.notify_all()

    def wait(self, condition, what):
        until = time.monotonic() + PATIENCE
        with self.arrived:
            while not condition():
                left = until - time.monotonic()
                assert left > 0 and not (self.done and self.process.poll() is not None), f'never: {what}; {self.said()}'
                self.arrived.wait(min(left, 0.2))

    def said(self):
        return ''.join(line for _, line in self.err)

    def wait_said(self, what, times=1):
        self.wait(lambda: self.said().count(what) >= times, f'{what!r} on standard error')

    def records(self, kind=None):
        with self.arrived:
            out = [json.loads(line) for _, line in self.lines]
        return [r for r in out if kind in (None, r['event_type'])]

    def wait_records(self, kind, n):
        self.wait(lambda: len([1 for _, line in self.lines if f'"event_type":"{kind}"' in line]) >= n, f'{n} records {kind}')

    def stats(self):
        """The counters, now."""
        before = len(self.records('stats'))
        self.process.send_signal(signal.SIGUSR1)
        self.wait_records('stats', before + 1)
        return self.records('stats')[-1]

    def wait_packets(self, n):
        until = time.monotonic() + PATIENCE
        while (seen := self.stats())['packets'] < n:
            assert time.monotonic() < until, (n, seen)
        return seen

    def stop(self, code=0):
        self.process.send_signal(signal.SIGINT)
        return self.end(code)

    def end(self, code=0):
        self.process.wait(PATIENCE)
        for thread in self.threads:
            thread.join(PATIENCE)
        if self.json_lines:
            OUTPUTS.append(''.join(line for _, line in self.lines))
        assert self.process.returncode == code, (self.process.returncode, self.said())
        return self.records('end')[-1] if any('"end"' in line for _, line in self.lines) else None


def read_file(*args):
    out = subprocess.run([PROGRAM, 'timeline', '--json', '--fold-pause', FOLD, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE)
    assert out.returncode == 0, out.stderr
    return [json.loads(line) for line in out.stdout.splitlines()]


def comparable(records, drop=()):
    """What a live capture and its file must have alike: all but the name of the file, and what is of the run."""
    return sorted(json.dumps({k: v for k, v in r.items() if k not in ('pcap_filename', *drop)}, sort_keys=True)
                  for r in records if r['event_type'] not in ('start', 'end', 'stats'))


TESTS = []


def test(function):
    TESTS.append(function)


def main():
    """Runs the tests that were declared, or those that are named, in namespaces of their own."""
    if os.environ.get('LIVE_INNER') != '1':
        enter()
    global PROGRAM
    wanted = sys.argv[2:] or os.environ.get('LIVE_TESTS', '').split()
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        os.chdir(folder)
        # Where the user that it becomes can reach it.
        PROGRAM = shutil.copy(PROGRAM, folder)
        ip('link', 'set', 'lo', 'up')
        veth('v')
        for function in [*TESTS, every_record_is_as_the_schema_has_it]:
            if wanted and function.__name__ not in wanted:
                continue
            begun = time.monotonic()
            try:
                function()
                passed += 1
            except Exception as error:  # pylint: disable=broad-except
                failed += 1
                print(f'FAILED: {function.__name__}: {type(error).__name__}: {error}')
            if os.environ.get('LIVE_TIMES'):
                print(f'{time.monotonic() - begun:5.1f} s {function.__name__}')
        os.chdir('/')
    print(f'{passed} passed, {failed} failed')
    sys.exit(1 if failed else 0)

