// SPDX-License-Identifier: GPL-2.0-or-later
// A physical volume with the input as its bytes; if the input starts with "text:", the rest is
// metadata that passed its CRC.
#include "base/error.h"
#include "daemon/formats/lvm_metadata.h"

using namespace glovebox;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr std::string_view kText = "text:";
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (bytes.starts_with(kText)) {
    guestd::plan_activation(
        {{{"KtsJ5M7yM0XVXW6pzK4qQjxyxPdUv3cB", std::string(bytes.substr(kText.size()))}, "8:3"}});
    return 0;
  }
  try {
    const guestd::PhysicalVolume volume =
        guestd::read_physical_volume([&](uint64_t offset, size_t count) {
          if (offset > size || count > size - offset)
            throw Error(Errc::Corrupt, "too short");
          return std::string(bytes.substr(offset, count));
        });
    guestd::plan_activation({{volume, "8:3"}});
  } catch (const Error&) {
    return 0;  // the documented answer to damage
  }
  return 0;
}
