// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/virt-appliance/launch_time.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tools/common/guest/guest.h"

namespace glovebox::tools {
namespace {

double one_launch(const GuestOptions& options, Messages& messages) {
  const auto begin = std::chrono::steady_clock::now();
  Guest guest(options, "virt-appliance", messages);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  guest.close();
  return took.count();
}

std::string three_decimals(double seconds) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.3f", seconds);
  return buffer;
}

}  // namespace

int measure_launches(
    const GuestOptions& guest, int launches, AnswerForm form, Output& out, Messages& messages) {
  std::string list;
  for (int i = 0; i < launches; ++i) {
    const std::string seconds = three_decimals(one_launch(guest, messages));
    list += (list.empty() ? "" : ", ") + seconds;
    if (form == AnswerForm::Text) {
      out.append(seconds + "\n");
      out.commit();
    }
  }
  if (form == AnswerForm::Json) {
    out.append("{\"seconds\": [" + list + "]}\n");
    out.commit();
  }
  return EXIT_SUCCESS;
}

}  // namespace glovebox::tools
