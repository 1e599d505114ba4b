#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's guestmount on our library, beyond what tests/clients compares: killed, it leaves neither a mount nor a process, and what
# was asked of it ends with an error; a directory in use is not unmounted, and says so; a write meets the rules of attributes.
. "$(dirname "$0")/common.inc"
requires guestmount guestunmount setfattr
cp --sparse=always "$(fixture debian.img)" own.img
mkdir mnt

mounted_and_killed() {
  glovebox-run guestmount --rw -a own.img -m /dev/sda1 --pid-file pid mnt
  cat mnt/etc/hostname
  kill -KILL "$(cat pid)"
  for _ in {1..50}; do
    grep -q " $PWD/mnt fuse" /proc/self/mounts || break
    sleep 0.1
  done
  ls -A mnt
  rm pid
}
export -f mounted_and_killed
limit=20
expect phony.example bash -c mounted_and_killed

mounted_and_used() {
  glovebox-run guestmount --rw -a own.img -m /dev/sda1 --pid-file pid mnt
  local pid
  pid=$(cat pid)
  ! (cd mnt && guestunmount --no-retry "$OLDPWD/mnt") &>/dev/null && echo busy
  setfattr -n user.colour -v red mnt/etc/hostname
  getfattr --only-values -n user.colour mnt/etc/hostname && echo
  setfattr -x user.colour mnt/etc/hostname
  ! setfattr -x user.colour mnt/etc/hostname 2>&1
  guestunmount mnt
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
}
export -f mounted_and_used
expect "busy
red
setfattr: mnt/etc/hostname: No such attribute" bash -c mounted_and_used

# The file that a second look at the image finds.
mounted_and_written() {
  glovebox-run guestmount --rw -a own.img -m /dev/sda1 --pid-file pid mnt
  local pid
  pid=$(cat pid)
  head -c 3000000 /dev/zero | tr "\\0" x | dd of=mnt/root/large bs=64k iflag=fullblock status=none
  guestunmount mnt
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
  virt-cat -a own.img -m /dev/sda1 /root/large | md5sum
}
export -f mounted_and_written
expect "$(head -c 3000000 /dev/zero | tr '\0' x | md5sum)" bash -c mounted_and_written

# A file system that makes no files without a name takes throw-away layers all the same; qemu is another user's where root starts it.
mounted_for_layers() {
  glovebox-run guestmount -o allow_other --rw -a own.img -m /dev/sda1 --pid-file pid mnt
  local pid
  pid=$(cat pid)
  mkdir mnt/tmp
  TMPDIR=$PWD/mnt/tmp virt-cat -a "$1" /etc/hostname
  ls -A mnt/tmp
  guestunmount mnt
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
}
export -f mounted_for_layers
expect phony.example bash -c 'mounted_for_layers "$0"' "$(fixture debian.img)"
