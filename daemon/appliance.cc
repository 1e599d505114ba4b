// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/appliance.h"

#include "daemon/augeas_worker.h"
#include "daemon/inspection.h"
#include "daemon/open_hive.h"
#include "daemon/open_journal.h"

namespace glovebox::guestd {

Appliance::Appliance(const std::string& plugins_directory)
    : inspection(std::make_unique<Inspection>(plugins_directory)) {}

Appliance::~Appliance() = default;

}  // namespace glovebox::guestd
