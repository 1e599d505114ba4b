#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# qcow2 files that must not be followed, each refused with the reason and the way out.
. "$(dirname "$0")/common.inc"
for name in loop missing outside passwd remote data-file incompatible stub truncated; do
  image=$(fixture qcow2/$name.qcow2)
  dir=${image%/*}
  case $name in
    loop) why="x" ;;
    *) why="x" ;;
  esac
  expect_error 1 "virt-inspector: $image: $why" virt-inspector -a "$image"
done
