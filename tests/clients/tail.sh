#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tail.sh IMAGE FILE LAST-LINE: virt-tail never ends; it is stopped when it has shown the last line.
shown=$(mktemp)
virt-tail -a "$1" "$2" >"$shown" &
until grep -q "$3" "$shown" || ! kill -0 $! 2>/dev/null; do sleep 0.1; done
kill $!
wait $! 2>/dev/null  # where a shell may say "Terminated"
echo "status $?"
cat "$shown"
rm "$shown"
