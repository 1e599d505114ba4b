#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""check_tree.py TOP: rules about the source files themselves. Each has an SPDX line with the licence of its directory; no
file names a path of somebody's own machine; scripts parse."""
import os
import re
import subprocess
import sys

SUFFIXES = (".cc", ".h", ".c", ".py", ".sh", ".inc", ".toml", ".cmake", ".cmake.in", ".pc.in", ".map", "CMakeLists.txt")
# The first prefix that fits decides; elsewhere either licence will do.
LICENCES = [
    ("libcore/", "LGPL-2.1-or-later"),
    ("inspect/plugin/", "LGPL-2.1-or-later"),
    ("tools/", "GPL-2.0-or-later"),
    ("daemon/", "GPL-2.0-or-later"),
    ("plugins/", "GPL-2.0-or-later"),
    ("tests/", "GPL-2.0-or-later"),
    ("scripts/", "GPL-2.0-or-later"),
]
OWN_MACHINE = re.compile(r"(?<![\w.}])/w" r"ork/[a-z.]")


def sources(top):
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if name not in (".git", "seeds", "golden") and not name.startswith("build")]
        for name in set(names) - {".git"}:
            path = os.path.join(folder, name)
            try:
                with open(path, encoding="utf-8") as f:
                    yield os.path.relpath(path, top), f.read()
            except UnicodeDecodeError:
                pass  # not text


def faults_of(path, text):
    interpreter = re.match(r"#!.*/(bash|python3)\n", text)
    if path.endswith(SUFFIXES) or interpreter:
        found = re.search(r"SPDX-License-Identifier: (\S+)", text[:600])
        wanted = next((licence for prefix, licence in LICENCES if path.startswith(prefix)), None)
        if not found:
            yield "no SPDX line"
        elif wanted and found.group(1) != wanted:
            yield "%s, but this directory is %s" % (found.group(1), wanted)
    if OWN_MACHINE.search(text):
        yield "names a path of somebody's machine: " + OWN_MACHINE.search(text).group(0)
    if (path.endswith((".sh", ".inc")) or interpreter) and not path.endswith(".py") and (not interpreter or interpreter.group(1) == "bash"):
        checked = subprocess.run(["bash", "-n"], input=text, text=True, capture_output=True)
        if checked.returncode:
            yield checked.stderr.strip()


def main():
    top = sys.argv[1]
    count, faults = 0, []
    for path, text in sources(top):
        count += 1
        faults += ["%s: %s" % (path, fault) for fault in faults_of(path, text)]
    print("\n".join(faults) or "%d files are in order" % count)
    return 1 if faults or count < 50 else 0


sys.exit(main())
