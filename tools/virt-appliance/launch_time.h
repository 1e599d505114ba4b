// SPDX-License-Identifier: GPL-2.0-or-later
//
// virt-appliance launch-time: how many seconds it takes from a new handle to one that answers
// calls.
#pragma once

#include "tools/common/guest/guest_options.h"
#include "tools/common/output/messages.h"
#include "tools/common/output/output.h"
#include "tools/virt-appliance/answer.h"

namespace glovebox::tools {

// Launches that many times, one after the other, and prints the seconds of each, a line per launch
// (or a JSON list).
int measure_launches(
    const GuestOptions& guest, int launches, AnswerForm form, Output& out, Messages& messages);

}  // namespace glovebox::tools
