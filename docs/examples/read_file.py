#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""read_file.py DISK DEVICE PATH: prints a file of a disk image, with the Python bindings that Debian ships.

  glovebox-run ./read_file.py disk.img /dev/sda1 /etc/fstab
"""
import sys

import guestfs

if len(sys.argv) != 4:
    sys.exit("usage: read_file.py DISK DEVICE PATH")
g = guestfs.GuestFS(python_return_dict=True)
g.add_drive_opts(sys.argv[1], readonly=True)
g.launch()
g.mount_ro(sys.argv[2], "/")
sys.stdout.buffer.write(g.read_file(sys.argv[3]))
g.close()
