#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""kvm-stand-in.py KIND QEMU ARGUMENTS...: plays a host's KVM, working or broken, around a real qemu under emulation.

A test names a script in $GLOVEBOX_KVM_STAND_IN that starts this with a KIND (libcore/vm/host/stand_in.h). The real qemu is a
child; this program stands in the middle of its QMP and console sockets, and stops, slows down and kills it. What it
plays is decided by what qemu and its machine do, as with a real KVM:

  works            nothing is changed
  aborts           qemu is killed by SIGABRT before it does anything
  hangs            `cont` succeeds, and no instruction is executed
  firmware-hangs   ... the firmware speaks, and then the machine stands still
  internal-error   ... some time after the firmware spoke, KVM gives up: dump on stderr, STOP event
  crawls           the machine gets a twentieth of the processor
  clone-hangs, clone-error, clone-aborts
                   a machine that boots works; one that is restored fails in this way
  call-error       a machine works until a second after it was restored
"""
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

QMP, CONSOLE = 12, 14  # fd_number in libcore/vm/qemu/process.h
DUMP = b"""KVM internal error. Suberror: 1
extra data[0]: 0x0000000000000003
emulation failure
RAX=0000000000000001 RBX=ffff888003c42000 RCX=0000000000000000 RDX=0000000000000000
RIP=ffffffff81a4c8f3 RFL=00010246 [---Z-P-] CPL=0 II=0 A20=1 SMM=0 HLT=0
ES =0000 0000000000000000 ffffffff 00c00000
CR0=80050033 CR2=0000000000000000 CR3=0000000002a10000 CR4=000006f0
Code=f0 48 0f c7 4f 10 0f 94 c0 c3
"""


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def emulated(arguments):
    """qemu's command line with emulation where it says KVM."""
    replaced = dict(zip(("kvm", "host"), ("tcg", "max,erms=off,fsrm=off")))
    result = list(arguments)
    for i in range(1, len(result)):
        if result[i - 1] in ("-accel", "-cpu"):
            result[i] = replaced.get(result[i], result[i])
    return result


class Machine:
    def __init__(self, kind, command):
        self.kind = kind
        self.restored = False  # the state of a template is loaded into it
        self.frozen = False    # its vCPUs stand still, and nobody is to notice
        self.broken = False    # KVM has given up on it, and says so
        self.own_ids = set()   # of commands that we sent
        self.lock = threading.Lock()
        self.tool_qmp, self.qemu_qmp, far_qmp = self.splice(QMP)
        self.tool_console, self.qemu_console, far_console = self.splice(CONSOLE)
        self.qemu = subprocess.Popen(emulated(command), close_fds=False, preexec_fn=die_with_parent)
        far_qmp.close(), far_console.close()
        os.close(QMP), os.close(CONSOLE)

    @staticmethod
    def splice(number):
        """Keeps the tool's end of an inherited socket, and gives qemu one of ours under the same number."""
        tool = socket.socket(fileno=os.dup(number))
        near, far = socket.socketpair()
        os.dup2(far.fileno(), number, inheritable=True)
        return tool, near, far

    def fails(self, way):
        """Whether this machine fails in this way."""
        if self.kind == way:
            return True
        return self.restored and self.kind == "clone-" + way.removeprefix("internal-")

    # --- what breaks

    def send(self, command):
        with self.lock:
            name = "stand-in-%d" % len(self.own_ids)
            self.own_ids.add(name)
            self.qemu_qmp.sendall(json.dumps({"execute": command, "id": name}).encode() + b"\n")

    def freeze(self):
        self.frozen = True
        self.send("stop")

    def give_up(self):
        self.broken = True
        os.write(2, DUMP)
        self.send("stop")

    def abort(self):
        self.lock.acquire()  # nothing else is said
        os.kill(os.getpid(), signal.SIGABRT)
        os._exit(134)  # the first process of a pid namespace is not killed by its own signals

    def crawl(self):
        while True:
            self.qemu.send_signal(signal.SIGSTOP)
            time.sleep(0.095)
            self.qemu.send_signal(signal.SIGCONT)
            time.sleep(0.005)

    def later(self, seconds, action):
        threading.Thread(target=lambda: (time.sleep(seconds), action()), daemon=True).start()

    def on_cont(self):
        if self.fails("hangs") or self.fails("aborts") and self.restored:
            self.abort() if self.fails("aborts") else self.freeze()
        elif self.restored and self.fails("internal-error"):
            self.later(0.02, self.give_up)
        elif self.kind == "call-error" and self.restored:
            self.later(1.5, self.give_up)
        elif self.kind == "crawls":
            self.later(0, self.crawl)

    def on_console(self, _):
        """The machine's first bytes: its firmware speaks."""
        if self.kind == "firmware-hangs":
            self.freeze()
        elif self.kind == "internal-error":
            self.later(1.5, self.give_up)

    # --- the sockets

    def from_tool(self, line, descriptors):
        """A command on its way to qemu."""
        command = json.loads(line).get("execute")
        if command == "migrate-incoming":
            self.restored = True
        with self.lock:
            socket.send_fds(self.qemu_qmp, [line + b"\n"], descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        if command == "cont":
            self.on_cont()

    def from_qemu(self, line):
        """A reply or an event on its way to the tool; nothing if it is not for the tool."""
        message = json.loads(line)
        if message.get("id") in self.own_ids:
            return b""
        if message.get("event") == "STOP" and self.frozen:
            return b""
        status = message.get("return")
        if isinstance(status, dict) and "status" in status and "running" in status:
            if self.frozen:
                status.update(status="running", running=True)
            elif self.broken:
                status.update(status="internal-error", running=False)
            return json.dumps(message).encode() + b"\n"
        return line + b"\n"

    def pump_tool(self):
        pending = b""
        while True:
            data, descriptors, _, _ = socket.recv_fds(self.tool_qmp, 65536, 4)
            if not data:
                os._exit(0)
            *lines, pending = (pending + data).split(b"\n")
            for line in filter(None, lines):
                self.from_tool(line, descriptors)
                descriptors = []

    def pump_qemu(self):
        pending = b""
        while data := self.qemu_qmp.recv(65536):
            *lines, pending = (pending + data).split(b"\n")
            answer = b"".join(self.from_qemu(line) for line in filter(None, lines))
            self.tool_qmp.sendall(answer)

    def pump_console(self):
        spoke = False
        while data := self.qemu_console.recv(65536):
            self.tool_console.sendall(data)
            if not spoke:
                spoke = True
                self.on_console(data)

    def run(self):
        if self.kind == "aborts":
            self.abort()
        for pump in (self.pump_tool, self.pump_console, self.pump_qemu):
            threading.Thread(target=pump, daemon=True).start()
        status = self.qemu.wait()
        time.sleep(0.05)  # what it said last is on its way
        os._exit(status if status >= 0 else 128 - status)


threading.excepthook = lambda _: None  # the other end of a socket may go away at any time
Machine(sys.argv[1], sys.argv[2:]).run()
