// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/appliance.h"

#include "daemon/inspection.h"
#include "daemon/sysroot/augeas_worker.h"
#include "daemon/sysroot/open_through.h"

namespace glovebox::guestd {

Appliance::Appliance(const std::string& plugins_directory)
    : inspection(std::make_unique<Inspection>(plugins_directory)) {}

Appliance::~Appliance() = default;

}  // namespace glovebox::guestd
