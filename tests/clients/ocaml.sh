#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# ocaml.sh IMAGE: compiles read.ml with Debian's binding, and runs it.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$(dirname "$0")/read.ml" "$work"
ocamlfind ocamlopt -package guestfs -linkpkg "$work/read.ml" -o "$work/read" || exit
"$work/read" "$1"
