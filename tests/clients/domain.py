# SPDX-License-Identifier: GPL-2.0-or-later
"""domain.py URI: opens a domain of libvirt by its UUID and reads from it; then the reasons of two errors."""
import sys

import guestfs


def refused(**options):
    try:
        guestfs.GuestFS(python_return_dict=True).add_domain("running", libvirturi=sys.argv[1], **options)
    except RuntimeError as error:
        return error
    return None


g = guestfs.GuestFS(python_return_dict=True)
print(g.add_domain("0a1b2c3d-0001-4000-8000-000000000000", libvirturi=sys.argv[1], readonly=True, allowuuid=True,
                   readonlydisk="read"))
g.launch()
g.mount_ro("/dev/sda1", "/")
print(g.list_devices(), g.read_file("/hello.txt"))
g.close()
print("refused" if refused() else "allowed", "refused" if refused(readonlydisk="nonsense") else "allowed")
