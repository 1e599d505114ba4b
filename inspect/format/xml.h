// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The report as the XML document of virt-inspector(1), byte for byte as the original writes it.
// Problems have no place in that format: the caller tells them on standard error.
#pragma once

#include <iosfwd>

#include "inspect/report/report.h"

namespace glovebox::inspect {

void write_xml(const Report& report, std::ostream& out);

}  // namespace glovebox::inspect
