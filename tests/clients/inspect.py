# SPDX-License-Identifier: GPL-2.0-or-later
"""inspect.py IMAGE: what a script does that looks into one guest after the other: open, inspect, read a file, close."""
import sys

import guestfs

g = guestfs.GuestFS(python_return_dict=True)
g.add_drive_opts(sys.argv[1], readonly=True)
g.launch()
for root in g.inspect_os():
    print(root, g.inspect_get_type(root), g.inspect_get_distro(root), g.inspect_get_hostname(root))
    mountpoints = g.inspect_get_mountpoints(root)
    for place in sorted(mountpoints):
        g.mount_ro(mountpoints[place], place)
    print(g.read_file("/etc/fstab").decode())
    print(len(g.inspect_list_applications2(root)))
    g.umount_all()
g.shutdown()
g.close()
