#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# qcow2 files that must not be opened, each refused with the reason and, where there is one, the way out.
. "$(dirname "$0")/common.inc"
dir=$(dirname "$(fixture qcow2/empty.img)")
refused() {
  watch_image "$dir/$1.qcow2"
  expect_error 1 "virt-inspector: $dir/$1.qcow2: $2" virt-inspector -a "$dir/$1.qcow2"
}
convert="convert it first: qemu-img convert -O qcow2"
trust="give the format of the disk (tools: --format): raw if it is raw (then its guest wrote this header), qcow2 if you trust the chain; \
or if all images of a directory have it, add the line '$(realpath "$dir") = FORMAT' to /etc/glovebox.conf or ~/.config/glovebox.conf"

refused loop "backing file $dir/loop.qcow2 occurs twice in the chain: the chain is a loop"
refused missing "backing file $dir/gone.qcow2: No such file or directory"
refused outside "backing file $dir/../outside.raw: lies outside the directory of the disk; $trust"
refused passwd "backing file /etc/passwd: lies outside the directory of the disk; $trust"
refused remote "backing file 'nbd://127.0.0.1/x' is not a plain file name; 'nbd:' is not opened from a header"
refused data-file "keeps its data in another file, 'data.raw', which is not opened from a header; $convert"
refused incompatible "qcow2 feature bit 62 is unknown: a newer program wrote this image"
refused stub "qcow2 header: the file ends after 40 bytes"
refused truncated "is truncated: it refers to a cluster at byte 262144, the file ends at byte 300000"
