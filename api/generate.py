#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes everything that follows from the description of the API (api/*.toml, see description.py).

Usage: generate.py DESCRIPTION-DIRECTORY OUTPUT-DIRECTORY

generator/ holds a module per kind of output; OUTPUTS and FAMILY_OUTPUTS list all files. A file whose text would stay the same is not
touched, so that nothing is rebuilt for it. The same description gives the same bytes.
"""

import pathlib
import sys

sys.dont_write_bytecode = True  # the source tree stays clean
import description
from generator import c_abi, c_header, c_wrappers, calls, coders, cxx, guestd, manual, round_trip

OUTPUTS = {
    "doc/calls.md": manual.calls_md,
    "glovebox/structs.h": cxx.structs_h,
    "glovebox/options.h": cxx.options_h,
    "glovebox/calls.h": cxx.calls_h,
    "calls/daemon_calls.cc": calls.daemon_calls_cc,
    "calls/trace_fields.h": calls.trace_fields_h,
    "calls/trace_fields.cc": calls.trace_fields_cc,
    "proto/coders.h": coders.coders_h,
    "proto/coders.cc": coders.coders_cc,
    "guestd/functions.h": guestd.functions_h,
    "guestd/dispatch.cc": guestd.dispatch_cc,
    "capi/guestfs.h": c_header.guestfs_h,
    "capi/handle_calls.h": c_wrappers.handle_calls_h,
    "capi/libguestfs.map": c_abi.version_map,
    "capi/planned.cc": c_wrappers.planned_cc,
    "capi/structs.h": c_wrappers.structs_h,
    "capi/structs.cc": c_wrappers.structs_cc,
    "test/round_trip.cc": round_trip.round_trip_cc,
    "test/c_layout.c": c_abi.c_layout_test,
}

# One file for each family, so that a new call costs the compiler little.
FAMILY_OUTPUTS = {
    "calls/calls_{}.cc": calls.family_cc,
    "capi/calls_{}.cc": c_wrappers.family_cc,
    "guestd/functions/{}.h": guestd.family_functions_h,
    "guestd/dispatch_{}.cc": guestd.family_dispatch_cc,
    "test/round_trip_{}.cc": round_trip.family_round_trip_cc,
}


def outputs(api):
    """All files as (name, text)."""
    for name, output in OUTPUTS.items():
        yield name, output(api)
    for family, _ in api.families:
        for pattern, output in FAMILY_OUTPUTS.items():
            yield pattern.format(family), output(api, family)


def write_if_changed(path, text):
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def main(argv):
    if len(argv) != 3:
        print(__doc__.strip().splitlines()[2], file=sys.stderr)
        return 1
    try:
        api = description.load(argv[1])
    except description.DescriptionError as error:
        print(f"generate.py: {error}", file=sys.stderr)
        return 1
    for name, text in outputs(api):
        write_if_changed(pathlib.Path(argv[2]) / name, text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
