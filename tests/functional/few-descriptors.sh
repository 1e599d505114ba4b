#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A process that may open few files: the error says which limit it was and how to raise it, wherever it is met.
. "$(dirname "$0")/common.inc"
image=$(fixture debian.img)
limited() { ulimit -n "$1" && shift && exec "$@"; }
export -f limited
for files in 10 14 20 24 30; do
  run bash -c 'limited "$@"' - $files virt-cat -a "$image" /etc/hostname
  [ "$status" = 1 ] || fail "exit status $status with $files files"
  same stdout "" "$t/out"
  sed -i 's/^virt-cat: .*: Too many/virt-cat: WHAT: Too many/' "$t/err"
  same stderr "virt-cat: WHAT: Too many open files (this process may have $files; raise that with 'ulimit -n')" "$t/err"
done
