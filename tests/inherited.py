# SPDX-License-Identifier: BSD-3-Clause
"""What a test does not want from who started it."""
import signal


def restore_signals():
    """nohup, and shells that start something in the background, hand down signals that are ignored: so would the program."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
