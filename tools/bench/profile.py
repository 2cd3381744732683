#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""profile.py OUT [ROW...]

Where the instructions of rows go: OUT/profile.txt (what the plugin counted),
OUT/kallsyms (the guest's symbols) and OUT/hlaccel.jsonl (the rows, in the order of
the plugin's sections) become instructions per operation and function. Without ROW
it lists what there is. With -i ROW FUNCTION: counts by offset in a function.
"""

import bisect
import json
import os
import sys

USER = 1 << 47
LEAST = 0.5


def symbols(path):
    """Sorted addresses, and names in the same order."""
    found = []
    with open(path, encoding="utf-8") as handle:
        for line in handle:
            address, kind, name = line.split()[:3]
            if kind in "tTwW":
                found.append((int(address, 16), name))
    found.sort()
    return [address for address, _ in found], [name for _, name in found]


def sections(path):
    """What was executed, a dictionary by address for each row."""
    found, section = [], {}
    with open(path, encoding="utf-8") as handle:
        for line in handle:
            if line == "end\n":
                found.append(section)
                section = {}
            else:
                address, count = line.split()
                section[int(address, 16)] = int(count)
    return found


def rows(path):
    """Rows with figures: (name, operations that were counted)."""
    found = []
    with open(path, encoding="utf-8") as handle:
        for line in handle:
            record = json.loads(line)
            if "samples" in record:
                name = record.get("metric") or \
                    f"{record['curve']}@{record['x']}"
                found.append((name, record["samples"] * record["per"]))
    return found


class Profile:
    """Rows and the functions they were in."""

    def __init__(self, out):
        self.addresses, self.names = symbols(os.path.join(out, "kallsyms"))
        self.rows = {}
        for (name, operations), section in zip(
                rows(os.path.join(out, "hlaccel.jsonl")),
                sections(os.path.join(out, "profile.txt"))):
            self.rows[name] = (operations, section)

    def where(self, address):
        """(function, offset)."""
        if address < USER:
            return "(user)", address
        index = bisect.bisect_right(self.addresses, address) - 1
        return self.names[index], address - self.addresses[index]

    def show(self, row):
        """Functions, the most expensive ones first."""
        operations, section = self.rows[row]
        total, counts = 0, {}
        for address, count in section.items():
            name, _ = self.where(address)
            if name == "(user)":
                continue
            counts[name] = counts.get(name, 0) + count / operations
            total += count / operations
        print(f"{row}: {total:.0f} instructions of the kernel, "
              f"{operations} operations")
        for name, count in sorted(counts.items(), key=lambda item: -item[1]):
            if count >= LEAST:
                print(f"{count:10.1f}  {name}")

    def inside(self, row, function):
        """Each instruction of a function."""
        operations, section = self.rows[row]
        for address in sorted(section):
            name, offset = self.where(address)
            if name == function:
                print(f"{section[address] / operations:10.2f}  "
                      f"{name}+{offset:#x}")


def main():
    """Reads and prints."""
    arguments = [word for word in sys.argv[1:] if word != "-i"]
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    profile = Profile(arguments[0])
    names = arguments[1:2] if "-i" in sys.argv else arguments[1:]
    unknown = [name for name in names if name not in profile.rows]
    if unknown or not names:
        print("rows:", *profile.rows)
        return 1 if unknown else 0
    if "-i" in sys.argv:
        profile.inside(names[0], arguments[2])
        return 0
    for name in names:
        profile.show(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
