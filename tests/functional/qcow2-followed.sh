#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Backing files beside and below the image open as they do in libguestfs.
. "$(dirname "$0")/common.inc"
mkdir sub
cp "$(fixture debian.img)" base.img
cp base.img sub/base.img
qemu-img create -q -f qcow2 -b base.img -F raw beside.qcow2
qemu-img create -q -f qcow2 -b sub/base.img -F raw below.qcow2
qemu-img create -q -f qcow2 -b below.qcow2 -F qcow2 three.qcow2
for image in base.img beside.qcow2 below.qcow2 three.qcow2; do
  watch_image "$t/$image"
  expect phony.example virt-cat -a "$image" /etc/hostname
done
