#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The rooms of the tree, by the table of docs/overview.md. rooms.py TOP BUILD OUT makes, for each room, the directories
OUT/ROOM/source and OUT/ROOM/generated: links to what a file of that room may include, and to nothing else. They are the
include path of its sources (cmake/rooms.cmake). Prints the rooms, and then the directories that hold both files and other
rooms: of these each header has a link of its own, so a new one needs a new run."""
import os
import re
import shutil
import sys

TABLE = "docs/overview.md"
# Where an include's path begins, besides the file's own directory.
ROOTS = ("", "libcore", "libcore/include")
# What the generator writes, by the beginning of its path, and the room that it counts to.
GENERATED = (("glovebox/", "libcore/include"), ("calls/", "libcore/calls"), ("capi/", "libcore/capi"), ("proto/", "libcore/proto"),
             ("guestd/", "daemon"))
ROW = re.compile(r"^\| `([^`]+)` \|.*\| ([^|]*) \|$", re.M)


def rooms_of(text):
    """{room: the rooms that it may use}, by the table, and what is wrong with it."""
    rows = {room.rstrip("/"): uses for room, uses in ROW.findall(text.split("## ", 1)[0])}
    rooms = {room: [use.rstrip("/") for use in re.findall(r"`([^`]+)`", uses)] for room, uses in rows.items()}
    faults = ["%s: %s may use %s, which has no row" % (TABLE, room, use) for room in rooms for use in rooms[room] if use not in rooms]
    return rooms, faults


def below(rooms, room, above=()):
    """The rooms that a room may use, and those that these may. Raises ValueError where this goes in a circle."""
    if room in above:
        raise ValueError("%s: %s may use itself, by way of %s" % (TABLE, room, ", ".join(above[above.index(room) + 1:]) or "nothing"))
    found = set()
    for use in rooms[room]:
        found |= {use} | below(rooms, use, above + (room,))
    return found


def room_of(rooms, path):
    """The room of a file; None if it has none."""
    while path and path not in rooms:
        path = os.path.dirname(path)
    return path or None


def include_path(room):
    """Where includes find a room: "base" for libcore/base; "" for libcore/include, whose directories are named whole."""
    for root in sorted(ROOTS, key=len, reverse=True):
        if root and (room + "/").startswith(root + "/"):
            return room[len(root) + 1:]
    return room


def link_room(top, rooms, room, tree):
    """Links to the headers of a room and of its directories, but not to the rooms in it."""
    if any(other.startswith(room + "/") for other in rooms) or not include_path(room):
        os.makedirs(os.path.join(tree, include_path(room)), exist_ok=True)
        for name in sorted(os.listdir(os.path.join(top, room))):
            path = os.path.join(room, name)
            if os.path.isdir(os.path.join(top, path)) and path not in rooms:
                link_room(top, rooms, path, tree)
            elif name.endswith(".h"):
                link(os.path.join(top, path), os.path.join(tree, include_path(room), name))
    else:
        link(os.path.join(top, room), os.path.join(tree, include_path(room)))


def link(target, path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    os.symlink(target, path)


def make_trees(top, build, out, rooms):
    made = out + ".new"
    shutil.rmtree(made, ignore_errors=True)
    for room in rooms:
        allowed = below(rooms, room) | {room}
        for use in sorted(allowed):
            link_room(top, rooms, use, os.path.join(made, room, "source"))
        for beginning, owner in GENERATED:
            if owner in allowed:
                link(os.path.join(build, "api", beginning.rstrip("/")), os.path.join(made, room, "generated", beginning.rstrip("/")))
    shutil.rmtree(out, ignore_errors=True)
    os.rename(made, out)


def main():
    top, build, out = sys.argv[1:]
    with open(os.path.join(top, TABLE), encoding="utf-8") as f:
        rooms, faults = rooms_of(f.read())
    if faults:
        sys.exit("\n".join(faults))
    make_trees(top, build, out, rooms)
    print(";".join(rooms))
    print(";".join(room for room in rooms if any(other.startswith(room + "/") for other in rooms)), end="")


if __name__ == "__main__":
    main()
