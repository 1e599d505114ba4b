// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/appliance.h"

#include "daemon/inspection.h"

namespace glovebox::guestd {

Appliance::Appliance(const std::string& plugins_directory)
    : inspection(std::make_unique<Inspection>(plugins_directory)) {}

Appliance::~Appliance() = default;

}  // namespace glovebox::guestd
