// SPDX-License-Identifier: GPL-2.0-or-later
//
// guestd's own /dev: a tmpfs with the kernel's character devices, the nodes that block/devices.h
// makes, and the links of labelled drives below /dev/disk/guestfs.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

namespace glovebox::guestd {

// Puts the tmpfs on /dev, with the character devices and links that programs expect. Throws System.
void replace_dev();

// Makes the node of a block device anew; throws System.
void make_block_node(const std::string& path, dev_t number);

// {"LABEL1", "/dev/sda1"}: makes the links that are missing. One whose device is gone leads nowhere.
void make_label_links(const std::vector<std::pair<std::string, std::string>>& labels);
// The links to a drive and to its partitions, those that are gone included.
void remove_label_links(const std::string& drive);

}  // namespace glovebox::guestd
