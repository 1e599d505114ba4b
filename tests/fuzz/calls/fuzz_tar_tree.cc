// SPDX-License-Identifier: GPL-2.0-or-later
// What a guest may send in place of an archive, unpacked twice into one place, so that the second
// run meets what the first one left: nothing outside of the tree changes.
#include <fcntl.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/files.h"
#include "calls/tar_reader.h"
#include "calls/tree_writer.h"
#include "tests/unit/calls/tar_archive.h"

using namespace glovebox;
using calls::TarReader;

namespace {

// Sums are no obstacle for who sends the archive.
std::string with_right_sums(std::string bytes) {
  for (size_t at = 0; at + TarReader::kBlock <= bytes.size(); at += TarReader::kBlock)
    if (std::string_view(bytes).substr(at + 257, 5) == "ustar")
      calls::fix_checksum(bytes, at);
  return bytes;
}

void unpack(const std::string& directory, const std::string& archive) {
  calls::TreeWriter tree(base::open_file(directory, O_PATH | O_DIRECTORY), "tree", "tree", {});
  TarReader reader(tree);
  try {
    reader.feed(archive);
    reader.finish();
    tree.finish();
  } catch (const Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string archive =
      with_right_sums(std::string(reinterpret_cast<const char*>(data), size));
  const base::TempDir dir;
  base::replace_file(dir.path() + "/outside", "untouched", 0640);
  unpack(dir.path(), archive);
  unpack(dir.path(), archive);
  for (const auto& entry : std::filesystem::directory_iterator(dir.path()))
    if (entry.path().filename() != "outside" &&
        (entry.path().filename() != "tree" || !entry.is_directory() || entry.is_symlink()))
      std::abort();
  if (base::read_file(dir.path() + "/outside", 100) != "untouched" ||
      std::filesystem::status(dir.path() + "/outside").permissions() !=
          static_cast<std::filesystem::perms>(0640) ||
      std::filesystem::hard_link_count(dir.path() + "/outside") != 1)
    std::abort();
  return 0;
}
