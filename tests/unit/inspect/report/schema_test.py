#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The golden JSON document obeys inspect/report.schema.json, and documents with one thing wrong do not.

usage: schema_test.py SOURCE-DIRECTORY
"""
import copy
import json
import sys

import jsonschema


def damaged(document):
    """Yields (what, a copy of the document with that damage)."""

    def change(what, action):
        result = copy.deepcopy(document)
        action(result)
        return what, result

    system = lambda d: d["operatingsystems"][0]
    yield change("no version", lambda d: d.pop("glovebox"))
    yield change("one of several disks", lambda d: d.update(sources=["disk.qcow2"]))
    yield change("no problems", lambda d: d.pop("problems"))
    yield change("an unknown member", lambda d: d.update(colour="red"))
    yield change("systems that are no list", lambda d: d.update(operatingsystems={}))
    yield change("a version that is text", lambda d: system(d).update(major_version="12"))
    yield change("a version with a fraction", lambda d: system(d).update(major_version=12.5))
    yield change("a number as a name", lambda d: system(d).update(hostname=7))
    yield change("an empty string", lambda d: system(d).update(hostname=""))
    yield change("a control character", lambda d: system(d).update(hostname="a\x1b"))
    yield change("a C1 control character", lambda d: system(d).update(hostname="a\x9b"))
    yield change("an unknown member of a system", lambda d: system(d).update(colour="red"))
    yield change("no root", lambda d: system(d).pop("root"))
    yield change("an application without a name", lambda d: system(d)["applications"][0].pop("name"))
    yield change("a control character in a description",
                 lambda d: system(d)["applications"][0].update(description="a\x07"))
    yield change("a mount point without a path", lambda d: system(d)["mountpoints"][0].pop("path"))
    yield change("an icon that is no base 64", lambda d: system(d).update(icon="****"))


def main(source):
    with open(f"{source}/inspect/report.schema.json") as f:
        schema = json.load(f)
    with open(f"{source}/tests/golden/inspect/sample.json") as f:
        document = json.load(f)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(document)
    validator.validate({"glovebox": "0.1.0", "source": "x", "operatingsystems": [], "problems": []})
    validator.validate({"glovebox": "0.1.0", "source": "x", "sources": ["x", "y"], "operatingsystems": [], "problems": []})
    accepted = [what for what, bad in damaged(document) if validator.is_valid(bad)]
    if accepted:
        sys.exit(f"the schema accepts: {', '.join(accepted)}")


main(sys.argv[1])
