# SPDX-License-Identifier: GPL-2.0
"""Places, messages and helper scripts shared by the rooms of hlvm."""

import os
import subprocess
import sys

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), "../../.."))
CACHE = os.environ.get("HLACCEL_CACHE") or os.path.join(
    os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"),
    "hlaccel")

# Exit statuses of hlvm itself; everything else is the command's own.
REJECTED = 99
TIMEOUT = 124
FAILED = 125


class HlvmError(Exception):
    """hlvm itself could not do its work."""


def say(text):
    """A progress line; stdout belongs to the command in the guest."""
    print(f"hlvm: {text}", file=sys.stderr, flush=True)


def script(*args):
    """Runs a script of the tree; its last line on stdout is the answer."""
    try:
        done = subprocess.run(args, stdin=subprocess.DEVNULL, check=False,
                              stdout=subprocess.PIPE, text=True)
    except OSError as error:
        raise HlvmError(f"{args[0]}: {error.strerror}") from error
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        raise HlvmError(f"{os.path.basename(args[0])} failed "
                        f"({done.returncode})")
    return lines[-1]
