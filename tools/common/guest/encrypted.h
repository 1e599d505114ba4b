// SPDX-License-Identifier: GPL-2.0-or-later
//
// Opening a guest's encrypted volumes (LUKS, BitLocker), so that inspection and mounting see what
// they hold. A container that no key is given for, and nobody can be asked about, stays closed;
// inspection tells of it.
#pragma once

#include <string>
#include <vector>

#include "glovebox/calls.h"
#include "inspect/report/report.h"
#include "tools/common/guest/keys.h"

namespace glovebox::tools {

enum class Ask { No, Yes };

// Opens every container that there is a key for, those inside of others too, as
// /dev/mapper/luks-UUID. Throws UsageError if none of a container's keys opens it.
void open_encrypted(Calls& guest, Keys& keys, Ask ask);

// "LUKS", "BitLocker".
std::string type_text(const InternalEncrypted& container);

// Why none of these keys was tried on a container that none of them names: "none of the keys given
// names it ...", with its names. Empty if there are no keys.
std::string unnamed_text(const InternalEncrypted& container, const std::vector<KeySelector>& keys);

// Says so in the report's problems of the containers that stay closed.
void explain_closed(Calls& guest, const std::vector<KeySelector>& keys, inspect::Report& report);

}  // namespace glovebox::tools
