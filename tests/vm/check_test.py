#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The runner of the checks alone: what it must not take for a pass."""

import contextlib
import importlib.machinery
import importlib.util
import io
import os
import sys
import tempfile
import threading

sys.dont_write_bytecode = True
PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                    "../../tools/check/run")

# Name, may it pass, time limit, what the check does.
CASES = (
    ("one passed test", True, 10, "echo ok 1 - a; echo 1..1"),
    ("two plans in a row", True, 10,
     "echo ok - a; echo 1..1; echo ok - b; echo 1..1"),
    ("a failed test", False, 10, "echo not ok 1 - a; echo 1..1"),
    ("a failed test in a check that ends well", False, 10,
     "echo ok 1 - a; echo not ok 2 - b; echo 1..2; exit 0"),
    ("no test at all", False, 10, "echo all is well"),
    ("a plan of none", False, 10, "echo 1..0"),
    ("a test that has vanished", False, 10, "echo ok 1 - a; echo 1..2"),
    ("tests without a plan", False, 10, "echo ok 1 - a"),
    ("an end with an error", False, 10, "echo ok 1 - a; echo 1..1; exit 3"),
    ("an unexpected skip", False, 10, "echo ok 1 - a '#' SKIP no; echo 1..1"),
    ("a test to do", False, 10, "echo ok 1 - a '#' TO''DO x; echo 1..1"),
    ("no end in time", False, 1, "echo ok 1 - a; echo 1..1; sleep 30"),
)


def load():
    """tools/check/run is a program: it has no suffix."""
    loader = importlib.machinery.SourceFileLoader("check_run", PATH)
    spec = importlib.util.spec_from_loader("check_run", loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def stage_runs_all(runner, folder):
    """Two checks that wait for each other, and one that comes behind them."""
    meet = "touch {0}; until [ -e {1} ]; do sleep 0.1; done; echo ok 1; echo 1..1"
    names = [os.path.join(folder, name) for name in ("left", "right")]
    commands = [meet.format(*names), meet.format(*reversed(names)),
                "echo ok 1 - a; echo 1..1"]
    checks = [runner.Check(f"stage{number} test quick 20 {command}")
              for number, command in enumerate(commands)]
    with contextlib.redirect_stdout(io.StringIO()):
        runner.run_stage(checks, 2, folder, threading.Lock())
    return all(check.passed and not check.failures for check in checks)


def main():
    """Each case through the runner."""
    runner = load()
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, passes, limit, command) in enumerate(CASES, 1):
            check = runner.Check(f"case{number} test quick {limit} {command}")
            check.run(folder)
            good = passes == (not check.failures)
            bad += not good
            verdict = "passes" if passes else "fails"
            print(f"{'ok' if good else 'not ok'} {number} - {name} {verdict}")
        good = stage_runs_all(runner, folder)
        bad += not good
        print(f"{'ok' if good else 'not ok'} {len(CASES) + 1} - "
              "a stage runs all its checks, two at a time")
    print(f"1..{len(CASES) + 1}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
