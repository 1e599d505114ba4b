#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that a tool's options, its --help, its man page and its completion agree.

Usage: check-man-page.py PROGRAM MAN-PAGE COMPLETION

Every option that the program has is described in the page's OPTIONS section and named in --help (aliases only in the
page), nothing else is, and man(1) formats the page without a warning.
"""
import os
import re
import shlex
import subprocess
import sys

ALIAS_TEXT = "is the same"
OPTION = re.compile(r"(?<![\w-])--?[A-Za-z][\w-]*")


def output(*argv):
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout


def plain(roff):
    """A line of roff as text: font changes and macros taken out."""
    text = re.sub(r"^\.[A-Z]+ ?", "", roff)
    return re.sub(r"\\f[A-Z]", "", text).replace("\\-", "-").replace('"', "")


def documented(page):
    """Of the OPTIONS section: the options with a paragraph of their own, and their aliases ("--time is the same")."""
    lines = re.search(r"^\.SH OPTIONS$(.*?)^\.SH", page, re.M | re.S).group(1).splitlines()
    own, aliases = set(), set()
    for before, line, after in zip([""] + lines, lines, lines[1:] + [""]):
        if before == ".TP":
            own |= set(OPTION.findall(plain(line)))
        if after.startswith(ALIAS_TEXT):
            aliases |= set(OPTION.findall(plain(line)))
    return own, aliases


def main(program, man_page, completion):
    with open(man_page, encoding="utf-8") as file:
        page = file.read()
    failures = []

    real = set(output(program, "--long-options").split() + output(program, "--short-options").split())
    own, aliases = documented(page)
    for option in sorted(real - own - aliases):
        failures.append(f"{man_page}: {option} is not described")
    for option in sorted((own | aliases) - real):
        failures.append(f"{man_page}: {option} does not exist")

    rows = [line.split()[0] for line in output(program, "--help").splitlines() if line.startswith("  -")]
    helped = {name.split("[")[0] for row in rows for name in row.split("|") if name.startswith("-")}
    for option in sorted(own ^ helped):
        failures.append(f"{option} is only in one of --help and {man_page}")

    warnings = subprocess.run(["man", "--warnings=w", "-l", "-Tutf8", "-P", "cat", man_page], capture_output=True,
                              text=True, env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "MANWIDTH": "100"})
    for line in warnings.stderr.splitlines():
        failures.append(f"man: {line}")

    with open(completion, encoding="utf-8") as file:
        script = file.read()
    if script != output(program, "--bash-completion"):
        failures.append(f"{completion}: out of date")
    checked = subprocess.run(["bash", "-n", completion], capture_output=True, text=True)
    failures += [f"bash: {line}" for line in checked.stderr.splitlines()]

    # Each long option completes to itself.
    tool = os.path.basename(program)
    words = f"COMP_WORDS=({tool} \"$1\"); COMP_CWORD=1; _{tool.replace('-', '_')}; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    for option in sorted(name for name in own if name.startswith("--")):
        if option not in output("bash", "-c", f"source {shlex.quote(completion)}; {words}", "bash", option).split():
            failures.append(f"{completion}: {option} is not completed")

    for failure in failures:
        print(failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
