#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# An unreadable package database is a problem in the report; never "no packages".
. "$(dirname "$0")/common.inc"
status_file='/dev/sda1: /var/lib/dpkg/status'
unknown="no readable package database: the applications are not known"
damaged() {  # VARIANT WHAT
  local image
  image=$(fixture "debian-$1.img")
  run virt-inspector --json -a "$image"
  [ "$status" = 0 ] || fail "$1: exit status $status"
  json 'len(oses) == 1 and oses[0]["hostname"] == "phony.example" and "applications" not in oses[0]'
  json "problems == [{'where': '$status_file', 'what': what} for what in ['$2', '$unknown']]"
  same stderr "virt-inspector: $image: $status_file: $2
virt-inspector: $image: $status_file: $unknown" "$t/err"
}
damaged dpkg-directory "Is a directory"
damaged dpkg-noise "damaged from line 1 on (37500 lines and 1 packages are invalid): the list of applications may be incomplete"
damaged dpkg-unreadable "Structure needs cleaning"
expect_json 'len(oses[0]["applications"]) == 2 and problems == []' virt-inspector --json -a "$(fixture debian.img)"
