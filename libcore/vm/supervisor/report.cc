// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/supervisor/report.h"

#include <unistd.h>

#include "vm/supervisor/failure.h"

namespace glovebox::vm {
namespace {

// Paths are bytes: what is not printable ASCII is written as \u00NN, which keeps any line valid
// JSON.
std::string quoted(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      out += {'\\', c};
    else if (byte < 0x20 || byte > 0x7e)
      out += {'\\', 'u', '0', '0', kHex[byte >> 4], kHex[byte & 15]};
    else
      out += c;
  }
  return out + "\"";
}

}  // namespace

void Report::line(const std::string& json) {
  const std::string text = json + "\n";
  // Short enough for a pipe to take it at once; a reader that went away is noticed by the life
  // descriptor.
  if (fd_ >= 0) [[maybe_unused]]
    const ssize_t n = write(fd_, text.data(), text.size());
}

void Report::present(std::string_view layer, int abi) {
  line("{\"layer\":" + quoted(layer) + (abi > 0 ? ",\"abi\":" + std::to_string(abi) : "") +
       ",\"ok\":true}");
}

void Report::missing(std::string_view layer, const std::string& reason) {
  all_present_ = false;
  line("{\"layer\":" + quoted(layer) + ",\"ok\":false,\"reason\":" + quoted(reason) + "}");
  for (const std::string& name : required_)
    if (name == layer)
      throw Failure{"confinement layer '" + name +
                    "' is required but not available here: " + reason};
}

void Report::child(int pid) {
  line("{\"child\":" + quoted(std::to_string(pid)) + "}");
}

void Report::error(const std::string& text) {
  line("{\"error\":" + quoted(text) + "}");
}

}  // namespace glovebox::vm
