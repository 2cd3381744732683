# SPDX-License-Identifier: GPL-2.0
"""The rate of this machine's time stamp counter, which guests read as theirs."""

import ctypes
import mmap
import platform
import time

# rdtsc; shl $32, %rdx; or %rdx, %rax; ret
CODE = b"\x0f\x31\x48\xc1\xe2\x20\x48\x09\xd0\xc3"
LONG_ENOUGH_NS = 100 * 1000 * 1000
TRIES = 50


def counter():
    """A function that reads the counter."""
    memory = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ |
                       mmap.PROT_WRITE | mmap.PROT_EXEC)
    memory.write(CODE)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    function = ctypes.CFUNCTYPE(ctypes.c_uint64)(address)
    # It lives as long as what can call it.
    function.memory = memory
    return function


def together(read):
    """The clock in ns and the counter at one time: the closest of some looks."""
    best = None
    for _ in range(TRIES):
        before = time.monotonic_ns()
        ticks = read()
        after = time.monotonic_ns()
        if best is None or after - before < best[0]:
            best = (after - before, before, ticks)
    return best[1:]


def rate_khz():
    """Ticks in a millisecond, or None where there is no such counter."""
    if platform.machine() != "x86_64":
        return None
    try:
        read = counter()
    except OSError:
        return None
    start, first = together(read)
    time.sleep(LONG_ENOUGH_NS / 1e9)
    end, last = together(read)
    return round((last - first) * 1000000 / (end - start))
