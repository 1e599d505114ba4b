#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The report on a real Debian: valid by the schema, and every package as Debian's own tools read it.
. "$(dirname "$0")/common.inc"
image=$(fixture demo.qcow2)
run virt-inspector --json -a "$image"
[ "$status" = 0 ] || fail "exit status $status"
same stderr "" "$t/err"
json 'problems == [] and len(oses) == 1 and report["source"].endswith("demo.qcow2")'
json 'oses[0]["root"] == "/dev/vg0/root" and oses[0]["hostname"] == "demo.example" and oses[0]["osinfo"] == "debian12"'
json 'oses[0]["mountpoints"] == [{"dev": "/dev/vg0/root", "path": "/"}, {"dev": "/dev/sda2", "path": "/boot"}]'
python3 - "$image.packages" "$t/out" "$here/../../inspect/report.schema.json" <<'END'
import json, sys, jsonschema
packages, report, schema = (open(path) for path in sys.argv[1:])
report = json.load(report)
jsonschema.validate(report, json.load(schema))
def full(app):
    version = app["version"] + ("-" + app["release"] if "release" in app else "")
    return app["name"], (str(app["epoch"]) + ":" if "epoch" in app else "") + version, app["arch"]
expected = sorted(tuple(line.split("\t")[:3]) for line in packages if line.rstrip("\n").split("\t")[3].startswith("ii"))
ours = sorted(full(app) for app in report["operatingsystems"][0]["applications"])
assert len(ours) > 200 and ours == expected, (set(ours) ^ set(expected))
END
