# SPDX-License-Identifier: GPL-2.0
"""The guest's root: busybox, our init, kernel modules, the command."""

import hashlib
import lzma
import os
import re
import shlex
import shutil
import struct
import subprocess
import tempfile

from . import cpio
from .common import CACHE, TOP, HlvmError

GUEST = os.path.join(TOP, "tools/vm/guest")

# Where a merged /usr has its links; libraries ask for either spelling.
USR_LINKS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
FOLDERS = ("dev", "proc", "sys", "tmp", "run", "root", "share", "src", "etc",
           "etc/modprobe.d", "var", "mnt", "hlvm/ctl", "usr/bin", "usr/sbin",
           "usr/lib", "usr/lib64")

# What the guest needs before it can reach the shares.
BASE_MODULES = ("virtio_pci", "virtio_console", "9pnet_virtio", "9p")

# The device model plays the device's processor: its images are only carried, so
# any content will do. Sizes are multiples of 4, as the loaders require. The
# tensor cores do run what they are given: a program of nothing but HALT.
TPC_HALT = struct.pack("<4Q", 0x0001000000000020, 0x0f80000000000000,
                       0x000000000001f000, 0)
FIRMWARE = {
    "habanalabs/gaudi/gaudi-boot-fit.itb": 8192,
    "habanalabs/gaudi/gaudi-fit.itb": 16384,
    "habanalabs/gaudi/gaudi_tpc.bin": 4096,
    "habanalabs/goya/goya-boot-fit.itb": 8192,
    "habanalabs/goya/goya-fit.itb": 16384,
}


def firmware(name, size):
    """Placeholder content that differs from file to file and page to page."""
    if name.endswith("_tpc.bin"):
        return TPC_HALT * (size // len(TPC_HALT))
    out = b""
    while len(out) < size:
        out += hashlib.sha256(f"{name}:{len(out)}".encode()).digest()
    return out[:size]


class Modules:
    """Module files of a kernel and their dependencies."""

    def __init__(self, kernel):
        self.kernel = kernel
        releases = os.listdir(os.path.join(kernel, "modules"))
        if len(releases) != 1:
            raise HlvmError(f"{kernel}/modules must hold one release")
        self.release = releases[0]
        self.tree = os.path.join(kernel, "modules", self.release)
        self.deps = {}
        self.builtin = set()
        self._read()

    @staticmethod
    def name(path):
        """The name that modprobe uses for a module file."""
        base = os.path.basename(path).split(".ko")[0]
        return base.replace("-", "_")

    def _read(self):
        with open(os.path.join(self.tree, "modules.dep"),
                  encoding="utf-8") as handle:
            for line in handle:
                path, _, deps = line.partition(":")
                self.deps[self.name(path)] = (path, deps.split())
        with open(os.path.join(self.tree, "modules.builtin"),
                  encoding="utf-8") as handle:
            self.builtin = {self.name(line.strip()) for line in handle}

    def closure(self, names):
        """Files (relative to the tree) of the modules and what they need."""
        files = []
        for name in names:
            name = name.replace("-", "_")
            if name in self.builtin:
                continue
            if name not in self.deps:
                raise HlvmError(f"no module {name} in {self.release}")
            path, deps = self.deps[name]
            files += [file for file in [*deps, path] if file not in files]
        return files

    def needs(self, file):
        """Names of the modules that a module file of ours depends on."""
        done = subprocess.run(["/sbin/modinfo", "-F", "depends", file],
                              check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise HlvmError(f"modinfo {file}: {done.stderr.strip()}")
        return [name for name in done.stdout.strip().split(",") if name]

    def content(self, file):
        """A module of the tree, unpacked: the guest's loader knows no xz."""
        path = os.path.join(self.tree, file)
        with open(path, "rb") as handle:
            data = handle.read()
        if path.endswith(".xz"):
            data = lzma.decompress(data)
        elif path.endswith(".zst"):
            data = subprocess.run(["zstd", "-dcq"], input=data, check=True,
                                  stdout=subprocess.PIPE).stdout
        return data


def digest(parts):
    """A short key over strings and the contents of files ('@path')."""
    total = hashlib.sha256()
    for part in parts:
        if part.startswith("@"):
            with open(part[1:], "rb") as handle:
                total.update(hashlib.sha256(handle.read()).digest())
        else:
            total.update(part.encode())
        total.update(b"\0")
    return total.hexdigest()[:20]


def busybox():
    """The static busybox of the host."""
    path = shutil.which("busybox")
    if not path:
        raise HlvmError("no busybox (run tools/setup)")
    return path


def add_modules(archive, modules, extra, own):
    """Module files in a tree that modprobe in the guest understands."""
    with tempfile.TemporaryDirectory() as temporary:
        tree = os.path.join(temporary, "lib/modules", modules.release)
        os.makedirs(tree)
        needed = list(extra)
        for file in own:
            needed += modules.needs(file)
        ours = {Modules.name(file) for file in own}
        wanted = [name for name in needed
                  if name.replace("-", "_") not in ours]
        files = {}
        for file in modules.closure([*BASE_MODULES, *wanted]):
            files[re.sub(r"\.(xz|zst|gz)$", "", file)] = modules.content(file)
        for file in own:
            with open(file, "rb") as handle:
                files["updates/" + os.path.basename(file)] = handle.read()
        for name, data in files.items():
            path = os.path.join(tree, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as handle:
                handle.write(data)
        for name in ("modules.builtin", "modules.order",
                     "modules.builtin.modinfo"):
            source = os.path.join(modules.tree, name)
            if os.path.exists(source):
                shutil.copy(source, tree)
        subprocess.run(["/sbin/depmod", "-b", temporary, modules.release],
                       check=True)
        for folder, _, names in os.walk(tree):
            for name in names:
                path = os.path.join(folder, name)
                archive.file("usr/" + os.path.relpath(path, temporary), path)


def base(modules, extra, own):
    """The part of the root that does not depend on the command; cached."""
    parts = ["@" + busybox(), "@" + os.path.join(GUEST, "init"),
             "@" + os.path.join(GUEST, "hlqom"), "@" + __file__,
             "@" + os.path.join(modules.tree, "modules.dep"),
             os.path.realpath(modules.tree), *extra]
    key = digest([*parts, *("@" + file for file in own)])
    target = os.path.join(CACHE, "initramfs", f"{key}.cpio")
    if os.path.exists(target):
        os.utime(target)
        return target
    os.makedirs(os.path.dirname(target), exist_ok=True)
    archive = cpio.Archive()
    for folder in FOLDERS:
        archive.directory(folder)
    for link in USR_LINKS:
        archive.directory("usr/" + link)
        archive.symlink(link, "usr/" + link)
    archive.device("dev/console", 5, 1)
    archive.file("usr/bin/busybox", busybox())
    applets = subprocess.run([busybox(), "--list-full"], check=True,
                             capture_output=True, text=True).stdout.split()
    for applet in applets:
        name = os.path.basename(applet)
        if name != "busybox":
            archive.symlink("usr/bin/" + name, "/usr/bin/busybox")
    archive.file("init", os.path.join(GUEST, "init"))
    archive.file("usr/bin/hlqom", os.path.join(GUEST, "hlqom"))
    archive.data("etc/passwd", b"root:x:0:0:root:/root:/bin/sh\n"
                 b"nobody:x:65534:65534:nobody:/:/bin/sh\n")
    archive.data("etc/group", b"root:x:0:\nnogroup:x:65534:\n")
    for name, size in FIRMWARE.items():
        archive.data("usr/lib/firmware/" + name, firmware(name, size))
    add_modules(archive, modules, extra, own)
    archive.save(target)
    return target


def applets():
    """What the guest's busybox can do by itself."""
    return subprocess.run([busybox(), "--list"], check=True,
                          capture_output=True, text=True).stdout.split()


def libraries(path):
    """Shared libraries (and the loader) of a program, as the host has them."""
    done = subprocess.run(["ldd", path], check=False, capture_output=True,
                          text=True)
    if done.returncode != 0:
        return []
    if "not found" in done.stdout:
        raise HlvmError(f"{path}: a library is missing:\n{done.stdout}")
    return re.findall(r"(?:=>\s+|^\s+)(/\S+)\s+\(0x", done.stdout, re.M)


def interpreter(path):
    """The interpreter of a script, or None."""
    with open(path, "rb") as handle:
        line = handle.readline(256)
    if not line.startswith(b"#!"):
        return None
    words = line[2:].decode(errors="replace").split()
    if words and os.path.basename(words[0]) == "env" and len(words) > 1:
        return words[1]
    return words[0] if words else None


def add_program(archive, path):
    """A program of the host at its own path, with all it needs to start."""
    # /usr/bin and /bin are one folder in the guest: one spelling only.
    guest = re.sub(r"^/(bin|sbin|lib\w*)/", r"/usr/\1/", path)
    archive.file(guest, path)
    for library in libraries(path):
        archive.file(re.sub(r"^/(lib\w*)/", r"/usr/\1/", library), library)
    script = interpreter(path)
    if script and os.path.basename(script) not in applets():
        found = shutil.which(script)
        if not found:
            raise HlvmError(f"{path}: no interpreter {script}")
        add_program(archive, found)


def locate(command, share):
    """Where the command is on the host; None when the guest has it."""
    if "/" in command:
        if not command.startswith("/"):
            if os.path.exists(os.path.join(share, command)):
                return None
            command = os.path.abspath(command)
        if command.startswith(("/share/", "/src/", "/bin/", "/usr/bin/")):
            if command.startswith(("/share/", "/src/")) or \
                    os.path.basename(command) in applets():
                return None
        if not os.path.exists(command):
            raise HlvmError(f"no such command: {command}")
        return command
    if command in applets() or command == "hlqom":
        return None
    found = shutil.which(command)
    if not found:
        raise HlvmError(f"no such command: {command}")
    return found


def run_part(target, argv, share, bring, config):
    """The part of the root that is made anew for each run."""
    archive = cpio.Archive()
    argv = list(argv)
    found = locate(argv[0], share)
    if found:
        add_program(archive, found)
        argv[0] = found
    # Programs that wait in the share get their libraries too.
    in_share = os.path.join(share, argv[0].replace("/share/", "", 1))
    if not found and os.path.isfile(in_share):
        for library in libraries(in_share):
            archive.file(re.sub(r"^/(lib\w*)/", r"/usr/\1/", library),
                         library)
    for path in bring:
        located = path if os.path.exists(path) else shutil.which(path)
        if not located:
            raise HlvmError(f"--bring {path}: no such file")
        add_program(archive, os.path.abspath(located))
    lines = [f"{name}={shlex.quote(value)}" for name, value in config.items()]
    lines.append("set -- " + " ".join(shlex.quote(word) for word in argv))
    archive.data("hlvm/config", "\n".join(lines).encode() + b"\n")
    if config["driver_params"]:
        archive.data("etc/modprobe.d/hlvm.conf",
                     f"options {config['driver']} "
                     f"{config['driver_params']}\n".encode())
    archive.save(target)


def join(target, *parts):
    """The kernel unpacks archives that follow each other."""
    with open(target, "wb") as out:
        for part in parts:
            with open(part, "rb") as handle:
                shutil.copyfileobj(handle, out)
            out.write(b"\0" * (-out.tell() % 512))
