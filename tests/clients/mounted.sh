#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# mounted.sh ro|rw IMAGE: a guest seen, and with rw changed, through guestmount. It unmounts and waits until the image is whole.
mkdir mnt
guestmount --"$1" -a "$2" -m /dev/sda1 --pid-file pid mnt || exit
(
  cd mnt || exit
  find . -printf '%P %y %m %s %U:%G %l %T@\n' | sort
  cat etc/hostname
  stat -f -c '%S %b %c' .
  cat none
  getfattr -d -m - etc/hostname
  if [ "$1" = ro ]; then
    touch etc/new
    rm etc/hostname
    mkdir d
  else
    mkdir d && echo new >d/new && ln -s new d/link && ln d/new d/hard && mv d/new d/moved && chmod 0640 d/moved
    seq 20000 >big && md5sum <big && printf x >>big && truncate -s 100000 big && dd if=big bs=1000 skip=50 count=1 status=none | md5sum
    touch -d @1234567890 d/moved && stat -c '%Y %h %s %a' d/moved
    mkfifo d/pipe && rm d/hard && rmdir home && rmdir etc
    readlink d/link && cat d/link
    mv d/none d/other
    ls d
  fi
) 2>&1
pid=$(cat pid)
guestunmount mnt
echo "unmounted: $?"
# Gone, or a zombie whose new parent is slow to look.
while grep -qs "^State:[[:space:]]*[^Z[:space:]]" "/proc/$pid/status"; do sleep 0.1; done
rmdir mnt
