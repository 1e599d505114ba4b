#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# virt-head.sh DIRECTORY: the program in that directory answers for itself, says what is wrong, and reads a guest.
. "$(dirname "$0")/../../../../functional/common.inc"
PATH=$1:$PATH

run virt-head --help
[ "$status" = 0 ] || fail "exit status $status: --help"
grep -q '^  -n|--lines N ' out || fail "--help lacks --lines: $(cat out)"
version=$(sed -n 's/^project(glovebox VERSION \([0-9.]*\).*/\1/p' "$here/../../CMakeLists.txt")
expect "virt-head $version" virt-head --version
run virt-head --long-options
grep -qx -e --lines out || fail "--long-options lacks --lines: $(cat out)"

expect_error 1 "virt-head: --lines=0: expecting a number from 1 to 10000" virt-head -n 0 /etc/fstab
expect_error 1 "virt-head: gone.img: No such file or directory" virt-head -a gone.img /etc/fstab

image=$(fixture gpt-ext4-fat.img)
expect hello virt-head -n 1 -a "$image" -m /dev/sda1 /hello.txt
expect_error 1 "virt-head: head_n: /nope: No such file or directory" virt-head -a "$image" -m /dev/sda1 /nope
