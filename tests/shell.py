# SPDX-License-Identifier: BSD-3-Clause
"""The program as a shell runs it, for the tests of the command line: what goes in, what comes out, with which exit code. The program is
the script's first argument."""
import json
import os
import signal
import subprocess
import sys

from inherited import restore_signals

restore_signals()

PROGRAM = os.path.realpath(sys.argv[1])
SAMPLES = os.path.join(os.path.dirname(os.path.realpath(__file__)), '..', 'samples')
ENV = {key: value for key, value in os.environ.items() if key not in ('NO_COLOR', 'COLUMNS')}
ENV.update(TZ='UTC', TERM='xterm')


def sample(name):
    return os.path.join(SAMPLES, name + '.pcap')


def run(*args, **more):
    env = dict(ENV, **more.pop('env', {}))
    if 'stdout' not in more:
        more['stdout'] = subprocess.PIPE
    return subprocess.run([PROGRAM, *args], stderr=subprocess.PIPE, env=env, timeout=120, **more)


def check(condition, *what):
    if not condition:
        raise AssertionError(*what)


def expect(done, code, says=None):
    err = done.stderr.decode('utf-8', 'replace')
    check(done.returncode == code, f'exit {done.returncode}, not {code}: {err}')
    check('Sanitizer' not in err and 'runtime error' not in err, err)
    if says is not None:
        check(says in err, f'standard error does not say {says!r}: {err}')
    return done.stdout


def records(out):
    return [json.loads(line) for line in out.splitlines()]


def strip_names(out):
    rows = records(out)
    for row in rows:
        row.pop('pcap_filename', None)
    return rows


def run_tests(tests):
    """Every test_* of these; the script's exit status."""
    passed, failed = 0, 0
    for name, test in sorted(tests.items()):
        if not name.startswith('test_'):
            continue
        try:
            test()
            passed += 1
        except Exception as problem:  # a test that cannot run has not passed
            failed += 1
            print(f'{name}: {type(problem).__name__}: {str(problem)[:1500]}')
    print(f'{passed} passed, {failed} failed')
    return 1 if failed else 0
