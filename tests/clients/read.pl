# SPDX-License-Identifier: GPL-2.0-or-later
# read.pl IMAGE: reads the first partition and tells what it saw; then the reason of an error, whose first word is the name of the call.
use strict;
use warnings;
use Sys::Guestfs;

my $g = Sys::Guestfs->new();
$g->add_drive_opts($ARGV[0], readonly => 1, format => "raw");
$g->launch();
my %filesystems = $g->list_filesystems();
print "$_ $filesystems{$_}\n" foreach sort keys %filesystems;
$g->mount_ro("/dev/sda1", "/");
print $g->read_file("/hello.txt"), join(" ", $g->ls("/")), "\n";
my @partitions = $g->part_list("/dev/sda");
print "$_->{part_num} $_->{part_start} $_->{part_size}\n" foreach @partitions;
eval { $g->read_file("/none") };
print $@ =~ s/^\w+: | at .*//gr, " ", $g->last_errno(), "\n";
$g->shutdown();
