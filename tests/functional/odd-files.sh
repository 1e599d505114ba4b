#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Files that options and variables name and that are none: a FIFO without a writer, a socket, a directory, a device that
# never ends, a file that is too large. Each is refused at once, and nothing is waited for.
. "$(dirname "$0")/common.inc"
image=$(fixture debian.img)
mkfifo fifo
mkdir directory
python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
truncate -s 65M huge

plugin() {  # FILE WHAT
  expect_error 1 "virt-inspector: --plugin: $1: $2" virt-inspector --plugin "$1" -a "$image"
}
plugin gone.so "No such file or directory"
plugin fifo "is a FIFO, not a regular file"
plugin socket "is a socket, not a regular file"
plugin directory "is a directory, not a regular file"
plugin /dev/zero "is a character device, not a regular file"
plugin huge "is larger than 64 MiB, so it is not an inspection plugin"

for file in appliance.json kernel initrd root; do
  rm -rf used && mkdir used
  ln -s "$build"/share/glovebox/{appliance.json,kernel,initrd,root} used/
  ln -sf "$t/fifo" "used/$file"
  LIBGUESTFS_PATH=$t/used expect_error 1 "virt-cat: $t/used/$file: is a FIFO, not a regular file" \
    virt-cat -a "$image" /etc/hostname
done

# What is read from stdin is a stream: from a pipe it is the same, without an end it is refused.
piped() { printf '<a><b>text</b></a>' | virt-inspector --xpath 'string(//b)'; }
endless() { virt-inspector --xpath 'string(//b)' </dev/zero; }
export -f piped endless
expect text bash -c piped
expect_error 1 "virt-inspector: stdin: more than 256 MiB, which is too large for an inspection report" bash -c endless
