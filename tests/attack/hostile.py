# SPDX-License-Identifier: BSD-3-Clause
"""What the attacks have in common: their command line, the captures they begin with, running the program and judging how it ended."""
import argparse
import gzip
import lzma
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.realpath(__file__))
TESTS = os.path.dirname(HERE)
VERBS = {'timeline': ['--utc'], 'verbose': ['-v', '--utc'], 'json': ['--json'], 'files': ['--file-summary'], 'messages': ['messages', '-v', '-x'],
         'messages-json': ['messages', '--json'], 'audit': ['audit', '--utc'], 'audit-json': ['audit', '--json'], 'audit-csv': ['audit', '--csv', 'logons'],
         'secrets': ['messages', '--json', '--reveal-secrets'], 'audit-secrets': ['audit', '--reveal-secrets'],
         'audit-html': ['audit', '--html=-'], 'html': ['--html=-'], 'chronological': ['--chronological'], 'stats': ['stats', '--interval=1'],
         'stats-json': ['stats', '--json'], 'extract': ['extract', '--hash-only', '--json'], 'credentials': ['credentials', '--reveal-secrets'],
         'zeek': ['--as', 'zeek'], 'ecs': ['--as', 'ecs'], 'ocsf': ['--as', 'ocsf'], 'eve': ['--as', 'eve'], 'stats-html': ['stats', '--html=-'],
         'what-if': ['audit', '--if', 'smb1=off,min-dialect=3.1.1,signing=required,plaintext=off,ntlm=off,guest=off,encryption=required,netbios=off'],
         'filters': ['--frames=filter', '--absolute', '--fold-pause=1ms']}
# What each exit status means is in the manual page; 70 is an internal fault, and a signal is never right.
GOOD_STATUS = {0, 1, 2, 3, 4}
FAULT = re.compile(rb'Sanitizer|runtime error:|CRITICAL \*\*|Assertion .* failed|: internal fault')
FIXED_SEED = 20261126


def arguments(description, small, large):
    """--size and --seed as every attack has them; `n` is how many of its kind are made."""
    p = argparse.ArgumentParser(description=description)
    p.add_argument('--size', choices=('small', 'large'), default='small')
    p.add_argument('--seed', type=int, help='a number that repeats a run; drawn and printed where it is not given')
    p.add_argument('--number', type=int, help=f'how many ({small} in a small run, {large} in a large one)')
    p.add_argument('--captures', help='a folder of more captures to begin with')
    p.add_argument('--jobs', type=int, default=os.cpu_count())
    p.add_argument('program')
    a = p.parse_args()
    a.program = os.path.realpath(a.program)
    a.n = a.number or (small if a.size == 'small' else large)
    if a.seed is None:
        a.seed = random.SystemRandom().randrange(1 << 32)
    print(f'seed {a.seed}')
    return a


def captures(more=None):
    """Paths of all captures of the project, and of those of the folder `more`."""
    places = [os.path.join(TESTS, '..', 'samples'), os.path.join(TESTS, 'captures')] + ([more] if more else [])
    found = []
    for place in places:
        for where, _, names in os.walk(place):
            found += [os.path.join(where, n) for n in names if re.search(r'\.(pcap|pcapng|cap|trc|dmp)(\.xz|\.gz)?$', n)]
    return sorted(found)


def content(path, limit=8 << 20):
    """The bytes of a capture, unpacked."""
    kind = {'.xz': lzma.open, '.gz': gzip.open}.get(os.path.splitext(path)[1], open)
    with kind(path, 'rb') as f:
        return f.read(limit)


def unpacked(paths, folder):
    """Copies of the captures, unpacked, for programs that read no archives."""
    made = []
    for number, path in enumerate(paths):
        name = re.sub(r'\.(xz|gz)$', '', os.path.basename(path))
        made.append(os.path.join(folder, f'{number:03}-{name}'))
        with open(made[-1], 'wb') as f:
            f.write(content(path))
    return made


class Ended:
    """How a run ended: `status` (None: it was too slow and was ended; negative: a signal), what it printed, and how long it took."""

    def __init__(self, status, out, err, took, size):
        self.status, self.out, self.err, self.took, self.size = status, out, err, took, size

    def fault(self):
        """What is wrong with it whatever the input was, or None."""
        if self.status is None:
            return f'not done after {self.took:.0f} s'
        if FAULT.search(self.err):
            return f'exit {self.status}: ' + self.err.decode('utf-8', 'replace')[:3000]
        if self.status not in GOOD_STATUS:
            return f'exit {self.status}: ' + self.err.decode('utf-8', 'replace')[-600:]
        return None


def limits():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(command, timeout=120, keep=1 << 26):
    """Runs it with the output in a file; `keep` bytes of that are looked at."""
    env = dict(os.environ, TZ='UTC', COLUMNS='140', LC_ALL='C.UTF-8',
               ASAN_OPTIONS='halt_on_error=1:detect_leaks=1:allocator_may_return_null=1:handle_sigill=1', UBSAN_OPTIONS='halt_on_error=1:print_stacktrace=1')
    begin = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            status = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=env, timeout=timeout,
                                    preexec_fn=limits).returncode
        except subprocess.TimeoutExpired:
            status = None
        took, size = time.monotonic() - begin, out.tell()
        out.seek(0)
        err.seek(0)
        return Ended(status, out.read(keep), err.read(1 << 20), took, size)


def refused(program):
    """Problems of verbs that do not read a sound capture: an option that is not one ends with 1, which hostile input may as well."""
    ended = {verb: run([program, *words, os.path.join(TESTS, '..', 'samples', 'plain.pcap')]) for verb, words in VERBS.items()}
    return [f'{verb}: exit {e.status} of a sound capture: ' + e.err.decode('utf-8', 'replace')[:300] for verb, e in ended.items() if e.status]


def finish(passed, problems, show=20):
    """The last line, and the exit status."""
    for problem in problems[:show]:
        print(problem)
    if len(problems) > show:
        print(f'... and {len(problems) - show} more')
    print(f'{passed} passed, {len(problems)} failed')
    sys.exit(1 if problems or not passed else 0)
