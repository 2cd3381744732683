#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The judge alone, on logs made up here: what it must see and must not see."""

import os
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../../tools/vm"))

from hlvmlib.judge import Judge                        # noqa: E402

GOOD = """\
[    0.1] DMA-API: preallocated 65536 debug entries
[    0.2] DMA-API: debugging enabled by kernel config
[    0.3] kmemleak: Kernel memory leak detector initialized (mem pool: 1)
[    0.4] Kernel command line: console=ttyS0 debug=BUGLESS
[    1.5] hlaccel 0000:00:05.0: 32 GiB of device memory
[    1.6] hlaccel: loading out-of-tree module taints kernel.
"""

# What kernels print, each of which alone must reject a run.
BAD = (
    "WARNING: CPU: 0 PID: 90 at drivers/x.c:1 f+0x1/0x2 [x]",
    "------------[ cut here ]------------",
    "BUG: kernel NULL pointer dereference, address: 0000000000000008",
    "kernel BUG at mm/slub.c:300!",
    "BUG: sleeping function called from invalid context at kernel/mutex.c:1",
    "BUG: scheduling while atomic: cat/100/0x00000002",
    "BUG kmalloc-96 (Tainted: G    B): Right Redzone overwritten",
    "Oops: 0002 [#1] PREEMPT SMP KASAN",
    "general protection fault, probably for non-canonical address 0x1",
    "Kernel panic - not syncing: Fatal exception",
    "WARNING: possible circular locking dependency detected",
    "WARNING: possible recursive locking detected",
    "WARNING: inconsistent lock state",
    "INFO: lockdep is turned off.",
    "INFO: trying to register non-static key.",
    "WARNING: suspicious RCU usage",
    "[ BUG: Invalid wait context ]",
    "WARNING: bad unlock balance detected!",
    "WARNING: lock held when returning to user space!",
    "BUG: KASAN: slab-out-of-bounds in f+0x1/0x2 [x]",
    "UBSAN: array-index-out-of-bounds in drivers/x.c:1:2",
    "BUG: KCSAN: data-race in f / g",
    "kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)",
    "INFO: task kworker/0:1:12 blocked for more than 60 seconds.",
    "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:",
    "watchdog: BUG: soft lockup - CPU#1 stuck for 62s! [cat:100]",
    "DMA-API: hlaccel 0000:00:05.0: device driver frees DMA memory with "
    "wrong function",
    "DMAR: [DMA Write NO_PASID] Request device [00:05.0] fault addr 0x0",
    "ODEBUG: free active (active state 0) object: 1 object type: timer_list",
    "refcount_t: underflow; use-after-free.",
    "list_del corruption. prev->next should be 1, but was 2.",
    "sysfs: cannot create duplicate filename '/class/accel/accel0'",
    "irq 11: nobody cared (try booting with the \"irqpoll\" option)",
)


class Report:
    """Counts and prints the tests."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def test(self, good, name):
        """One line of TAP."""
        self.count += 1
        if not good:
            self.failed += 1
        print(f"{'ok' if good else 'not ok'} {self.count} - {name}")


def findings(files, **options):
    """What the judge says about a log folder with these files."""
    with tempfile.TemporaryDirectory() as log:
        os.mkdir(os.path.join(log, "ctl"))
        for name, text in files.items():
            with open(os.path.join(log, name), "w",
                      encoding="utf-8") as handle:
                handle.write(text)
        return Judge(**options).verdict(log)


def main():
    """Every complaint, alone; the twins without; the permissions."""
    report = Report()
    clean = {"kernel.log": GOOD, "ctl/taint": "12288\n", "device.log":
             "hlaccel-gaudi: unimp: read of 0x1234\nILLOPC: 0x1: 0f 0b\n",
             "ctl/lockdep": "1\n", "ctl/kmemleak": ""}
    report.test(not findings(clean), "a clean run is accepted")
    for line in BAD:
        bad = {**clean, "kernel.log": f"{GOOD}[    2.0] {line}\n"}
        report.test(findings(bad), f"rejects: {line[:50].replace('#', '')}")

    for bit, letter in ((4, "M"), (5, "B"), (7, "D"), (9, "W"), (14, "L")):
        bad = {**clean, "ctl/taint": f"{1 << bit}\n"}
        report.test(findings(bad), f"rejects taint {letter}")
    for bit, letter in ((12, "O"), (13, "E"), (18, "N")):
        good = {**clean, "ctl/taint": f"{1 << bit}\n"}
        report.test(not findings(good), f"accepts taint {letter}")

    guest = {**clean, "device.log": "hlaccel-gaudi: write to 0x10: denied\n"}
    report.test(findings(guest), "rejects a guest error")
    report.test(not findings(guest, allow_guest_errors=True),
                "accepts it when allowed")
    leak = {**clean, "ctl/kmemleak": "unreferenced object 0xffff (size 96):\n"}
    report.test(findings(leak), "rejects a leak")
    report.test(findings({**clean, "ctl/lockdep": "0\n"}),
                "rejects a lockdep that gave up")
    report.test(findings({**clean, "ctl/unload": "hlaccel: in use\n"}),
                "rejects a module that stays")

    text = ("[ 2.0] ------------[ cut here ]------------\n"
            "[ 2.0] WARNING: CPU: 0 PID: 1 at planted.c:1 f\n")
    warn = {**clean, "kernel.log": GOOD + text, "ctl/taint": str(1 << 9)}
    report.test(findings(warn), "rejects a warning with its taint")
    report.test(not findings(warn, allow_log=[r"WARNING: .* planted\.c"]),
                "accepts both when the line is allowed")
    report.test(findings(warn, allow_log=[r"WARNING: .* other\.c"]),
                "another permission does not help")
    print(f"1..{report.count}")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
