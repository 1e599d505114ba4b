#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes which calls of the C library work, and the test that shows it.

Usage: coverage.py [--check]

Writes docs/api-coverage.md; with --check it compares, and fails if that is not what it would write.

A call counts when a case of tests/calls runs it, where its result and errno are compared with those of libguestfs. Those
that the clients of tests/clients, or the C programs of tests/capi make are named, too. Settings, deprecated and internal
calls do not count.
"""

import pathlib
import re
import sys

sys.dont_write_bytecode = True
import description
from generator import c_abi

SETTING = re.compile(r"(get|set|clear)_(append|attach_method|autosync|backend|backend_settings?|cachedir|direct|hv|"
                     r"identifier|libvirt_\w+|memsize|network|path|pgroup|program|qemu|recovery_proc|selinux|smp|sockdir|"
                     r"tmpdir|trace|verbose)|parse_environment(_list)?")


def counts(call):
    return not (call.deprecated_by or call.visibility == "internal" or SETTING.fullmatch(call.name))


def words_of(path):
    return set(re.findall(r"[a-z][A-Za-z0-9_]*", path.read_text(encoding="utf-8", errors="replace").replace("-", "_")))


# What may stand before a call whose answer is compared (tests/calls/README.md).
DIRECTIVE = re.compile(r"%(?:(?:sort|pairs|count|stat|fails)|(?:hide|first|keep)\s+\S+|like\s+/.*?/)\s+")


def first_words_of(path):
    """The calls of a file of tests/calls: the first word of a line, or after a directive."""
    lines = [DIRECTIVE.sub("", line, 1) for line in path.read_text(encoding="utf-8", errors="replace").splitlines()]
    found = (re.match(r"([a-z][A-Za-z0-9_]*)", line) for line in lines)
    return {match.group(1) for match in found if match}


def tests_of(top):
    """{call: its tests}"""
    tests = {}
    for path in sorted((top / "calls/cases").glob("*.calls")):
        for word in first_words_of(path):
            tests.setdefault(word, []).append(f"calls/{path.stem}")
    return tests


def also_in(top):
    others = {}
    for path in sorted([*(top / "capi").glob("*.c"), *(top / "clients").glob("read.*"), top / "clients/cases"]):
        for word in words_of(path):
            others.setdefault(word.removeprefix("guestfs_").removesuffix("_opts"), {})[str(path.relative_to(top))] = True
    return others


def row(call, state, tests, others):
    seen = tests.get(call.name, []) + list(others.get(call.name, {}))
    return f"| `{call.name}` | {state} | {', '.join(seen) if state != 'lacking' else ''} |\n"


def coverage_md(api, top):
    tests, others = tests_of(top), also_in(top)
    described = {call.name for call in c_abi.implemented(api)}
    public = [call for call in c_abi.c_calls(api) if counts(call)]
    there = [call for call in public if call.name in described]
    shown = [call for call in there if call.name in tests]
    out = f"""# Calls of the C library

Made by api/coverage.py. Of {len(public)} calls that count {len(there)} are written, and {len(shown)} of them are compared
with libguestfs by tests/calls. Settings, deprecated and internal calls do not count; they follow below. Every symbol is
there: a call that is lacking fails with ENOTSUP and its name.

| call | state | tests |
|---|---|---|
"""
    out += "".join(row(call, "written" if call.name in described else "lacking", tests, others) for call in public)
    out += "\n## Calls that do not count\n\n| call | state | tests |\n|---|---|---|\n"
    return out + "".join(row(call, "written" if call.name in described else "lacking", tests, others)
                         for call in c_abi.c_calls(api) if not counts(call))


def main(argv):
    if argv[1:] not in ([], ["--check"]):
        print(__doc__.strip().splitlines()[2], file=sys.stderr)
        return 1
    top = pathlib.Path(__file__).resolve().parent.parent
    text = coverage_md(description.load(top / "api"), top / "tests")
    page = top / "docs/api-coverage.md"
    if argv[1:]:
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            print("docs/api-coverage.md is not that of these calls and tests: run api/coverage.py", file=sys.stderr)
            return 1
    else:
        page.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
