// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/error.h"
#include "daemon/formats/lvm_report.h"

using namespace glovebox;

template <typename Parse>
static void try_parse(Parse&& parse, std::string_view text) {
  try {
    parse(text);
  } catch (const Error&) {
    return;  // the documented answer to damage
  }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try_parse(guestd::parse_pv_report, text);
  try_parse(guestd::parse_vg_report, text);
  try_parse(guestd::parse_lv_report, text);
  guestd::parse_names(text);
  return 0;
}
