#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The host's disk is full under the overlay of a read-only drive: what the guest's journal holds cannot be replayed, and
# the error names the host's disk, not the guest's; so does virt-inspector, which goes on.
. "$(dirname "$0")/common.inc"
requires debugfs
unshare -rm true 2>/dev/null || skip "no user namespaces here"
cp "$(fixture plain-ext4.img)" disk.img
# A journal with 64 free blocks of a cluster each, for an overlay that has room for about a dozen.
blocks=$(seq -s , 8200 64 12290)
head -c $((65 * 1024)) /dev/urandom >bytes
printf 'jo\njw -b %s bytes\njc\n' "$blocks" | debugfs -w -f - disk.img >said 2>&1 || fail "debugfs: $(cat said)"
debugfs -R stats disk.img 2>/dev/null | grep -q needs_recovery || fail "the journal is clean: $(cat said)"
watch_image disk.img
on_small_disk() { unshare -rm bash -c 'mount -t tmpfs -o size=1m,mode=0700 tmpfs "$TMPDIR" && exec "$@"' - "$@"; }
export -f on_small_disk
limit=60  # root of the namespace has a cache of its own, so the template is made first
expect hello unshare -rm virt-cat -a disk.img -m /dev/sda /hello.txt
limit=10
expect_error 1 "virt-cat: mount_ro: /dev/sda on / (options: 'ro'): Input/output error (on the host: write of \
disk.img's throw-away layer in $TMPDIR: No space left on device)
virt-cat: ‘/dev/sda’ could not be mounted.
virt-cat: Did you mean to mount one of these filesystems?
virt-cat: 	/dev/sda (ext4)" bash -c 'on_small_disk "$@"' - virt-cat -a disk.img -m /dev/sda /hello.txt
run bash -c 'on_small_disk "$@"' - virt-inspector --json -a disk.img
same "first line of stderr" "virt-inspector: on the host: write of disk.img's throw-away layer in $TMPDIR: No space left on \
device" <(head -n 1 "$t/err")
[ "$status" = 0 ] || fail "exit status $status"
json 'oses == [] and "/dev/sda" in problems[0]["where"]'
