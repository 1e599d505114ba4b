// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Landlock: the kernel refuses every file access that is not granted here, whoever the user is, for
// the rest of the process's life. Each interface version (ABI) covers more; we ask the kernel for
// all that it knows.
#pragma once

#include <string>
#include <vector>

namespace glovebox::vm {

struct LandlockGrants {
  std::vector<std::string> read, write, exec, device;
};

// The kernel's ABI, 0 if it has no Landlock; `reason` then says why.
int landlock_abi(std::string& reason);

// Needs no_new_privs. Throws Failure.
void enter_landlock(int abi, const LandlockGrants& grants);

}  // namespace glovebox::vm
