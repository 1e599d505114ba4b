#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# remote.sh IMAGE: a guestfish that listens, asked by others.
eval "$(guestfish --listen --ro -a "$1")"
guestfish --remote run
guestfish --remote list-filesystems
guestfish --remote mount-ro /dev/sda1 /
guestfish --remote cat /hello.txt
guestfish --remote glob file '/h*'
guestfish --remote -- -cat /none
echo "status $?"
guestfish --remote exit
# Gone, or a zombie whose new parent is slow to look.
while grep -qs "^State:[[:space:]]*[^Z[:space:]]" "/proc/$GUESTFISH_PID/status"; do sleep 0.1; done
