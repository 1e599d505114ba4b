#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The file system of the template cache is full: the tool works without a template, and says what it costs.
. "$(dirname "$0")/common.inc"
image=$(fixture debian.img)
unshare -rm true 2>/dev/null || skip "no user namespaces here"
limit=30
mkdir -m 0700 cache
in_full_cache() { unshare -rm bash -c 'mount -t tmpfs -o size=4500k,mode=0700 tmpfs cache && exec "$@"' - "$@"; }
export -f in_full_cache
LIBGUESTFS_CACHEDIR=$t/cache run bash -c 'in_full_cache "$@"' - virt-cat -a "$image" /etc/hostname
same stdout phony.example "$t/out"
[ "$status" = 0 ] || fail "exit status $status"
same stderr "virt-cat: $t/cache/glovebox-0/templates: only 4 MiB free, a template needs 320 MiB; starting without a \
template, which takes some seconds" "$t/err"
