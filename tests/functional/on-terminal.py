#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""on-terminal.py ANSWER COMMAND...: runs COMMAND on a terminal of its own, types ANSWER when it has asked ("...: "), and
prints all that the terminal showed. The exit status is COMMAND's."""
import os
import pty
import sys

answer, command = sys.argv[1], sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
shown, asked = b"", False
while True:
    try:
        piece = os.read(terminal, 4096)
    except OSError:  # the other end is closed
        break
    shown += piece
    if not asked and shown.endswith(b": "):
        asked = True
        os.write(terminal, answer.encode() + b"\n")
sys.stdout.write(shown.decode().replace("\r\n", "\n"))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
