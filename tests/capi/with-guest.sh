#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Handles in threads, over a fork, closed by a callback, and left open at exit: what was written is there afterwards; a file
# copied to itself is not lost.
. "$(dirname "$0")/../functional/common.inc"
image=$(fixture gpt-ext4-fat.img)
guest=$build/tests/capi_guest
for verb in threads close-in-callback killed copied-to-itself; do
  expect "" "$guest" "$verb" "$image"
done
# A sanitized child looks for leaks among its parent's threads, which it does not have.
ASAN_OPTIONS=detect_leaks=0 expect "" "$guest" fork "$image"
cp --sparse=always "$image" own.img
expect "" "$guest" write-and-exit own.img
expect "" "$guest" read-written own.img
