// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/warm_up.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "base/error.h"
#include "daemon/block/probe.h"
#include "daemon/block/volumes.h"

namespace glovebox::guestd {
namespace {

constexpr off_t kProbedBytes = 4 << 20;

void warm_libblkid() {
  const base::UniqueFd image = base::make_memfd("warm-up");
  if (::ftruncate(image.get(), kProbedBytes) != 0)
    return;
  probe_content(image.get(), "warm-up");
  probe_table(image.get(), "warm-up");
}

}  // namespace

void warm_up(Appliance& app) {
  try {
    warm_libblkid();
    list_volumes(app.assembly);
  } catch (const Error&) {
    return;
  }
}

}  // namespace glovebox::guestd
