// SPDX-License-Identifier: GPL-2.0-or-later
//
// A root whose /usr is on a volume of its own that no mount table names (Role::SplitRoot).
#pragma once

#include <vector>

#include "inspect/engine/claim.h"

namespace glovebox::inspect {

// The volume that is this root's /usr: of those that were claimed as one (Role::Usr) for the same
// distro, that of the highest version, which is the one in use. nullptr if there is none, and for a
// root of another kind.
const Volume* separate_usr_of(const Claim& root, const std::vector<Claim>& claims);

}  // namespace glovebox::inspect
