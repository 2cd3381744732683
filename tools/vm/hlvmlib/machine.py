# SPDX-License-Identifier: GPL-2.0
"""The emulated machine: its command line, its monitor, its life."""

import ctypes
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from . import tsc
from .common import TOP, HlvmError, say, script

MODELS = {"gaudi": "hlaccel-gaudi", "goya": "hlaccel-goya"}
PR_SET_PDEATHSIG = 1


def find_qemu(cards):
    """The QEMU that has our device models in it."""
    qemu = os.environ.get("HLVM_QEMU")
    build = os.path.join(TOP, "tools/qemu-device/build")
    if not qemu and os.path.exists(build):
        qemu = script(build)
    if not qemu and not cards:
        qemu = shutil.which("qemu-system-x86_64")
    if not qemu or not os.access(qemu, os.X_OK):
        raise HlvmError("no QEMU with our device (tools/qemu-device/build)")
    return qemu


def ticks_per_second(kernel):
    """A kernel's HZ, or None where its configuration does not come with it."""
    config = os.path.join(kernel, "build/.config")
    if not os.path.exists(config):
        return None
    with open(config, encoding="utf-8") as handle:
        ticks = [line[len("CONFIG_HZ="):] for line in handle
                 if line.startswith("CONFIG_HZ=")]
    return int(ticks[0]) if ticks else None


def die_with_parent():
    """A machine never outlives the hlvm that started it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Monitor:
    """QEMU's machine protocol, as far as it is needed here."""

    def __init__(self, path):
        self.path = path
        self.socket = None
        self.stream = None

    def connect(self):
        """Opens the connection and leaves the negotiation mode."""
        if self.stream:
            return
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(30)
        self.socket.connect(self.path)
        self.stream = self.socket.makefile("rw", encoding="utf-8")
        self.stream.readline()
        self.command("qmp_capabilities")

    def command(self, name, **arguments):
        """Runs a command; returns its answer or raises HlvmError."""
        self.connect()
        self.stream.write(json.dumps({"execute": name,
                                      "arguments": arguments}) + "\n")
        self.stream.flush()
        while True:
            line = self.stream.readline()
            if not line:
                raise HlvmError("the monitor has gone")
            answer = json.loads(line)
            if "error" in answer:
                raise HlvmError(answer["error"]["desc"])
            if "return" in answer:
                return answer["return"]

    @staticmethod
    def value(text):
        """A property's value as JSON: a number, a switch or a word."""
        if text in ("on", "true"):
            return True
        if text in ("off", "false"):
            return False
        try:
            return int(text, 0)
        except ValueError:
            return text

    def set_property(self, path, name, text):
        """qom-set; a word that looks like a number may have to stay one."""
        try:
            self.command("qom-set", path=path, property=name,
                         value=self.value(text))
        except HlvmError:
            self.command("qom-set", path=path, property=name, value=text)

    def inject_aer(self, card, name):
        """Makes the card report an error of the PCI bus, by QEMU's name."""
        answer = self.command("human-monitor-command", **{
            "command-line": f"pcie_aer_inject_error {card} {name}"})
        if not answer.startswith("OK"):
            raise HlvmError(answer.strip())

    def get_property(self, path, name):
        """qom-get."""
        return self.command("qom-get", path=path, property=name)


class Machine:
    """One guest from power-on to its end."""

    def __init__(self, options, kernel, initrd):
        self.options = options
        self.log = options.log
        self.ctl = os.path.join(options.log, "ctl")
        # Unix sockets have short names, log folders may have long ones.
        self.private = tempfile.mkdtemp(prefix="hlvm.")
        self.monitor = Monitor(os.path.join(self.private, "qmp"))
        link = os.path.join(self.log, "qmp")
        if os.path.islink(link):
            os.unlink(link)
        os.symlink(self.monitor.path, link)
        self.process = None
        self.streams = []
        self.keyboard = None
        self.argv = self._argv(kernel, initrd)

    def _kernel_command_line(self, kernel):
        words = ["console=ttyS0", "loglevel=7", "panic=-1", "no_timer_check",
                 "rcupdate.rcu_cpu_stall_timeout=60"]
        if self.options.iommu:
            words += ["intel_iommu=on", "iommu.strict=1",
                      "iommu.passthrough=0"]
        if self.options.kunit:
            words.append("kunit.enable=1")
        rate = None if self.options.icount else tsc.rate_khz()
        if rate:
            # The guest measures it against emulated timers. On a busy machine
            # it has been wrong by a factor of seven, and with it all time.
            words += [f"tsc_early_khz={rate}", "tsc=reliable"]
        if "thread=multi" in self._accelerator()[1]:
            # QEMU 7.2 may keep the translation of code that another processor
            # changed during it. A kernel patches most of its code while it
            # starts: with one processor; the guest's init adds the others.
            # Each would measure its delay loop for two seconds.
            words.append("maxcpus=1")
            ticks = ticks_per_second(kernel)
            if rate and ticks:
                words.append(f"lpj={rate * 1000 // ticks}")
        return " ".join(words + self.options.append)

    def _accelerator(self):
        options = self.options
        if options.icount:
            # String instructions would make time depend on their length.
            return ["-accel", "tcg,thread=single", "-icount", "shift=0",
                    "-cpu", "max,-erms,-fsrm", "-smp", "1"]
        if os.environ.get("HLVM_ACCEL") == "kvm":
            return ["-accel", "kvm", "-cpu", "host", "-smp", str(options.smp)]
        # QEMU 7.2 translates cmpxchg16b without bringing its lazy flags up to
        # date: an interrupt right behind it saves a register's bits as flags.
        # The kernel's allocator is full of them when the processor has it.
        # A processor with fast string instructions is given a byte at a time, and
        # each level of tables costs at every miss: both are slow when emulated.
        return ["-accel", "tcg,thread=multi",
                "-cpu", "max,-cx16,-erms,-fsrm,-la57",
                "-smp", str(options.smp)]

    def _argv(self, kernel, initrd):
        options = self.options
        argv = [find_qemu(options.cards), "-nodefaults", "-no-user-config",
                "-M", "q35", *self._accelerator(), "-m", options.mem,
                "-display", "none", "-no-reboot",
                "-d", "guest_errors,unimp",
                "-D", os.path.join(self.log, "device.log"),
                "-qmp", f"unix:{self.monitor.path},server=on,wait=off",
                "-kernel", os.path.join(kernel, "bzImage"),
                "-initrd", initrd, "-append", self._kernel_command_line(kernel)]
        if options.iommu:
            # Must come before the devices that it translates for.
            argv += ["-device", "intel-iommu,intremap=off"]
        console = os.path.join(self.log, "kernel.log")
        argv += ["-chardev", f"file,id=console,path={console}",
                 "-serial", "chardev:console",
                 "-device", "virtio-serial-pci"]
        for name in ("out", "err"):
            path = os.path.join(self.log, "std" + name)
            argv += ["-chardev", f"file,id={name},path={path}", "-device",
                     f"virtserialport,chardev={name},name=hlvm.{name}"]
        if options.interactive:
            path = os.path.join(self.private, "in")
            argv += ["-chardev",
                     f"socket,id=in,path={path},server=on,wait=off",
                     "-device", "virtserialport,chardev=in,name=hlvm.in"]
        for tag, path, mode in (("ctl", self.ctl, ""),
                                ("share", options.share, ""),
                                ("src", TOP, ",readonly=on")):
            argv += ["-virtfs", f"local,mount_tag={tag},path={path},"
                     f"security_model=none,multidevs=remap{mode}"]
        if options.switch:
            argv += ["-device", "pcie-root-port,id=rootport0,chassis=1",
                     "-device", "x3130-upstream,id=switch0,bus=rootport0"]
        for number, (model, properties) in enumerate(options.cards):
            bus = ""
            if options.switch:
                argv += ["-device", f"xio3130-downstream,id=down{number},"
                         f"bus=switch0,chassis={number + 2},slot={number}"]
                bus = f",bus=down{number}"
            argv += ["-device",
                     f"{MODELS[model]},id=card{number}{bus}{properties}"]
        if options.gdb:
            argv += ["-s", "-S"]
        return argv + options.qemu_arg

    def start(self):
        """Power on."""
        with open(os.path.join(self.log, "cmdline"), "w",
                  encoding="utf-8") as handle:
            handle.write("\n".join(self.argv) + "\n")
        output = os.path.join(self.log, "qemu.log")
        with open(output, "wb") as handle:
            self.process = subprocess.Popen(
                self.argv, stdin=subprocess.DEVNULL, stdout=handle,
                stderr=subprocess.STDOUT, preexec_fn=die_with_parent)
        outputs = [("stdout", sys.stdout.buffer), ("stderr",
                                                   sys.stderr.buffer)]
        if self.options.console:
            outputs.append(("kernel.log", sys.stderr.buffer))
        self.streams = [[os.path.join(self.log, name), None, sink]
                        for name, sink in outputs]

    def _forward(self):
        """Passes on what the guest has written since the last look."""
        for stream in self.streams:
            path, source, sink = stream
            if source is None:
                if not os.path.exists(path):
                    continue
                source = stream[1] = open(path, "rb")
            data = source.read()
            if data:
                sink.write(data)
                sink.flush()

    def _type(self):
        """Passes on what a person has typed, a line at a time."""
        if not self.options.interactive:
            return
        if self.keyboard is None:
            try:
                self.keyboard = socket.socket(socket.AF_UNIX)
                self.keyboard.connect(os.path.join(self.private, "in"))
            except OSError:
                self.keyboard = None
                return
        if select.select([sys.stdin], [], [], 0)[0]:
            data = os.read(sys.stdin.fileno(), 4096)
            self.keyboard.sendall(data or b"exit\n")

    def _answer(self, request):
        """One request of the guest's hlqom."""
        with open(os.path.join(self.ctl, request), encoding="utf-8") as handle:
            verb, card, name, *rest = handle.read().splitlines()
        path = f"/machine/peripheral/{card}"
        try:
            if verb == "set" and name == "pcie-error":
                self.monitor.inject_aer(card, rest[0])
                text = "ok\n"
            elif verb == "set":
                self.monitor.set_property(path, name, rest[0])
                text = "ok\n"
            else:
                value = self.monitor.get_property(path, name)
                if isinstance(value, bool):
                    value = "on" if value else "off"
                text = f"ok\n{value}\n"
        except (HlvmError, OSError, IndexError) as error:
            text = f"error\n{error}\n"
        number = request[len("req."):]
        temporary = os.path.join(self.ctl, f"new.{number}")
        with open(temporary, "w", encoding="utf-8") as handle:
            handle.write(text)
        os.unlink(os.path.join(self.ctl, request))
        os.rename(temporary, os.path.join(self.ctl, f"ans.{number}"))

    def _look(self):
        """One round: output, requests; tells what has come to an end."""
        self._forward()
        self._type()
        for name in os.listdir(self.ctl):
            if name.startswith("req."):
                self._answer(name)
            elif name in ("status", "broken"):
                return name
        return "dead" if self.process.poll() is not None else None

    def run(self):
        """Waits for the end: 'status', 'broken', 'dead' or 'timeout'."""
        deadline = time.monotonic() + self.options.timeout
        while True:
            end = self._look()
            if end == "dead":
                # It may have written its last words just before.
                end = self._look()
            if end:
                self._forward()
                return end
            if time.monotonic() > deadline and not self.options.gdb:
                return "timeout"
            time.sleep(0.02)

    def stop(self):
        """Power off, whatever state the guest is in."""
        if self.process and self.process.poll() is None:
            try:
                self.monitor.command("quit")
                self.process.wait(10)
            except (HlvmError, OSError, ValueError,
                    subprocess.TimeoutExpired):
                self.process.kill()
                self.process.wait()
        self._forward()
        shutil.rmtree(self.private, ignore_errors=True)

    def died_by(self):
        """How QEMU itself has ended, for the message on a dead guest."""
        status = self.process.poll()
        if status is None or status == 0:
            return "the guest powered itself off"
        say("QEMU's last words:")
        with open(os.path.join(self.log, "qemu.log"), "rb") as handle:
            sys.stderr.buffer.write(handle.read()[-2000:])
        return f"QEMU ended with status {status}"
