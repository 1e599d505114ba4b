// SPDX-License-Identifier: GPL-2.0-or-later
//
// What lvs, vgs and pvs print, as structs. The texts come from LVM, but names, tags and numbers in
// them are the guest's: a line that does not have the columns asked for is Error(Corrupt). Pure
// functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "glovebox/structs.h"

namespace glovebox::guestd {

// The commands whose output the functions below take.
extern const std::string kPvReport;
extern const std::string kVgReport;
extern const std::string kLvReport;

std::vector<LvmPv> parse_pv_report(std::string_view text);
std::vector<LvmVg> parse_vg_report(std::string_view text);
std::vector<LvmLv> parse_lv_report(std::string_view text);

// One trimmed value a line, empty lines left out.
std::vector<std::string> parse_names(std::string_view text);

}  // namespace glovebox::guestd
