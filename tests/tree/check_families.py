#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""check_families.py TOP: the calls of api/FAMILY.toml that guestd answers are defined in daemon/calls/FAMILY.cc, and no other
file is there but common.* and the headers that families share."""
import os
import re
import sys
import tomllib


def daemon_calls(api):
    """{family: the names of its calls that guestd answers}."""
    families = {}
    for name in sorted(os.listdir(api)):
        if name.endswith(".toml"):
            with open(os.path.join(api, name), "rb") as f:
                calls = tomllib.load(f).get("call", [])
            families[name[:-5]] = [call["name"] for call in calls if call.get("location", "daemon") == "daemon"]
    return {family: calls for family, calls in families.items() if calls}


def defines(text, name):
    return re.search(r"^(?:[\w:][\w:<>,&* ]* )?%s\((?!.*;$)" % re.escape(name), text, re.M)


def faults_of(families, sources):
    for family, calls in families.items():
        if family not in sources:
            yield "api/%s.toml has calls of guestd, and there is no daemon/calls/%s.cc" % (family, family)
            continue
        for call in calls:
            if not defines(sources[family], call):
                others = sorted(name for name in sources if defines(sources[name], call))
                yield "daemon/calls/%s.cc does not define %s%s" % (family, call, "; %s.cc does" % others[0] if others else "")
    for name in sorted(set(sources) - set(families) - {"common"}):
        yield "daemon/calls/%s.cc has no api/%s.toml" % (name, name)


def main():
    top = sys.argv[1]
    folder = os.path.join(top, "daemon/calls")
    sources = {}
    for name in os.listdir(folder):
        if name.endswith(".cc"):
            with open(os.path.join(folder, name), encoding="utf-8") as f:
                sources[name[:-3]] = f.read()
    families = daemon_calls(os.path.join(top, "api"))
    # That it finds what it is for.
    planted = list(faults_of({"acl": ["stat"], "no": ["x"]}, {"acl": "", "stat": "int stat(\n", "common": ""}))
    assert planted == ["daemon/calls/acl.cc does not define stat; stat.cc does",
                       "api/no.toml has calls of guestd, and there is no daemon/calls/no.cc",
                       "daemon/calls/stat.cc has no api/stat.toml"], planted
    faults = list(faults_of(families, sources))
    print("\n".join(faults) or "%d calls of %d families are in order" % (sum(map(len, families.values())), len(families)))
    return 1 if faults else 0


sys.exit(main())
