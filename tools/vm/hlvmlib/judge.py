# SPDX-License-Identifier: GPL-2.0
"""The verdict on a run: wider than the command's exit status."""

import os
import re

# What the kernel says when it has found a fault. A row: name, pattern.
COMPLAINTS = [(name, re.compile(pattern)) for name, pattern in (
    ("WARN", r"\bWARNING: "),
    ("WARN", r"\bcut here \]-"),
    ("BUG", r"\bBUG: |kernel BUG at |\bBUG .*: "),
    ("Oops", r"\bOops\b|general protection fault|Kernel panic"),
    ("Oops", r"\bUnable to handle kernel|invalid opcode: "),
    ("lockdep", r"possible (circular|recursive) locking|possible irq lock "
                r"inversion|possible deadlock|possible unsafe locking"),
    ("lockdep", r"INFO: lockdep|inconsistent lock state|Invalid wait context"),
    ("lockdep", r"INFO: trying to register non-static key"),
    ("lockdep", r"suspicious RCU usage|bad unlock balance|held lock freed"),
    ("lockdep", r"lock held when returning to user space|"
                r"exiting while holding|nested lock was not taken"),
    ("lockdep", r"MAX_LOCKDEP_\w+ too low|BUG: MAX_LOCK_DEPTH"),
    ("KASAN", r"\bKASAN: "),
    ("UBSAN", r"\bUBSAN: "),
    ("KCSAN", r"\bKCSAN: "),
    ("kmemleak", r"kmemleak: [1-9]\d* new suspected|unreferenced object 0x"),
    ("hung task", r"INFO: task .* blocked for more than"),
    ("stall", r"\brcu: INFO: .*stall|soft lockup|hard LOCKUP"),
    ("DMA-API", r"\bDMA-API: (?!preallocated|debugging enabled)"),
    ("DMA fault", r"DMAR: \[(DMA|INTR-REMAP)|DMAR: \[fault|"
                  r"DMAR: DRHD: handling fault"),
    ("objects", r"\bODEBUG: |refcount_t: |list_(add|del) corruption"),
    ("objects", r"Objects remaining in |still has objects|"
                r"Slab cache still has"),
    ("sysfs", r"sysfs: cannot create duplicate|"
              r"debugfs: (File|Directory) '.*' .*already present"),
    ("irq", r"irq \d+: nobody cared"),
)]

# Bits of /proc/sys/kernel/tainted that mean a fault (igt's set and L).
# O, E and N (out of tree, unsigned, a KUnit test ran) are ours and expected.
BAD_TAINTS = {4: "M", 5: "B", 7: "D", 9: "W", 14: "L"}

# A complaint that was allowed excuses the taint that came with it.
TAINT_OF = {"WARN": "W", "BUG": "DBW", "Oops": "D", "KASAN": "B",
            "UBSAN": "", "stall": "L", "objects": "WB", "DMA-API": "W",
            "sysfs": "W", "lockdep": "W"}

# The device model's own distinction within one log of QEMU.
UNIMPLEMENTED = re.compile(r"\bunimp\b|\bunimplemented\b|\bnot implemented\b",
                           re.I)
# The emulated CPU's note on the instruction that every WARN() is made of.
NOT_DEVICE = re.compile(r"^ILLOPC: ")


def read(log, name):
    """A file of the log folder; empty when it was never written."""
    try:
        with open(os.path.join(log, name), encoding="utf-8",
                  errors="replace") as handle:
            return handle.read()
    except FileNotFoundError:
        return ""


def complaint(line):
    """The name of the first complaint that a line matches."""
    for name, pattern in COMPLAINTS:
        if pattern.search(line):
            return name
    return None


class Judge:
    """Looks at what a run has left in its log folder."""

    def __init__(self, allow_log=(), allow_guest_errors=False):
        self.allowed = [re.compile(expression) for expression in allow_log]
        self.allow_guest_errors = allow_guest_errors
        self.findings = []
        self.excused = set()

    def _lines(self, text, source):
        for number, line in enumerate(text.splitlines(), 1):
            name = complaint(line)
            if not name:
                continue
            if any(allow.search(line) for allow in self.allowed):
                self.excused.update(TAINT_OF.get(name, ""))
                continue
            # The opening line of a report that is itself allowed.
            if "cut here ]-" in line and self.allowed:
                following = "\n".join(text.splitlines()[number:number + 2])
                if any(allow.search(following) for allow in self.allowed):
                    continue
            self.findings.append(f"{name} ({source}:{number}): "
                                 f"{line.strip()[:160]}")

    def kernel(self, log):
        """The kernel's log and the leaks found at the end."""
        self._lines(read(log, "kernel.log"), "kernel.log")
        leaks = read(log, "ctl/kmemleak")
        if leaks.strip():
            self._lines(leaks, "ctl/kmemleak")

    def taint(self, log):
        """Bad bits of the taint mask, less what was allowed."""
        text = read(log, "ctl/taint").strip()
        mask = int(text) if text.isdigit() else 0
        bad = {letter for bit, letter in BAD_TAINTS.items() if mask >> bit & 1}
        bad -= self.excused
        if bad:
            self.findings.append(f"taint: {''.join(sorted(bad))} ({mask})")
        if read(log, "ctl/lockdep").strip() == "0" and not self.excused:
            self.findings.append("lockdep: it has turned itself off")

    def unload(self, log):
        """Modules that could not be unloaded after the command."""
        for line in read(log, "ctl/unload").splitlines():
            self.findings.append(f"unload: {line}")

    def device(self, log):
        """Guest errors that the device model has seen."""
        if self.allow_guest_errors:
            return
        errors = [line for line in read(log, "device.log").splitlines()
                  if line.strip() and not UNIMPLEMENTED.search(line)
                  and not NOT_DEVICE.search(line)]
        for line in errors[:10]:
            self.findings.append(f"guest error: {line.strip()[:160]}")
        if len(errors) > 10:
            self.findings.append(f"guest error: {len(errors) - 10} more")

    def verdict(self, log):
        """All findings of a run that has ended by itself."""
        self.kernel(log)
        self.taint(log)
        self.unload(log)
        self.device(log)
        return self.findings
