#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A guest that keeps its appliance busy for longer than it may: here with the checksum of a file of a tebibyte.
. "$(dirname "$0")/common.inc"
requires mke2fs guestfish
image=$(fixture debian.img)
mkdir files
truncate -s 1T files/endless
truncate -s 64M busy.img
mke2fs -q -t ext4 -d files busy.img
watch_image "$t/busy.img"
checksums() { echo virt-ls -lR --checksum=sha512 -m /dev/sda -a busy.img "$@" /; }

up="the time limit is reached: launch and calls may take 3 s"
advice="--timeout=SECONDS allows more time, --timeout=none removes the limit"
started=$SECONDS
expect_error 1 "virt-ls: walk: $up; $advice" $(checksums --timeout=3)
[ $((SECONDS - started)) -le 6 ] || fail "given up after $((SECONDS - started)) s"

# As a setting, for programs that have no such option; the option goes before it.
export LIBGUESTFS_BACKEND_SETTINGS=timeout=3
expect_error 1 "virt-ls: walk: $up; $advice" $(checksums)
expect_error 1 "virt-ls: walk: ${up/3 s/2 s}; $advice" $(checksums --timeout=2)
expect_error 1 "*stdin*:0: libguestfs: error: checksum: $up" \
  glovebox-run guestfish --ro -a busy.img -m /dev/sda checksum sha512 /endless
export LIBGUESTFS_BACKEND_SETTINGS=timeout=soon
expect_error 1 "virt-cat: backend setting timeout=soon: the timeout must be a number of seconds or 'none'" \
  virt-cat -a "$image" /etc/hostname
unset LIBGUESTFS_BACKEND_SETTINGS

# One that is quick is not in its way, and who reads the answer has all the time he wants.
for timeout in 60 0 none; do
  expect phony.example virt-cat --timeout "$timeout" -a "$image" /etc/hostname
done
head -c 1M /dev/urandom >files/random
rm files/endless
mke2fs -q -F -t ext4 -d files slow.img 64M
virt-cat --timeout=4 -m /dev/sda -a slow.img /random | { sleep 6; cmp - files/random; } || fail "cut short"
expect_error 1 "virt-cat: --timeout=1m: the limit must be a number of seconds or 'none'" virt-cat --timeout=1m -a "$image" /etc/hostname
