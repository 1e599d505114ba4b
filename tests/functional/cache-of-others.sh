#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Cache directories that root must not use: another user's, and one on a read-only file system. The tool works without a
# template and says why, and puts nothing there.
. "$(dirname "$0")/common.inc"
[ "$(id -u)" = 0 ] || skip "needs root"
image=$(fixture debian.img)
limit=30
slow="starting without a template, which takes some seconds"
refused() {  # DIRECTORY REASON
  LIBGUESTFS_CACHEDIR=$1 run virt-cat -a "$image" /etc/hostname
  same stderr "virt-cat: cache directory $1/glovebox-0$2; $slow" err
  same stdout phony.example out
  [ "$status" = 0 ] || fail "exit status $status"
}
mkdir -p foreign
install -d -m 0700 -o nobody foreign/glovebox-0
refused "$t/foreign" " belongs to user $(id -u nobody), not to you; set LIBGUESTFS_CACHEDIR to a directory that you own"
[ -z "$(ls -A foreign/glovebox-0)" ] || fail "something was put there"
mkdir readonly
mount -t tmpfs -o ro tmpfs readonly
cleanup() { umount "$t/readonly"; }
refused "$t/readonly" ": Read-only file system"
