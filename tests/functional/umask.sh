#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Under any umask (hardened images and units of services have 027 or 077) the tools work, also root's, whose qemu is another
# user; what they make for themselves has the mode that it needs, and a file that the user asked for the user's.
. "$(dirname "$0")/common.inc"
image=$(fixture debian.img)
under() { (umask "$1" && shift && exec "$@"); }
export -f under
limit=60
for mask in 027 037 007 077; do
  rm -rf cache
  own_cache
  expect phony.example bash -c 'under "$@"' - $mask virt-cat -a "$image" /etc/hostname  # makes the template
  expect phony.example bash -c 'under "$@"' - $mask virt-cat -a "$image" /etc/hostname  # and starts from it
  same modes "700 cache/glovebox-$(id -u)
700 cache/glovebox-$(id -u)/templates
444 ram
444 state
644 template.json
644 verified" <(cd "$t"; stat -c '%a %n' cache/glovebox-* cache/glovebox-*/templates
               cd cache/glovebox-*/templates/*/ && stat -c '%a %n' ./* | sed 's|\./||')
  rm -f hostname
  expect "" bash -c 'under "$@"' - $mask glovebox-run guestfish --ro -a "$image" -i -- download /etc/hostname hostname
  [ "$(stat -c %a hostname)" = "$(printf '%o' $((0666 & ~0$mask)))" ] || fail "umask $mask: the user's file has mode $(stat -c %a hostname)"
done
