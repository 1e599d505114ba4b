#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Builds plugins/example in a copy of its own against the headers that `cmake --install` puts down, then has the engine load
# it and inspect an ExampleOS. usage: example_plugin_test.sh SOURCE-DIRECTORY EXAMPLE-PLUGIN-TEST INSTALL-SCRIPT
set -eu
source=$1 program=$2 install=$3
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
chmod 755 "$tmp"
cmake -DCMAKE_INSTALL_PREFIX="$tmp/prefix" -DCMAKE_INSTALL_COMPONENT=plugin-headers -P "$install" >"$tmp/log" || { cat "$tmp/log"; exit 1; }
cp -r "$source/plugins/example" "$tmp/example"
{ cmake -S "$tmp/example" -B "$tmp/build" -DGLOVEBOX_PREFIX="$tmp/prefix" && cmake --build "$tmp/build"; } >"$tmp/log" 2>&1 ||
  { cat "$tmp/log"; exit 1; }
exported=$(nm -D --defined-only "$tmp/build/example.so" | awk '$2 == "T" { print $3 }')
[ "$exported" = glovebox_inspect_plugin ] || { echo "it exports: $exported"; exit 1; }
EXAMPLE_PLUGIN=$tmp/build/example.so "$program"
