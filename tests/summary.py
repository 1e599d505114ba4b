#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""summary.py EXPECTED-SKIPS JUNIT.xml...: counts the results of ctest runs, and closes with `N passed, N failed`.
A skipped test counts as failed unless EXPECTED-SKIPS (lines `test name: reason`) lists it."""
import sys
import xml.etree.ElementTree as ElementTree


def expected_skips(path):
    with open(path) as f:
        lines = [line.strip() for line in f]
    return {line.split(":")[0].strip() for line in lines if line and not line.startswith("#")}


def main(skips_file, *reports):
    allowed = expected_skips(skips_file)
    passed, failed, skipped = [], [], []
    for report in reports:
        for case in ElementTree.parse(report).getroot().iter("testcase"):
            name, status = case.get("name"), case.get("status")
            if status == "run":
                passed.append(name)
            elif status in ("notrun", "disabled") and name in allowed:
                skipped.append(name)
            else:
                failed.append(name if status == "fail" else name + " (skipped, and tests/expected-skips does not list it)")
    for name in skipped:
        print("skipped as expected: " + name)
    for name in failed:
        print("FAILED: " + name)
    print("%d passed, %d failed" % (len(passed), len(failed)))
    return 0 if passed and not failed else 1


sys.exit(main(*sys.argv[1:]))
