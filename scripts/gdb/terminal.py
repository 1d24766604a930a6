# SPDX-License-Identifier: MIT
"""terminal - gdb alone in the terminal's foreground: Ctrl-C is gdb's, and ends neither make nor who started it."""
import os
import signal
import subprocess
import sys


def call(words, env):
    """The exit status of @words, which have the terminal meanwhile, if there is one."""
    if not sys.stdin.isatty():
        return subprocess.call(words, env=env)
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)	# who is in the background may give the terminal away

    def take():
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        signal.signal(signal.SIGTSTP, signal.SIG_IGN)	# nobody would wake it again

    try:
        return subprocess.call(words, env=env, preexec_fn=take)
    finally:
        os.tcsetpgrp(0, os.getpgrp())
