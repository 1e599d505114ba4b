#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `cmake --install` makes something whole that can be moved: programs find our libraries, helpers and appliance, and a C program
# finds the C library by pkg-config and by CMake.
. "$(dirname "$0")/common.inc"
requires cmake pkg-config cc
image=$(fixture gpt-ext4-fat.img)
example=$here/../../docs/examples/read_file.c
DESTDIR=$t/root cmake --install "$build" --prefix /opt/glovebox >install.log || fail "$(tail install.log)"
mv root/opt/glovebox moved
mkdir -p moved/share/glovebox
ln -s "$build"/share/glovebox/{appliance.json,initrd,kernel,root} moved/share/glovebox
libraries=$(dirname "$(find "$t/moved" -name libguestfs.so.0)")

limit=60  # an appliance in another place has a template of its own
own_cache
expect hello moved/bin/virt-cat -a "$image" -m /dev/sda1 /hello.txt
limit=10
run moved/bin/virt-appliance info
grep -q "$t/moved/share/glovebox" out || fail "another appliance: $(cat out)"
expect hello moved/bin/glovebox-run guestfish --ro -a "$image" -m /dev/sda1 read-file /hello.txt
run moved/bin/glovebox-run ldd "$(command -v guestfish)"
grep -q "libguestfs.so.0 => $libraries/" out || fail "another library: $(cat out)"

export PKG_CONFIG_PATH=$libraries/pkgconfig
cc -Wall -Werror "$example" -o by-pkg-config $(pkg-config --cflags --libs libguestfs)
expect hello ./by-pkg-config "$image" /dev/sda1 /hello.txt

cat >CMakeLists.txt <<END
cmake_minimum_required(VERSION 3.25)
project(example C)
find_package(Guestfs REQUIRED PATHS $libraries/cmake NO_DEFAULT_PATH)
add_executable(by-cmake $example)
target_link_libraries(by-cmake PRIVATE Guestfs::guestfs)
END
cmake -S . -B example >cmake.log && cmake --build example >>cmake.log || fail "$(tail cmake.log)"
expect hello example/by-cmake "$image" /dev/sda1 /hello.txt
