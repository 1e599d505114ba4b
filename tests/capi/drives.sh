#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Drives of one file system, drives that give space back, and two drives of one image.
. "$(dirname "$0")/../functional/common.inc"
limit=60
expect "" "$build/tests/capi_drives"

unshare -rm true 2>/dev/null || skip "no user namespaces here"
mkdir small
without_holes() { unshare -rm bash -c 'mount -t ramfs -o mode=0700 ramfs small && cd small && exec "$@"' - "$@"; }
export -f without_holes
expect "" bash -c 'without_holes "$@"' - "$build/tests/capi_drives" no-discard
