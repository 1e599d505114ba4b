// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/virt-cat/cat_files.h"

#include <cstdlib>

#include "tools/common/cli/signals.h"
#include "tools/common/guest/guest_path.h"
#include "tools/common/output/stream.h"

namespace glovebox::tools {
namespace {

void cat_file(Calls& guest, const std::string& file, Output& out) {
  require_guest_path(file);
  stream([&](const LocalFile& sink) { guest.download(file, sink); },
         [&](std::string_view piece) { out.append(piece); });
}

bool concerns_this_file_only(const Error& e) {
  return e.code() == Errc::Remote || e.code() == Errc::Usage;
}

}  // namespace

int cat_files(Calls& guest,
              const std::vector<std::string>& files,
              Output& out,
              Messages& messages) {
  int status = EXIT_SUCCESS;
  for (const std::string& file : files) {
    throw_if_signalled();
    try {
      cat_file(guest, file, out);
    } catch (const Error& e) {
      out.discard();
      if (!concerns_this_file_only(e))
        throw;
      messages.error(e.what());
      status = EXIT_FAILURE;
      continue;
    }
    out.commit();
  }
  return status;
}

}  // namespace glovebox::tools
