// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/virt-head/head_files.h"

#include <charconv>
#include <cstdlib>

#include "base/cat.h"
#include "tools/common/cli/signals.h"
#include "tools/common/cli/usage_error.h"
#include "tools/common/guest/guest_path.h"

namespace glovebox::tools {
namespace {

void head_file(Calls& guest, const std::string& file, int32_t lines, Output& out) {
  require_guest_path(file);
  for (const std::string& line : guest.head_n(lines, file)) {
    out.append(line);
    out.append("\n");
  }
}

bool concerns_this_file_only(const Error& e) {
  return e.code() == Errc::Remote || e.code() == Errc::Usage;
}

}  // namespace

int32_t parse_lines(const std::string& text) {
  int32_t lines = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, lines);
  if (error != std::errc() || stop != end || lines < 1 || lines > kMaxHeadLines)
    throw UsageError(base::cat("--lines=", text, ": expecting a number from 1 to ", kMaxHeadLines),
                     Then::Nothing);
  return lines;
}

int head_files(Calls& guest,
               const std::vector<std::string>& files,
               int32_t lines,
               Output& out,
               Messages& messages) {
  int status = EXIT_SUCCESS;
  for (const std::string& file : files) {
    throw_if_signalled();
    try {
      head_file(guest, file, lines, out);
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
