#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# An fstab of 48 MiB, one that is /dev/zero, one that is a pipe: the report comes in time, with the problem named.
. "$(dirname "$0")/common.inc"
for variant in huge-fstab endless-fstab fifo-fstab; do
  run virt-inspector --json -a "$(fixture debian-$variant.img)"
  [ "$status" = 0 ] || fail "$variant: exit status $status"
  json 'len(oses) == 1 and oses[0]["hostname"] == "phony.example"'
  json 'any("/etc/fstab" in p["where"] for p in problems)'
  expect phony.example virt-cat -a "$(fixture debian-$variant.img)" /etc/hostname
done
