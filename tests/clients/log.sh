#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# log.sh syslog|journal: gives disk.img, a guest, a log of that kind, and has virt-log read it.
set -e
case $1 in
syslog)
  printf 'Nov  1 00:00:0%d box daemon[7]: line %d\n' 1 1 2 2 3 3 >syslog
  guestfish -a disk.img -i mkdir-p /var/log : upload syslog /var/log/syslog
  ;;
journal)
  for i in 1 2 3; do
    printf '__REALTIME_TIMESTAMP=170000000%d000000\n__MONOTONIC_TIMESTAMP=%d\n_BOOT_ID=4e8a2b1c4e8a2b1c4e8a2b1c4e8a2b1c\n' $i $i
    printf '_HOSTNAME=box\nSYSLOG_IDENTIFIER=daemon\n_PID=7\nPRIORITY=%d\nMESSAGE=entry %d\n\n' $i $i
  done >export
  /lib/systemd/systemd-journal-remote -o system.journal - <export 2>/dev/null
  guestfish -a disk.img -i mkdir-p /var/log/journal/4e8a2b1c4e8a2b1c4e8a2b1c4e8a2b1c : upload system.journal /var/log/journal/4e8a2b1c4e8a2b1c4e8a2b1c4e8a2b1c/system.journal
  ;;
esac
virt-log -a disk.img
# A journal's file has what time it was made in it.
[ "$1" = syslog ] || guestfish -a disk.img -i rm-rf /var/log/journal
