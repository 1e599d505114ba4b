#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What is wrong with a command line is said, and nothing of it drives the terminal.
. "$(dirname "$0")/common.inc"
image=$(fixture debian.img)
help="Try ‘virt-cat --help’ for more information."
wrong() {  # MESSAGE OPTION...
  local message=$1
  shift
  expect_error 1 "virt-cat: $message
$help" virt-cat "$@"
}
wrong "unrecognized option '--a\\x1b[31m\\xff'" $'--a\e[31m\xff'
wrong "invalid option -- '\\x07'" $'-\a'
run virt-cat --progress=json $'--\e'
[ "$status" = 1 ] || fail "exit status $status"
head -n1 err | python3 -c 'import json, sys; m = json.load(sys.stdin); assert m["message"] == "unrecognized option \x27--\x1b\x27", m'
expect_error 1 "virt-inspector: unable to evaluate XPath expression: Invalid expression" \
  bash -c 'echo "<a/>" | virt-inspector --xpath "[["'

# Several disks are all named; the first is /dev/sda.
run virt-inspector --json -a "$image" -a "$(fixture blank.img)"
[ "$status" = 0 ] || fail "exit status $status"
json "report['source'] == '$image' and report['sources'] == ['$image', '$build/fixtures/blank.img']"
