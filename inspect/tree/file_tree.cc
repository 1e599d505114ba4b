// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/tree/file_tree.h"

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::inspect {

std::optional<std::string> FileTree::try_read(const std::string& path, size_t cap) const {
  const auto file = try_open(path);
  if (!file)
    return std::nullopt;
  if (file->size_bytes() > cap)
    throw Error(Errc::Corrupt,
                base::cat("has ", file->size_bytes(), " bytes, more than the limit of ", cap));
  // The size is a claim of a foreign file system: read one byte past it and believe what comes.
  std::string text(static_cast<size_t>(file->size_bytes()) + 1, '\0');
  text.resize(file->pread(text.data(), text.size(), 0));
  if (text.size() > file->size_bytes())
    throw Error(Errc::Corrupt, "is longer than its own size");
  return text;
}

}  // namespace glovebox::inspect
