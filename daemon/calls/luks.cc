// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: LUKS containers. Keys travel on stdin: a command line is everybody's to read.
#include "base/cat.h"
#include "base/child.h"
#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/inspection.h"
#include "guestd/functions.h"

namespace glovebox::guestd {
namespace {

constexpr int32_t kKeySlots = 8;
constexpr auto kKeyTimeout = std::chrono::minutes(5);  // deriving one is slow, and meant to be

}  // namespace

void luks_format(Appliance& app,
                 const std::string& device,
                 const std::string& key,
                 int32_t keyslot) {
  const BlockDevice found = app.device(device);
  if (keyslot < 0 || keyslot >= kKeySlots)
    throw Error(Errc::Usage, base::cat("there is no key slot ", keyslot, ", only 0 to 7"), EINVAL);
  if (key.empty())
    throw Error(Errc::Usage, "the key is empty", EINVAL);
  app.inspection->release();
  try {
    base::run_ok({.argv = {"cryptsetup", "--batch-mode", "--key-slot", std::to_string(keyslot),
                           "--key-file", "-", "luksFormat", "--", found.name},
                  .stdin_text = key,
                  .timeout = kKeyTimeout});
  } catch (Error& e) {
    app.forget(found);
    throw e.in(found.name);
  }
  app.forget(found);
}

std::string luks_uuid(Appliance& app, const std::string& device) {
  const BlockDevice found = app.device(device);
  const Content& content = app.prober.content(found);
  if (content.type != "crypto_LUKS")
    throw Error(Errc::Usage, base::cat(found.name, ": not a LUKS container"), EINVAL);
  return content.uuid;
}

}  // namespace glovebox::guestd
