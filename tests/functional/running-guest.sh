#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A guest whose kernel is busy writing to the file system that is read, on each kind of file system: the answers are right,
# whatever moment they see.
. "$(dirname "$0")/common.inc"
guest=
cleanup() { [ -z "$guest" ] || kill -KILL "$guest" 2>/dev/null; wait; }
rounds() { wc -l <rounds; }
read_busy() {  # FIXTURE MOUNTABLE: what the guest has mounted
  local before
  cp --sparse=always "$(fixture "$1")" disk.img
  : >rounds
  TMPDIR=$t "$build/tests/busy-guest" disk.img "$2" >rounds 2>said &
  guest=$!
  for _ in $(seq 200); do [ "$(rounds)" = 0 ] || break; sleep 0.1; done
  for _ in 1 2 3; do
    before=$(rounds)
    run virt-cat -a disk.img /etc/hostname
    [ "$status" = 0 ] || fail "$1: virt-cat: exit status $status"
    same stdout phony.example out
    run virt-inspector --json -a disk.img
    [ "$status" = 0 ] || fail "$1: virt-inspector: exit status $status"
    json 'len(oses) == 1 and oses[0]["hostname"] == "phony.example" and len(oses[0]["applications"]) == 2'
    [ "$(rounds)" -gt "$before" ] || fail "$1: the guest was not busy: $(cat said)"
  done
  kill -KILL "$guest"
  wait "$guest" 2>/dev/null || :
}
read_busy debian.img /dev/sda1
read_busy xfs.img /dev/sda1
read_busy btrfs.img btrfsvol:/dev/sda1/@
