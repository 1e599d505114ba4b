# SPDX-License-Identifier: GPL-2.0-or-later
# read.rb IMAGE: reads the first partition and tells what it saw; then the reason of an error, whose first word is the name of the call.
require 'guestfs'

g = Guestfs::Guestfs.new
g.add_drive_opts(ARGV[0], readonly: true, format: 'raw')
g.launch
p g.list_filesystems
g.mount_ro('/dev/sda1', '/')
p g.read_file('/hello.txt'), g.ls('/'), g.statns('/hello.txt')['st_size'], g.part_list('/dev/sda')
begin
  g.read_file('/none')
rescue Guestfs::Error => e
  puts e.message.split(': ', 2)[1]
end
g.shutdown
g.close
