#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The runner of the checks alone: what it must not take for a pass."""

import contextlib
import importlib.machinery
import importlib.util
import io
import os
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
PATH = os.path.join(TOP, "tools/check/run")

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
    ("a check that knows its limit", True, 10,
     "echo ok 1 - a; echo 1..1; [ $CHECK_LIMIT = 10 ]"),
)

# Name, may it pass, the lines of a guest's program with two tests, its status.
PROGRAMS = (
    ("a guest's program", True, ("ok 1 a", "ok 2 b"), 0),
    ("a guest's program with a failed test", False, ("ok 1 a", "not ok 2 b"),
     1),
    ("a guest's program that loses a test", False, ("ok 1 a",), 0),
    ("a guest's program that dies at its end", False, ("ok 1 a", "ok 2 b"),
     139),
    ("a guest's program that tells nothing", False, (), 0),
)


def load():
    """tools/check/run is a program: it has no suffix."""
    loader = importlib.machinery.SourceFileLoader("check_run", PATH)
    spec = importlib.util.spec_from_loader("check_run", loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def run_group(runner, folder, stages, rows):
    """(Stage, command) each as a check, together; the checks."""
    checks = [runner.Check(f"{stage}{number} {stage} quick 20 {command}")
              for number, (stage, command) in enumerate(rows)]
    with contextlib.redirect_stdout(io.StringIO()):
        runner.run_group(stages, checks, folder, threading.Lock())
    return checks


def group_runs_all(runner, folder):
    """Three checks that wait for each other, and one that comes behind them."""
    names = [os.path.join(folder, name) for name in ("left", "right", "beside")]
    wait = "touch {0}; for n in {1}; do until [ -e $n ]; do sleep 0.1; done; " \
        "done; echo ok 1; echo 1..1"
    rows = [(stage, wait.format(name, " ".join(names))) for stage, name
            in zip(("test", "test", "beside"), names)]
    checks = run_group(runner, folder, {"test": 2, "beside": 1},
                       rows + [("test", "echo ok 1 - a; echo 1..1")])
    return all(check.passed and not check.failures for check in checks)


def workers_go_one_way(runner, folder):
    """A stage's worker that has nothing left to do helps the stages behind its
    own, and never those in front of it."""
    log = os.path.join(folder, "order")

    def noted(name, seconds):
        return f"echo +{name} >>{log}; sleep {seconds}; echo -{name} >>{log}; " \
            "echo ok 1; echo 1..1"

    # Alone, "b" would come behind "a"; "later" would come beside "long".
    run_group(runner, folder, {"test": 1, "beside": 1},
              [("test", noted("short", 0)), ("beside", noted("a", 2)),
               ("beside", noted("b", 0))])
    run_group(runner, folder, {"test": 1, "beside": 1},
              [("test", noted("long", 2)), ("test", noted("later", 0)),
               ("beside", noted("idle", 0))])
    with open(log, encoding="utf-8") as handle:
        order = handle.read().split()
    return len(order) == 12 and order.index("+b") < order.index("-a") and \
        order.index("-long") < order.index("+later")


def counts_are_right(runner, folder):
    """One of each: a known skip is no failure, but counted, and not as a pass."""
    known = runner.expected_skips
    runner.expected_skips = lambda: {"counts: known"}
    check = runner.Check(
        "counts test quick 10 echo ok 1 - a; echo ok 2 - known '#' SKIP why; "
        "echo not ok 3 - c; echo ok 4 - other '#' SKIP why; echo 1..4")
    check.run(folder)
    runner.expected_skips = known
    return (check.passed, check.skipped, check.failures) == \
        (1, 2, ["c", "unexpected skip: other"])


def killed_with_children(runner, folder):
    """What a late check has started is ended with it."""
    path = os.path.join(folder, "child")
    check = runner.Check(f"late test quick 1 (sleep 600; touch {path}) & wait")
    check.run(folder)
    # A process that was told to end may take its time for it.
    for _ in range(100):
        left = subprocess.run(["pgrep", "-f", f"touch {path}"], check=False,
                              stdout=subprocess.DEVNULL)
        if left.returncode != 0:
            return check.failures == ["no end within 1 s"]
        time.sleep(0.2)
    return False


def in_guest(script, folder, lines, status, wanted="default"):
    """A guest's runner with one program of two tests: does it end with an error,
    and is a test shown as failed?"""
    program = os.path.join(folder, "program")
    with open(program, "w", encoding="utf-8") as handle:
        handle.write("#!/bin/sh\nif [ \"$1\" = -l ]; then\n"
                     "echo a; echo b; exit\nfi\n"
                     f"printf '%s\\n' {' '.join(map(repr, lines)) or '1..0'}\n"
                     f"exit {status}\n")
    os.chmod(program, 0o755)
    with open(os.path.join(folder, "manifest"), "w",
              encoding="utf-8") as handle:
        handle.write("program default" +
                     " every" * ("compat" in script) + "\n")
    with open(os.path.join(TOP, script), encoding="utf-8") as source, \
            open(os.path.join(folder, "run"), "w",
                 encoding="utf-8") as copy:
        copy.write(source.read())
    command = ["sh", os.path.join(folder, "run"), "-c", wanted]
    if "compat" in script:
        command += ["-g", "6.12"]
    done = subprocess.run(command, check=False, text=True,
                          capture_output=True)
    failed = any(line.startswith("not ok") for line in
                 done.stdout.splitlines())
    return done.returncode != 0, failed


def guests_cases(folder):
    """(Name, good) for the two runners inside of guests."""
    for script in ("tests/guest/run", "tests/guest/compat/run"):
        for name, passes, lines, status in PROGRAMS:
            yield (f"{script}: {name} {'passes' if passes else 'fails'}",
                   in_guest(script, folder, lines, status) ==
                   (not passes, not passes))
        yield (f"{script}: a class without programs fails",
               in_guest(script, folder, ("ok 1 a", "ok 2 b"), 0, "other") ==
               (True, False))


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
        number = len(CASES)
        more = [("all checks are run, two at a time and one beside them",
                 group_runs_all(runner, folder)),
                ("who has nothing to do helps with what mostly waits",
                 workers_go_one_way(runner, folder)),
                ("each result is counted as what it is",
                 counts_are_right(runner, folder)),
                ("a late check leaves nothing behind",
                 killed_with_children(runner, folder)),
                *guests_cases(folder)]
        for number, (name, good) in enumerate(more, number + 1):
            bad += not good
            print(f"{'ok' if good else 'not ok'} {number} - {name}")
    print(f"1..{number}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
