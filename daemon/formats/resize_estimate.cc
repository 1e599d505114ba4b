// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/resize_estimate.h"

#include <charconv>

#include "base/cat.h"
#include "base/checked.h"
#include "base/error.h"

namespace glovebox::guestd {
namespace {

// The first number after `label`, wherever that is.
uint64_t number_after(std::string_view text, std::string_view label) {
  const size_t at = text.find(label);
  const size_t digit =
      at == std::string_view::npos ? at : text.find_first_of("0123456789", at + label.size());
  uint64_t number = 0;
  if (digit == std::string_view::npos ||
      std::from_chars(text.data() + digit, text.data() + text.size(), number).ec != std::errc())
    throw Error(Errc::Corrupt, base::cat("there is no '", label, "' in the program's output"),
                EUCLEAN);
  return number;
}

}  // namespace

uint64_t parse_ext_minimum(std::string_view tune2fs, std::string_view resize2fs) {
  return base::checked_mul(number_after(tune2fs, "Block size:"),
                           number_after(resize2fs, "Estimated minimum size of the filesystem:"),
                           "the size of the file system");
}

uint64_t parse_ntfs_minimum(std::string_view ntfsresize) {
  // A full volume has no such line: it can stay as it is.
  return ntfsresize.find("You might resize at") != std::string_view::npos
             ? number_after(ntfsresize, "You might resize at")
             : number_after(ntfsresize, "Current volume size:");
}

uint64_t parse_btrfs_minimum(std::string_view min_dev_size) {
  return number_after(min_dev_size, "");
}

}  // namespace glovebox::guestd
