// SPDX-License-Identifier: GPL-2.0-or-later
//
// What virt-ls does: lists directories of a mounted guest. One that cannot be read is told and not
// listed; one that is listed with what is below it is told by name whatever could not be read
// there.
#pragma once

#include <string>
#include <vector>

#include "glovebox/calls.h"
#include "tools/common/output/messages.h"
#include "tools/common/output/output.h"
#include "tools/virt-ls/listing.h"

namespace glovebox::tools {

enum class Mode { Names, Long, Tree, LongTree };  // nothing, -l, -R, -lR
enum class Form { Text, Csv, Json };

struct ListOptions {
  Mode mode = Mode::Names;
  Form form = Form::Text;
  Columns columns = {};
  std::string checksum = {};  // the type, if columns.checksum
  Names names = Names::Exact;
};

// The exit status: 1 if any directory, or anything below one, could not be read; each is told, and
// the others listed.
int list_directories(Calls& guest,
                     const std::vector<std::string>& directories,
                     const ListOptions& options,
                     Output& out,
                     Messages& messages);

}  // namespace glovebox::tools
