#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""check_layers.py TOP: every #include goes to the file's own room or to one below it. The rooms and what each may use are the
table of docs/overview.md; a room may also use what those may use. A room is a directory with all below it that has no row
of its own. check_layers.py TOP --test shows that it finds an include that goes up, and a table that goes in a circle."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../cmake"))
from rooms import GENERATED, ROOTS, TABLE, below, room_of, rooms_of

SUFFIXES = (".cc", ".h", ".c")
OUTSIDE = ("tests/", "docs/")  # may use everything
INCLUDE = re.compile(r'#\s*include "([^"]+)"')


def target_of(top, path, include):
    """The included file or directory, in the tree's own terms; None for what is not ours."""
    for root in (os.path.dirname(path),) + ROOTS:
        candidate = os.path.normpath(os.path.join(root, include))
        if os.path.isfile(os.path.join(top, candidate)):
            return candidate
    return next((room for beginning, room in GENERATED if include.startswith(beginning)), None)


def sources(top):
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if name != ".git" and not name.startswith("build")]
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), top)
            if name.endswith(SUFFIXES) and not path.startswith(OUTSIDE):
                with open(os.path.join(top, path), encoding="utf-8") as f:
                    yield path, f.read()


def faults_of(rooms, top, path, text):
    includes = [(number, line[1]) for number, line in enumerate(map(INCLUDE.match, text.splitlines()), 1) if line]
    room = room_of(rooms, path)
    if includes and not room:
        yield "%s: no row of the table of %s has this directory" % (path, TABLE)
        return
    allowed = below(rooms, room) | {room} if includes else set()
    for number, include in includes:
        target = target_of(top, path, include)
        if not target:
            yield "%s:%d: %s is nowhere in the tree" % (path, number, include)
        elif room_of(rooms, target) not in allowed:
            yield "%s:%d: %s may not use %s (%s)" % (path, number, room, room_of(rooms, target), include)


def check(top, overview, files):
    rooms, faults = rooms_of(overview)
    if faults:
        return faults
    try:
        for path, text in files:
            faults += faults_of(rooms, top, path, text)
    except ValueError as e:
        return [str(e)]
    return faults


def test(top, overview):
    """Plants what has to be found."""
    rooms, _ = rooms_of(overview)
    lowest = next(room for room in sorted(rooms) if not rooms[room])
    highest = max(rooms, key=lambda room: len(below(rooms, room)))
    header = next(path for path, _ in sources(top) if room_of(rooms, path) == highest and path.endswith(".h"))
    planted = [(os.path.join(lowest, "planted.cc"), '// A comment.\n#include "%s"\n' % header)]
    assert check(top, overview, planted) == \
        ["%s:2: %s may not use %s (%s)" % (planted[0][0], lowest, highest, header)], check(top, overview, planted)
    circle = "| `a` | | `b` |\n| `b` | | `a` |\n"
    assert check(top, circle, [("a/x.h", '#include "y.h"')]) == [TABLE + ": a may use itself, by way of b"]
    assert check(top, "| `a` | | `c` |\n", []) == [TABLE + ": a may use c, which has no row"]
    assert check(top, "| `a` | | - |\n", [("b/x.h", '#include "y.h"')]) == ["b/x.h: no row of the table of %s has this directory" % TABLE]
    nowhere = check(top, "| `a` | | - |\n", [("a/x.h", '#include "no/such.h"\n')])
    assert nowhere == ["a/x.h:1: no/such.h is nowhere in the tree"], nowhere


def main():
    top = sys.argv[1]
    with open(os.path.join(top, TABLE), encoding="utf-8") as f:
        overview = f.read()
    if "--test" in sys.argv:
        test(top, overview)
        return 0
    files = list(sources(top))
    faults = check(top, overview, files)
    print("\n".join(faults) or "%d files are in order" % len(files))
    return 1 if faults or len(files) < 50 else 0


sys.exit(main())
