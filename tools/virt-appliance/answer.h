// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the verbs of virt-appliance share: whose files they mean, and how they answer.
#pragma once

namespace glovebox::tools {

enum class AnswerForm { Text, Json };

// User: the caller's own cache and the appliance beside the program. System: those of
// /var/lib/glovebox.
enum class Whose { User, System };

}  // namespace glovebox::tools
