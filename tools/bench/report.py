#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""report.py table|scale|locks OUT [--complete]

Turns OUT/hlaccel.jsonl, OUT/peer.jsonl and OUT/compat.jsonl, what the program of
this folder has measured, into a table, OUT/MODE.json and OUT/MODE.svg. With --complete it fails
when a row has no figure.
"""

import html
import json
import math
import os
import sys

RATIO = "×"

# What keeps a row from being cheaper: a call that does nothing, and what the
# kernel takes for the memory.
CALL = ("floor-ioctl",)


class Row:
    """A metric, the peer's counterpart, and what is wanted."""

    def __init__(self, label, metric, goals=(), peer=None, times=1, floor=()):
        self.label = label
        self.metric = metric
        # Pairs of a dimension and the least ratio, or a limit if negative.
        self.goals = goals
        self.peer = peer or metric
        # How many of the peer's operations do the same.
        self.times = times
        self.floor = floor


ROWS = (
    Row("submit, 1 copy job", "submit-copy", [("busy", 4.5)], floor=CALL),
    Row("submit, 1 command program", "submit-command", [("busy", 4.5)],
        floor=CALL),
    Row("submit, 1 judged program", "submit-packets", peer="submit-command"),
    Row("submit, 8 jobs in a call (peer: 8 calls)", "submit-8",
        [("busy", 10)], peer="submit-copy", times=8, floor=CALL),
    Row("submit, 8 jobs in a call (peer: 8 chunks)", "submit-8"),
    Row("submit, 32 jobs in a call, each", "submit-32", [("busy", 15)],
        peer="submit-copy"),
    Row("wait, already done: ioctl", "wait-done", [("busy", 1.3)],
        floor=CALL),
    Row("wait, already done: completion page", "wait-page", [("busy", 100)],
        peer="wait-done"),
    Row("submit and blocking wait", "round-trip",
        [("elapsed", 3), ("busy", 3)]),
    Row("interrupt to first user instruction", "irq-to-user",
        [("elapsed", 3.5)]),
    Row("16,384 jobs in flight, each", "in-flight", [("busy", 7)],
        floor=CALL),
    Row("16,384 jobs in flight, memory each", "in-flight-memory",
        [("value", 30)]),
    Row("map 4 KiB", "map-4k", [("busy", 2)], floor=CALL),
    Row("map 2 MiB, huge page", "map-2m-huge", [("busy", 6)], floor=CALL),
    Row("map 1 GiB, huge pages", "map-1g-huge", [("busy", 7)]),
    Row("unmap 4 KiB", "unmap-4k", [("elapsed", 100), ("busy", 2)],
        floor=CALL),
    Row("unmap 2 MiB, huge page", "unmap-2m-huge", floor=CALL),
    Row("unmap 1 GiB, huge pages", "unmap-1g-huge",
        [("elapsed", 20), ("busy", 10)], floor=CALL),
    Row("map and unmap 1 GiB of 4 KiB pages", "map-unmap-1g-small",
        [("busy", 2)]),
    Row("device memory, 1 GiB: alloc and free", "alloc-free-1g",
        [("busy", -6000)]),
    Row("device memory, 4 GiB: alloc and free", "alloc-free-4g",
        [("busy", -6000)]),
    Row("open and close", "open-close", [("elapsed", 150)]),
    Row("close with 10,000 live mappings", "close-10000",
        [("elapsed", 300), ("busy", 3)]),
    Row("dense 4 KiB mappings: map, each", "map-dense"),
    Row("dense 4 KiB mappings: random unmap, each", "unmap-random",
        [("elapsed", 60)], floor=CALL),
    Row("probe", "probe", [("elapsed", 3)]),
    Row("memory held by a bound driver", "probe-memory", [("value", 10)]),
)

# The peer's own interface, served by our driver
COMPAT = (
    Row("submit, 1 copy job", "submit-copy", [("busy", 3)], floor=CALL),
    Row("submit, 1 program", "submit-command", [("busy", 3)], floor=CALL),
    Row("submit, 8 jobs in a call", "submit-8", [("busy", 5)]),
    Row("submit, 32 jobs in a call, each", "submit-32"),
    Row("wait, already done", "wait-done", [("busy", 1.6)], floor=CALL),
    Row("submit and blocking wait", "round-trip",
        [("elapsed", 3), ("busy", 3)]),
    Row("interrupt to first user instruction", "irq-to-user"),
    Row("16,384 jobs in flight, each", "in-flight"),
    Row("16,384 jobs in flight, memory each", "in-flight-memory"),
    Row("command buffer 4 KiB: create, destroy", "buffer-4k", [("busy", 3)],
        floor=CALL),
    Row("command buffer 2 MiB: create, destroy", "buffer-2m"),
    Row("map 4 KiB", "map-4k", [("busy", 2)], floor=CALL),
    Row("map 2 MiB, huge page", "map-2m-huge", [("busy", 6)], floor=CALL),
    Row("map 1 GiB, huge pages", "map-1g-huge", [("busy", 7)]),
    Row("unmap 4 KiB", "unmap-4k", [("elapsed", 100), ("busy", 2)],
        floor=CALL),
    Row("unmap 2 MiB, huge page", "unmap-2m-huge", floor=CALL),
    Row("unmap 1 GiB, huge pages", "unmap-1g-huge",
        [("elapsed", 20), ("busy", 10)], floor=CALL),
    Row("map and unmap 1 GiB of 4 KiB pages", "map-unmap-1g-small",
        [("busy", 2)]),
)

FLOORS = (
    ("system call", "floor-syscall"),
    ("ioctl that is refused", "floor-ioctl"),
    ("ioctl that DRM refuses", "floor-drm-ioctl"),
    ("ioctl that DRM carries out", "floor-drm-call"),
    ("pin 4 KiB (io_uring)", "floor-pin-4k"),
    ("unpin 4 KiB", "floor-unpin-4k"),
    ("pin 2 MiB, huge page", "floor-pin-2m-huge"),
    ("pin 1 GiB, huge pages", "floor-pin-1g-huge"),
    ("unpin 1 GiB, huge pages", "floor-unpin-1g-huge"),
    ("pin 1 GiB of 4 KiB pages", "floor-pin-1g-small"),
    ("unpin 1 GiB of 4 KiB pages", "floor-unpin-1g-small"),
)


def load(path):
    """The records of one run, by metric; curves as lists."""
    records = {}
    with open(path, encoding="utf-8") as handle:
        for line in handle:
            record = json.loads(line)
            if "curve" in record:
                records.setdefault(record["curve"], []).append(record)
            else:
                records[record["metric"]] = record
    return records


def figure(records, metric, dimension, statistic="median"):
    """One number, or None."""
    record = records.get(metric, {})
    if dimension == "value" or "value" in record:
        return record.get("value") if dimension == "value" else None
    # A latency is no work: nothing was counted.
    return record.get(dimension, {}).get(statistic) or \
        (None if dimension in ("busy", "elapsed") else 0)


def short(value):
    """A number in a narrow column."""
    if value is None:
        return "-"
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if value >= 10 * size or (size > 1e3 and value >= size):
            return f"{value / size:.{1 if value >= 100 * size else 2}f}{unit}"
    return f"{value:.0f}" if value >= 10 or value == int(value) \
        else f"{value:.1f}"


def ratio_text(ratio):
    """A ratio in a narrow column."""
    if ratio is None:
        return "-"
    return f"{ratio:.0f}{RATIO}" if ratio >= 100 else f"{ratio:.2g}{RATIO}" \
        if ratio < 10 else f"{ratio:.1f}{RATIO}"


class Result:
    """A row with its figures and verdicts."""

    def __init__(self, row, ours, peer):
        self.row = row
        self.why = ours.get(row.metric, {}).get("why") if row.metric in ours \
            else "not measured"
        self.ours = {}
        self.peer = {}
        self.ratio = {}
        for dimension in ("busy", "elapsed", "value"):
            mine = figure(ours, row.metric, dimension)
            theirs = figure(peer, row.peer, dimension)
            self.ours[dimension] = mine
            self.peer[dimension] = theirs * row.times \
                if theirs is not None else None
            if mine and theirs is not None:
                self.ratio[dimension] = theirs * row.times / mine
        self.ours["p99"] = figure(ours, row.metric, "busy", "p99")
        self.peer["p99"] = figure(peer, row.peer, "busy", "p99")
        for name in ("reads", "writes"):
            self.ours[name] = figure(ours, row.metric, name)
            self.peer[name] = figure(peer, row.peer, name)
        self.floor = sum(figure(ours, name, "busy") or 0 for name in row.floor)
        self.verdicts = [self.judge(*goal) for goal in row.goals]

    def judge(self, dimension, goal):
        """(goal as text, met, remark)."""
        if goal < 0:
            value = self.ours[dimension]
            return (f"{dimension} ≤ {short(-goal)}",
                    value is not None and value <= -goal, "")
        ratio = self.ratio.get(dimension)
        text = f"{'size' if dimension == 'value' else dimension} " \
               f"≥ {goal:g}{RATIO}"
        if ratio is None:
            return (text, None, "no figure")
        remark = ""
        theirs = self.peer[dimension]
        if ratio < goal and self.floor and theirs / self.floor < goal:
            remark = f"floor {short(self.floor)}: at most " \
                     f"{ratio_text(theirs / self.floor)}"
        return (text, ratio >= goal, remark)

    def as_json(self):
        """For the machine-readable file."""
        return {
            "label": self.row.label, "metric": self.row.metric,
            "hlaccel": self.ours, "peer": self.peer, "ratio": self.ratio,
            "floor": self.floor or None, "why": self.why,
            "goals": [{"goal": text, "met": met, "remark": remark}
                      for text, met, remark in self.verdicts],
        }


def print_floors(ours, peer):
    """What the kernel itself takes, in both guests."""
    print("Floors: busy instructions of the kernel itself "
          "(hlaccel's guest, the peer's)")
    for label, metric in FLOORS:
        print(f"  {label:32s} {short(figure(ours, metric, 'busy')):>8s} "
              f"{short(figure(peer, metric, 'busy')):>8s}")
    print()


def print_table(results):
    """The table on the terminal."""
    pattern = "{:41s} {:>8s} {:>8s} {:>8s} {:>7s} {:>8s} {:>8s} {:>7s} " \
              "{:>9s} {:>9s}  {}"
    print(pattern.format("", "hlaccel", "p99", "peer", "", "hlaccel", "peer",
                         "", "hlaccel", "peer", ""))
    print(pattern.format("metric", "busy", "busy", "busy", "ratio", "elapsed",
                         "elapsed", "ratio", "MMIO r/w", "MMIO r/w", "goal"))
    print("-" * 150)
    for result in results:
        row, ours, peer = result.row, result.ours, result.peer
        if result.why:
            print(f"{row.label:41s} {result.why}")
            continue
        words = []
        for text, met, remark in result.verdicts:
            state = {True: "met", False: "NOT MET", None: "?"}[met]
            words.append(f"{text}: {state}" +
                         (f" ({remark})" if remark else ""))
        busy = "value" if ours["value"] is not None else "busy"
        mmio = [f"{short(who['reads'])}/{short(who['writes'])}"
                for who in (ours, peer)]
        print(pattern.format(
            row.label, short(ours[busy]), short(ours["p99"]),
            short(peer[busy]), ratio_text(result.ratio.get(busy)),
            short(ours["elapsed"]), short(peer["elapsed"]),
            ratio_text(result.ratio.get("elapsed")), *mmio, "; ".join(words)))


def svg_head(width, height):
    """The frame of a drawing."""
    return [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
            f'height="{height}" font-family="sans-serif" font-size="12">',
            f'<rect width="{width}" height="{height}" fill="white"/>']


def bars(results):
    """Bars: how many times less than the peer, on a logarithmic scale."""
    lines = []
    for result in results:
        for dimension in ("busy", "elapsed", "value"):
            ratio = result.ratio.get(dimension)
            goal = next((wanted for name, wanted in result.row.goals
                         if name == dimension and wanted > 0), None)
            if ratio and (goal or (dimension == "busy" and
                                   not result.row.goals)):
                lines.append((result.row.label, dimension, ratio, goal))
    top = max([3] + [math.log10(line[2]) for line in lines])
    left, unit, step = 420, 560 / (top + 0.3), 20

    def place(ratio):
        return left + unit * (math.log10(max(ratio, 0.5)) + 0.3)

    height = 60 + step * len(lines)
    out = svg_head(1060, height)
    out.append('<text x="10" y="20" font-size="15">hlaccel against peer+1: '
               'times less (right of 1 is better); the tick is the goal'
               '</text>')
    for power in range(int(top) + 1):
        x = place(10 ** power)
        out.append(f'<line x1="{x:.0f}" y1="32" x2="{x:.0f}" '
                   f'y2="{height - 10}" stroke="#ccc"/>'
                   f'<text x="{x + 3:.0f}" y="42" fill="#888">'
                   f'{10 ** power}{RATIO}</text>')
    for number, (label, dimension, ratio, goal) in enumerate(lines):
        y = 50 + step * number
        met = goal is None or ratio >= goal
        start, end = sorted((place(1), place(ratio)))
        name = "size" if dimension == "value" else dimension
        out.append(f'<text x="{left - 8}" y="{y + 12}" text-anchor="end">'
                   f'{html.escape(label)} ({name})</text>'
                   f'<rect x="{start:.1f}" y="{y + 2}" height="13" '
                   f'width="{max(end - start, 1):.1f}" '
                   f'fill="{"#3a7d44" if met else "#c0603a"}"/>'
                   f'<text x="{end + 5:.0f}" y="{y + 13}">'
                   f'{ratio_text(ratio)}</text>')
        if goal:
            x = place(goal)
            out.append(f'<line x1="{x:.1f}" y1="{y}" x2="{x:.1f}" '
                       f'y2="{y + 17}" stroke="black" stroke-width="2"/>')
    return out + ["</svg>", ""]


def has_figures(results):
    """Whether all rows have one."""
    return all(
        not result.why and
        (result.ours["busy"] is not None or result.ours["elapsed"] is not None
         or result.ours["value"] is not None) and
        (result.ratio or result.row.goals and result.row.goals[0][1] < 0)
        for result in results)


def table(ours, peer, compat):
    """Returns what goes into the files, and whether all rows have a figure."""
    results = [Result(row, ours, peer) for row in ROWS]
    print_floors(ours, peer)
    print_table(results)
    print("\nThe peer's own interface, served by both")
    same = [Result(row, compat, peer) for row in COMPAT]
    print_table(same)
    goals = [met for result in results + same for _, met, _ in result.verdicts]
    for who, records in (("hlaccel", ours), ("peer", peer)):
        count = figure(records, "mappings", "value")
        if count:
            print(f"\n{who}: {count} dense mappings", end="")
    if "quick" in ours:
        print("\nquick: 64 MiB for 1 GiB, 4,096 jobs for 16,384, 500 mappings "
              "for 10,000", end="")
    print(f"\n{sum(met is True for met in goals)} of {len(goals)} goals met")
    complete = has_figures(results) and has_figures(same)
    for records in (ours, peer):
        complete &= all(figure(records, metric, "busy") is not None
                        for _, metric in FLOORS)
    return {"native": [result.as_json() for result in results],
            "compat": [result.as_json() for result in same]}, \
        bars(results), complete


def curves(records):
    """Points of all curves: [(name, [(x, busy)])]."""
    return [(name, [(point["x"], point["busy"]["median"]) for point in points])
            for name, points in records.items() if isinstance(points, list)]


def plot(found):
    """Lines, both scales logarithmic."""
    colors = ("#3a7d44", "#c0603a", "#3060a0", "#805090", "#a08020", "#208080",
              "#606060")
    points = [point for _, line in found for point in line]
    high = math.log10(max([10] + [y for _, y in points])) + 0.1
    low = math.log10(min([10 ** (high - 1)] + [y for _, y in points])) - 0.1
    out = svg_head(900, 480)
    out.append('<text x="10" y="20" font-size="15">hlaccel: busy instructions '
               'of a call, by what is there already</text>')

    def place(x, y):
        return (60 + 90 * math.log10(max(x, 1)),
                440 - 400 * (math.log10(y) - low) / (high - low))

    for power in range(7):
        x = 60 + 90 * power
        out.append(f'<line x1="{x}" y1="30" x2="{x}" y2="440" '
                   f'stroke="#ddd"/><text x="{x}" y="458">10^{power}</text>')
    for value in (1000, 2000, 4000, 8000, 16000, 32000):
        if low <= math.log10(value) <= high:
            y = place(1, value)[1]
            out.append(f'<line x1="60" y1="{y:.0f}" x2="620" y2="{y:.0f}" '
                       f'stroke="#ddd"/><text x="10" y="{y + 4:.0f}">'
                       f'{value}</text>')
    for number, (name, line) in enumerate(found):
        color = colors[number % len(colors)]
        path = " ".join(f"{x:.0f},{y:.0f}" for x, y in
                        (place(*point) for point in line))
        out.append(f'<polyline points="{path}" fill="none" stroke="{color}" '
                   f'stroke-width="2"/><text x="650" y="{60 + 20 * number}" '
                   f'fill="{color}">{html.escape(name)}</text>')
    return out + ["</svg>", ""]


def scale(ours):
    """The curves of our driver."""
    found = curves(ours)
    result, complete = [], len(found) == 7
    print(f"{'busy instructions, by':28s} {'from':>8s} {'to':>8s}  growth")
    for name, line in found:
        growth = line[-1][1] / line[0][1]
        verdict = "met" if growth <= 1.5 else "NOT MET"
        print(f"{name:28s} {short(line[0][1]):>8s} {short(line[-1][1]):>8s}  "
              f"{growth:.2f}{RATIO} (goal ≤ 1.5{RATIO}: {verdict})")
        print("    " + "  ".join(f"{x}: {short(y)}" for x, y in line))
        result.append({"curve": name, "points": line, "growth": growth,
                       "met": growth <= 1.5})
    for name, record in ours.items():
        if isinstance(record, dict) and "why" in record:
            print(f"{name:28s} {record['why']}")
            complete = False
    return result, plot(found), complete


def lock_classes(path):
    """Contended locks: name -> (contentions, acquisitions, places)."""
    found = {}
    with open(path, encoding="utf-8") as handle:
        for line in handle:
            name, colon, rest = line.rpartition(":")
            numbers = rest.split()
            if colon and len(numbers) == 12:
                if int(numbers[1]):
                    found[name.strip()] = (int(numbers[1]), int(numbers[7]),
                                           set())
                continue
            where = line.partition("[<")
            if not where[1]:
                continue
            name = where[0].rsplit(None, 1)[0].strip()
            for known, entry in found.items():
                if known in (name, name + "-W", name + "-R"):
                    entry[2].add(where[2].partition(">]")[2].strip())
    return found


# Functions that take locks for a driver, though they are not in its module
HELPERS = ("drm_", "dma_resv_", "dma_fence_")
# A client meets these at its own locks
OTHERS = ("_watchdog", "_retire", "_irq")


def lock_kind(name, places, wanted):
    """Whose lock it is that somebody waited for."""
    if any(word in name for word in wanted):
        return "expected"
    mine = [place for place in places
            if "[" in place or place.startswith(HELPERS)]
    if not mine:
        return "kernel's own"
    functions = [place.partition("+")[0] for place in mine]
    if any(function.endswith(OTHERS) for function in functions):
        return "with a timer"
    return "SHARED"


def locks(ours, out):
    """At which locks clients met that had nothing in common."""
    result, complete = [], True
    for phase, wanted in (("submit", ()), ("bind", ("mmu",))):
        if "value" not in ours.get(phase, {}):
            print(f"{phase}: {ours.get(phase, {}).get('why', 'not run')}")
            complete = False
            continue
        found = lock_classes(os.path.join(out, f"locks-{phase}.txt"))
        print(f"{phase}: {len(found)} lock classes were waited for")
        for name, (contentions, acquisitions, places) in found.items():
            kind = lock_kind(name, places, wanted)
            print(f"  {kind:12s} {name:40s} {contentions} of {acquisitions}: "
                  f"{', '.join(sorted(places)[:4])}")
            result.append({"phase": phase, "lock": name, "kind": kind,
                           "contentions": contentions,
                           "acquisitions": acquisitions,
                           "places": sorted(places)})
    shared = [entry for entry in result if entry["kind"] == "SHARED"]
    print("goal, no lock of a driver is shared: " +
          ("met" if complete and not shared else "NOT MET"))
    return result, None, complete


def main():
    """Reads, prints, writes."""
    if len(sys.argv) < 3 or \
            sys.argv[1] not in ("table", "scale", "locks"):
        print(__doc__, file=sys.stderr)
        return 2
    mode, out = sys.argv[1:3]
    ours = load(os.path.join(out, "hlaccel.jsonl"))
    if mode == "table":
        peer = load(os.path.join(out, "peer.jsonl"))
        compat = load(os.path.join(out, "compat.jsonl"))
        data, drawing, complete = table(ours, peer, compat)
    elif mode == "scale":
        data, drawing, complete = scale(ours)
    else:
        data, drawing, complete = locks(ours, out)
    with open(os.path.join(out, mode + ".json"), "w",
              encoding="utf-8") as handle:
        json.dump(data, handle, indent=1)
        handle.write("\n")
    print(f"\n{out}/{mode}.json")
    if drawing:
        with open(os.path.join(out, mode + ".svg"), "w",
                  encoding="utf-8") as handle:
            handle.write("\n".join(drawing))
        print(f"{out}/{mode}.svg")
    return 0 if complete or "--complete" not in sys.argv else 1


if __name__ == "__main__":
    sys.exit(main())
