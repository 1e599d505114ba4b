#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# An unreadable package database is a problem in the report; never "no packages".
. "$(dirname "$0")/common.inc"
for variant in dpkg-directory dpkg-noise dpkg-unreadable; do
  run virt-inspector --json -a "$(fixture debian-$variant.img)"
  [ "$status" = 0 ] || fail "$variant: exit status $status"
  json 'len(oses) == 1 and oses[0]["hostname"] == "phony.example" and "applications" not in oses[0]'
  json 'any("/var/lib/dpkg/status" in p["where"] for p in problems)'
done
expect_json 'len(oses[0]["applications"]) == 2 and problems == []' virt-inspector --json -a "$(fixture debian.img)"
