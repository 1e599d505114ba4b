// SPDX-License-Identifier: GPL-2.0-or-later
// Feeds a text to what reads glovebox.conf.
#include "base/error.h"
#include "disk/format_rules.h"

using namespace glovebox;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    disk::FormatRules(disk::parse_format_rules(text, "glovebox.conf")).find("/tmp/x/y");
  } catch (const Error&) {
  }
  return 0;
}
