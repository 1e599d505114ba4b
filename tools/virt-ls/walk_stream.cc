// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/virt-ls/walk_stream.h"

#include <optional>
#include <utility>

#include "glovebox/error.h"
#include "proto/coders.h"
#include "proto/xdr.h"

namespace glovebox::tools {
namespace {

// The first entry of the bytes, taken off them; absent if it is not there as a whole. The reader
// cannot tell an entry that goes on in the next piece from a damaged one; the limit on its size
// decides.
std::optional<WalkEntry> take_entry(std::string_view& bytes) {
  proto::XdrReader in(bytes);
  try {
    auto entry = proto::read_struct<WalkEntry>(in);
    bytes.remove_prefix(bytes.size() - in.remaining());
    return entry;
  } catch (const Error&) {
    if (bytes.size() > WalkStream::kMaxEntryBytes)
      throw;
    return {};
  }
}

}  // namespace

WalkStream::WalkStream(std::function<void(const WalkEntry&)> on_entry)
    : on_entry_(std::move(on_entry)) {}

void WalkStream::feed(std::string_view piece) {
  rest_.append(piece);
  std::string_view bytes = rest_;
  while (!bytes.empty()) {
    const std::optional<WalkEntry> entry = take_entry(bytes);
    if (!entry)
      break;
    on_entry_(*entry);
  }
  rest_.erase(0, rest_.size() - bytes.size());
}

void WalkStream::finish() const {
  if (!rest_.empty())
    throw Error(Errc::Corrupt, "the appliance's list of files is damaged or ends too early");
}

}  // namespace glovebox::tools
