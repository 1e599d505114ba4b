#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# An fstab of 48 MiB, one that is /dev/zero, one that is a pipe: the report comes in time, with the problem named.
. "$(dirname "$0")/common.inc"
hostile() {  # VARIANT WHAT
  local image
  image=$(fixture "debian-$1.img")
  run virt-inspector --json -a "$image"
  [ "$status" = 0 ] || fail "$1: exit status $status"
  json 'len(oses) == 1 and oses[0]["hostname"] == "phony.example" and len(oses[0]["applications"]) == 2'
  json "problems == [{'where': '/dev/sda1: /etc/fstab', 'what': '$2'}]"
  same stderr "virt-inspector: $image: /dev/sda1: /etc/fstab: $2" "$t/err"
  expect phony.example virt-cat -a "$image" /etc/hostname
}
hostile huge-fstab "is larger than the limit of 1048576 bytes"
hostile endless-fstab "is not a regular file"
hostile fifo-fstab "is not a regular file"
