# SPDX-License-Identifier: GPL-2.0
"""Writes initramfs archives (newc), without root and without side files."""

import os
import stat


class Archive:
    """Collects entries; parents are made on demand, a path goes in once."""

    def __init__(self):
        self.chunks = []
        self.paths = set()

    def _entry(self, path, mode, data=b"", rdev=(0, 0)):
        path = path.strip("/")
        if path in self.paths:
            return
        parent = os.path.dirname(path)
        if parent:
            self.directory(parent)
        self.paths.add(path)
        self._raw(path, mode, data, rdev)

    def _raw(self, path, mode, data, rdev):
        name = path.encode() + b"\0"
        fields = (len(self.paths), mode, 0, 0, 1, 0, len(data), 0, 0,
                  rdev[0], rdev[1], len(name), 0)
        head = b"070701" + b"".join(b"%08x" % field for field in fields)
        self.chunks += [head, name, b"\0" * (-(len(head) + len(name)) % 4),
                        data, b"\0" * (-len(data) % 4)]

    def directory(self, path):
        """An empty folder."""
        self._entry(path, stat.S_IFDIR | 0o755)

    def symlink(self, path, target):
        """A symbolic link."""
        self._entry(path, stat.S_IFLNK | 0o777, target.encode())

    def device(self, path, major, minor):
        """A character device."""
        self._entry(path, stat.S_IFCHR | 0o600, b"", (major, minor))

    def data(self, path, data, mode=0o644):
        """A file with this content."""
        self._entry(path, stat.S_IFREG | mode, data)

    def file(self, path, source):
        """A copy of a file of the host."""
        with open(source, "rb") as handle:
            mode = os.fstat(handle.fileno()).st_mode & 0o755
            self.data(path, handle.read(), mode)

    def save(self, target):
        """Writes the archive; target appears only when it is complete."""
        self._raw("TRAILER!!!", 0, b"", (0, 0))
        temporary = f"{target}.{os.getpid()}"
        with open(temporary, "wb") as handle:
            handle.write(b"".join(self.chunks))
        os.replace(temporary, target)
