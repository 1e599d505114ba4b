#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""watch.py LIMIT REPORT COMMAND...: runs COMMAND, passes its exit status on (128 + N for a signal), and writes to REPORT
what went wrong around it: it took longer than LIMIT seconds, or left a process behind.

Orphans of every generation come to this process (PR_SET_CHILD_SUBREAPER), also those that made themselves daemons, so
that none can hide; they get a second to end and are killed."""
import ctypes
import os
import signal
import sys
import time

PR_SET_CHILD_SUBREAPER = 36
GRACE_SECONDS = 1.0


def reap():
    """Collects every child that has ended; False if there are none left at all."""
    try:
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return True
            ended[pid] = status
    except ChildProcessError:
        return False


def children():
    with open("/proc/self/task/%d/children" % os.getpid()) as f:
        return [int(pid) for pid in f.read().split()]


def describe(pid):
    try:
        with open("/proc/%d/cmdline" % pid, "rb") as f:
            return "%d %s" % (pid, f.read(200).replace(b"\0", b" ").decode(errors="replace"))
    except OSError:
        return str(pid)


limit, report, command = float(sys.argv[1]), sys.argv[2], sys.argv[3:]
ended, complaints = {}, []
ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
started = time.monotonic()
main = os.posix_spawnp(command[0], command, os.environ)
for signum in (signal.SIGTERM, signal.SIGINT):
    signal.signal(signum, lambda n, _: os.kill(main, n))

while reap() and main not in ended:
    if time.monotonic() - started > limit and not complaints:
        complaints.append("still running after %g seconds: %s" % (limit, " ".join(command)))
        os.kill(main, signal.SIGKILL)
    time.sleep(0.005)

gone = time.monotonic()
while reap() and time.monotonic() - gone < GRACE_SECONDS:
    time.sleep(0.01)
while reap():
    for pid in children():
        complaints.append("left behind: " + describe(pid))
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.01)

with open(report, "w") as f:
    f.writelines(line + "\n" for line in complaints)
code = os.waitstatus_to_exitcode(ended[main])
sys.exit(code if code >= 0 else 128 - code)
