#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of api/description.py and api/generate.py. Usage: generator_test.py SOURCE-DIRECTORY"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
SOURCE = pathlib.Path(sys.argv.pop(1)) if len(sys.argv) > 1 else pathlib.Path(__file__).parents[3]
sys.path.insert(0, str(SOURCE / "api"))
import description
import generate
from generator import c_abi

CALL = """
[[call]]
name = "ping"
proc = 1
since = "1.0"
args = ["Pathname path"]
returns = "none"
short = "short"
long = "long"
"""
FAMILY = 'family = "test"\ntitle = "Test"\n'
STRUCT = '[[struct]]\nname = "thing"\ndoc = "A thing."\nfields = ["int32 size"]\n'


def load(text, planned=""):
    with tempfile.TemporaryDirectory() as directory:
        pathlib.Path(directory, "test.toml").write_text(text, encoding="utf-8")
        if planned:
            pathlib.Path(directory, "planned").mkdir()
            pathlib.Path(directory, "planned/calls.toml").write_text(planned, encoding="utf-8")
        return description.load(directory)


class Mistakes(unittest.TestCase):
    def check(self, text, message):
        with self.assertRaises(description.DescriptionError) as caught:
            load(text)
        self.assertEqual(str(caught.exception), message)

    def changed(self, old, new, message):
        self.assertIn(old, CALL)
        self.check(FAMILY + CALL.replace(old, new), f"test.toml: call ping: {message}")

    def test_the_base_of_these_tests_is_good(self):
        self.assertEqual([call.name for call in load(FAMILY + CALL).calls], ["ping"])

    def test_keys(self):
        self.changed("since", "sense", "unknown key 'sense'")
        self.changed('since = "1.0"\n', "", "key 'since' is missing")
        self.check(CALL, "test.toml: key 'family' is missing")
        self.check(FAMILY.replace('"test"', '"other"') + CALL, "test.toml: the family has another name: 'other'")

    def test_duplicates(self):
        self.check(FAMILY + CALL + CALL, "test.toml: call ping: also described in test.toml")
        second = CALL.replace('"ping"', '"pong"')
        self.check(FAMILY + CALL + second, "test.toml: call pong: number 1 is that of ping")
        self.changed("returns", 'optional = ["0 Bool a", "0 Int b"]\nreturns', "bit 0 appears twice")
        self.changed('"Pathname path"', '"Pathname path", "Int path"', "argument 'path' appears twice")
        self.check(STRUCT + STRUCT, "struct thing: described twice")

    def test_types(self):
        self.changed("Pathname path", "Path path", "argument 'Path path' is not 'TYPE NAME' of a known type")
        self.changed("Pathname path", "Pathname", "argument 'Pathname' is not 'TYPE NAME' of a known type")
        self.changed('returns = "none"', 'returns = "Flag x"', "'Flag x' is not a return value")
        self.changed('returns = "none"', 'returns = "Struct x y"', "there is no struct 'y'")
        self.changed('returns = "none"', 'returns = "StringList x y"', "'y' is not a kind of string")
        self.changed("returns", 'optional = ["63 Bool a"]\nreturns', "bit 63 of 'a' is not in 0 to 62")
        self.changed("returns", 'optional = ["Bool a"]\nreturns',
                     "optional argument 'Bool a' is not 'BIT TYPE NAME' of a known type")

    def test_rules(self):
        self.changed("proc = 1\n", "", "daemon calls, and only they, have a proc")
        self.changed("proc = 1\n", 'proc = 1\nlocation = "host"\n', "daemon calls, and only they, have a proc")
        self.changed("proc = 1\n", 'proc = 1\nlocation = "moon"\n', "no such location 'moon'")
        self.changed("Pathname path", "Pathname optargs", "argument name 'optargs' is taken by generated code")
        self.changed("Pathname path", "Pathname ping", "an argument has the name of the call")
        self.changed("Pathname path", 'FileIn a", "FileOut b', "a call sends or receives one file at most")
        self.changed("Pathname path", "Pointer path", "a Pointer cannot leave the process")
        self.changed("returns", "cancellable = true\nreturns",
                     "a cancellable call needs a file or progress, which is where it notices")
        self.changed("returns", "copies = true\nreturns", "a call that copies has a file")
        self.changed("returns", 'test_errno = "ENONSENSE"\nreturns', "no errno 'ENONSENSE'")
        self.changed("returns", 'deprecated_by = "pong"\nreturns', "deprecated by 'pong', which is not described")
        self.changed('long = "long"', 'long = ""', "the documentation is empty")

    def test_structs(self):
        self.check(STRUCT.replace("int32 size", "int size"),
                   "test.toml: struct thing: field 'int size' is not 'TYPE NAME'")
        self.check(STRUCT.replace("int32 size", "bool size"),
                   "test.toml: struct thing: only internal structs may hold a bool")
        self.check(STRUCT.replace('"int32 size"', '"int32 a", "int32 a"'),
                   "test.toml: struct thing: field 'a' appears twice")

    def test_planned_calls(self):
        planned = load(FAMILY + CALL, 'pong = { args = ["PlainString path"] }').planned
        self.assertEqual([(call.name, call.args[0].name, call.returns.type) for call in planned], [("pong", "path", "none")])
        with self.assertRaises(description.DescriptionError) as caught:
            load(FAMILY + CALL, "ping = {}")
        self.assertEqual(str(caught.exception), "planned/calls.toml: described elsewhere, so their lines must go: ping")

    def test_syntax_errors_name_the_file(self):
        with self.assertRaisesRegex(description.DescriptionError, "^test.toml: .*line 1"):
            load("family = \n")


class Outputs(unittest.TestCase):
    api = description.load(SOURCE / "api")

    def test_same_description_same_bytes(self):
        again = description.load(SOURCE / "api")
        self.assertEqual(list(generate.outputs(self.api)), list(generate.outputs(again)))

    def test_every_call_and_struct_is_in_every_output_that_lists_them(self):
        texts = dict(generate.outputs(self.api))
        for call in self.api.calls:
            if call.location != "handle":
                self.assertIn(f" {call.name}(", texts["glovebox/calls.h"])
            if call.location == "daemon":
                for name in (f"guestd/functions/{call.family}.h", f"guestd/dispatch_{call.family}.cc", "guestd/dispatch.cc",
                             f"calls/calls_{call.family}.cc", "calls/daemon_calls.cc"):
                    self.assertIn(call.name, texts[name])
        for struct in self.api.structs:
            self.assertIn(f"struct {struct.cxx} {{", texts["glovebox/structs.h"])

    def test_the_c_library_exports_the_recorded_names(self):
        recorded = (SOURCE / "tests/capi/symbols").read_text(encoding="utf-8").split()
        self.assertEqual(c_abi.symbols(self.api), sorted(recorded))

    def test_unchanged_files_are_not_touched(self):
        with tempfile.TemporaryDirectory() as directory:
            command = [sys.executable, str(SOURCE / "api/generate.py"), str(SOURCE / "api"), directory]
            subprocess.run(command, check=True)
            files = [path for path in pathlib.Path(directory).rglob("*") if path.is_file()]
            self.assertEqual(len(files), len(dict(generate.outputs(self.api))))
            before = [path.stat().st_mtime_ns for path in files]
            subprocess.run(command, check=True)
            self.assertEqual([path.stat().st_mtime_ns for path in files], before)

    def test_a_mistake_is_one_line_and_status_1(self):
        with tempfile.TemporaryDirectory() as directory:
            pathlib.Path(directory, "test.toml").write_text(CALL, encoding="utf-8")
            result = subprocess.run([sys.executable, str(SOURCE / "api/generate.py"), directory, directory + "/out"],
                                    capture_output=True, text=True, check=False)
        self.assertEqual((result.returncode, result.stderr), (1, "generate.py: test.toml: key 'family' is missing\n"))


if __name__ == "__main__":
    unittest.main()
