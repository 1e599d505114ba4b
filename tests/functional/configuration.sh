#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# glovebox.conf(5) is a word as good as --format: for the tools, for programs of the C library, and for disks that are raw.
. "$(dirname "$0")/common.inc"
mkdir -p _base instances/1 instances/raw
cp "$(fixture debian.img)" _base/base.img
qemu-img create -q -f qcow2 -b "$t/_base/base.img" -F raw instances/1/disk
cp "$(fixture qcow2/planted.raw)" instances/raw/disk
refused="lies outside the directory of the disk; give the format of the disk (tools: --format): raw if it is raw (then its guest wrote \
this header), qcow2 if you trust the chain; or if all images of a directory have it, add the line"
files="to /etc/glovebox.conf or ~/.config/glovebox.conf"
expect_error 1 "virt-cat: $t/instances/1/disk: backing file $t/_base/base.img: $refused '$t/instances/1 = FORMAT' $files" \
  virt-cat -a "$t/instances/1/disk" /etc/hostname

echo "$t/instances = qcow2   # overlays" >"$XDG_CONFIG_HOME/glovebox.conf"
expect phony.example virt-cat -a "$t/instances/1/disk" /etc/hostname
if command -v guestfish >/dev/null; then
  expect $'phony.example\n' glovebox-run guestfish --ro -i -a "$t/instances/1/disk" cat /etc/hostname
fi

echo "$t/instances/raw = raw" >>"$XDG_CONFIG_HOME/glovebox.conf"
run virt-inspector --json -a "$t/instances/raw/disk"
same stderr "virt-inspector: $t/instances/raw/disk: no operating system was found on this disk, only /dev/sda (unknown)" "$t/err"

echo "instances = raw" >>"$XDG_CONFIG_HOME/glovebox.conf"
expect_error 1 "virt-cat: $XDG_CONFIG_HOME/glovebox.conf:3: directory 'instances' is not an absolute path" \
  virt-cat -a "$t/instances/1/disk" /etc/hostname
