#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""mutate_test.py TOP: scripts/mutate on a small tree of its own: who notices what, what it prints and how it ends, and that
the tree stays as it was."""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

TOP = pathlib.Path(sys.argv.pop(1))

PRESETS = """{"version": 3, "configurePresets": [{"name": "release", "generator": "Ninja", "binaryDir": "${sourceDir}/build"}]}"""
CMAKE = """cmake_minimum_required(VERSION 3.25)
project(small LANGUAGES CXX)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
add_executable(small_test test.cc)
"""
HEADER = "constexpr int kMost = 3;\nconstexpr int kUnused = 5;\ninline bool fits(int n) { return n <= kMost; }\n"
TEST = '#include "small.h"\nint main() { return fits(3) && !fits(4) ? 0 : 1; }\n'
NOTICED = "small.h\n- kMost = 3;\n+ kMost = 4;\n"
SURVIVES = "small.h\n- kUnused = 5;\n+ kUnused = 6;\n"
BREAKS = "small.h\n- kMost = 3;\n+ kMost = ;\n"


class MutateTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="mutate-test.")
        self.addCleanup(directory.cleanup)
        os.chmod(directory.name, 0o755)
        self.tree = pathlib.Path(directory.name, "tree")
        self.scratch = pathlib.Path(directory.name, "scratch")
        for path in (self.tree / "scripts", self.tree / "tests", self.scratch):
            path.mkdir(parents=True)
        for name in ("scripts/mutate", "scripts/as-nobody"):
            shutil.copy(TOP / name, self.tree / name)
        for name, text in (("CMakePresets.json", PRESETS), ("CMakeLists.txt", CMAKE), ("small.h", HEADER), ("test.cc", TEST)):
            (self.tree / name).write_text(text)

    def mutate(self, edits, *arguments, head="[small_test]\n"):
        (self.tree / "tests/mutations").write_text("# a comment\n" + head + edits)
        before = self.contents()
        done = subprocess.run([self.tree / "scripts/mutate", *arguments], capture_output=True, text=True, env=self.environment())
        self.assertEqual(self.contents(), before)
        return done.returncode, done.stdout, done.stderr

    def environment(self):
        return dict(os.environ, TMPDIR=str(self.scratch))

    def contents(self):
        return {path: path.read_text() for path in self.tree.rglob("*") if path.is_file() and "build-mutate" not in path.parts}

    def test_reports_survivors(self):
        report = self.tree.parent / "report.xml"
        status, out, err = self.mutate(NOTICED + SURVIVES, "--report", str(report))
        self.assertEqual((status, err), (1, ""))
        self.assertEqual(out, "noticed  1 small.h: kMost = 3; -> kMost = 4; (small_test: status 1)\n"
                              "SURVIVED 2 small.h: kUnused = 5; -> kUnused = 6;\n"
                              "1 noticed, 1 survived\n")
        self.assertEqual(re.findall(r'name="mutation (\d).*?status="(\w+)"', report.read_text()), [("1", "run"), ("2", "fail")])

    def test_ends_well_where_all_are_noticed(self):
        status, out, _ = self.mutate(SURVIVES + NOTICED, "--only", "2")
        self.assertEqual((status, out.splitlines()[-1]), (0, "1 noticed, 0 survived"))

    def test_an_edit_that_does_not_compile_proves_nothing(self):
        status, out, _ = self.mutate(BREAKS)
        self.assertEqual(status, 1)
        self.assertTrue(out.startswith("FAULT    1 small.h: kMost = 3; -> kMost = ;\ndoes not compile:\n"), out)

    def test_the_tests_have_to_pass_without_edits(self):
        (self.tree / "test.cc").write_text("int main() { return 1; }\n")
        self.assertEqual(self.mutate(NOTICED), (1, "", "mutate: a test fails without any edit: small_test: status 1\n"))

    def test_patterns_are_there_exactly_once(self):
        for pattern, count in (("kNowhere", 0), ("constexpr", 2)):
            self.assertEqual(self.mutate("small.h\n- %s\n+ x\n" % pattern, "--check"),
                             (1, "", "mutate: tests/mutations:4: small.h has '%s' %d times, not once\n" % (pattern, count)))
        self.assertEqual(self.mutate("gone.h\n- a\n+ b\n", "--check"),
                         (1, "", "mutate: tests/mutations:4: gone.h: No such file or directory\n"))
        self.assertEqual(self.mutate(NOTICED, "--check"), (0, "1 edits can be made\n", ""))

    def test_lists_that_make_no_sense(self):
        for edits, head, message in (("small.h\n- a\n- b\n", "[t]\n", "tests/mutations:5: a line with '+' has to follow the one with '-'"),
                                     ("small.h\n- a\n", "[t]\n", "tests/mutations: the last edit has no line with '+'"),
                                     ("- a\n+ b\n", "[t]\n", "tests/mutations:3: no line is expected here that begins with '-'"),
                                     ("small.h\n", "", "tests/mutations:2: no line is expected here that begins with 's'")):
            self.assertEqual(self.mutate(edits, "--check", head=head), (1, "", "mutate: " + message + "\n"))

    def test_lists_and_chooses(self):
        self.assertEqual(self.mutate(NOTICED + SURVIVES, "--list", "--only", "2"), (0, "2 small.h: kUnused = 5; -> kUnused = 6;\n", ""))
        self.assertEqual(self.mutate(NOTICED, "--list", "--only", "other.h"), (1, "", "mutate: tests/mutations has no edit other.h\n"))

    def test_a_killed_run_leaves_nothing_behind(self):
        hanging = TEST.replace("? 0 : 1", "? 0 : (pause(), 1)").replace("#include", "#include <unistd.h>\n#include", 1)
        (self.tree / "test.cc").write_text(hanging)
        (self.tree / "tests/mutations").write_text("[small_test]\n" + NOTICED)
        process = subprocess.Popen([self.tree / "scripts/mutate"], start_new_session=True, stdout=subprocess.DEVNULL,
                                   env=self.environment())
        copy = self.tree / "build-mutate/small.h"
        while not copy.exists() or copy.read_text() == HEADER:
            self.assertIsNone(process.poll())
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.assertEqual((self.tree / "small.h").read_text(), HEADER)
        (self.tree / "test.cc").write_text(TEST)
        status, out, _ = self.mutate(NOTICED)
        self.assertEqual((status, out.splitlines()[-1]), (0, "1 noticed, 0 survived"))


unittest.main()
