#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A guest whose kernel is busy writing to the file system that is read: the answers are right, whatever moment they see.
. "$(dirname "$0")/common.inc"
cp "$(fixture debian.img)" disk.img
: >rounds
TMPDIR=$t "$build/tests/busy-guest" disk.img >rounds 2>said &
guest=$!
cleanup() { kill -KILL "$guest" 2>/dev/null; wait; }
rounds() { wc -l <rounds; }
for _ in $(seq 200); do [ "$(rounds)" = 0 ] || break; sleep 0.1; done
for _ in 1 2 3 4; do
  before=$(rounds)
  run virt-cat -a disk.img /etc/hostname
  [ "$status" = 0 ] || fail "virt-cat: exit status $status"
  same stdout phony.example out
  run virt-inspector --json -a disk.img
  [ "$status" = 0 ] || fail "virt-inspector: exit status $status"
  json 'len(oses) == 1 and oses[0]["hostname"] == "phony.example" and len(oses[0]["applications"]) == 2'
  [ "$(rounds)" -gt "$before" ] || fail "the guest was not busy: $(cat said)"
done
