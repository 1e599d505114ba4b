# SPDX-License-Identifier: GPL-2.0-or-later
"""read.py IMAGE: reads the first partition and tells what it saw; then the reason of an error, whose first word is the name of the call."""
import sys

import guestfs

g = guestfs.GuestFS(python_return_dict=True)
g.add_drive_opts(sys.argv[1], readonly=True, format="raw")
g.launch()
print(g.list_filesystems())
g.mount_ro("/dev/sda1", "/")
print(g.read_file("/hello.txt"), g.ls("/"), g.is_file("/hello.txt"))
status = g.statns("/hello.txt")
print(status["st_size"], oct(status["st_mode"]))
print(g.part_list("/dev/sda"))
try:
    g.read_file("/none")
except RuntimeError as error:
    print(str(error).split(": ", 1)[1])
g.shutdown()
g.close()
