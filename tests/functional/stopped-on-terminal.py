#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""stopped-on-terminal.py ANSWER COMMAND: types COMMAND to a shell on a terminal of its own, Ctrl-Z when it has asked
("): "), `fg` to the shell, and ANSWER when it has asked again. Prints all that the terminal showed, and whether the shell
and the second question had a terminal that echoes."""
import os
import pty
import sys
import termios

SHELL = ["bash", "--noprofile", "--norc", "--noediting", "-i"]
answer, command = sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    os.environ["PS1"] = "shell$ "
    os.execvp(SHELL[0], SHELL)
shown = b""


def wait_for(end):
    """All up to here is shown; this is what comes next."""
    global shown
    while not shown.endswith(end):
        try:
            shown += os.read(terminal, 4096)
        except OSError:  # the other end is closed
            return


def typed(text):
    os.write(terminal, text.encode())


def echoes():
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)


wait_for(b"shell$ ")
typed(command + "\n")
wait_for(b"): ")
typed("\x1a")
wait_for(b"shell$ ")
in_shell = echoes()
typed("fg\n")
wait_for(b"): ")
at_question = echoes()
typed(answer + "\n")
wait_for(b"shell$ ")
typed("exit\n")
wait_for(b"-")
os.waitpid(pid, 0)
print(shown.decode().replace("\r\n", "\n"), end="")
print(f"echo: shell {in_shell}, question {at_question}")
