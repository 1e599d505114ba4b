// SPDX-License-Identifier: GPL-2.0-or-later
// The report as the host reads it. What is accepted is a report that every format can print and
// that comes back equal.
#include <cstdint>
#include <cstdlib>
#include <sstream>

#include "base/error.h"
#include "inspect/format/json.h"
#include "inspect/format/xml.h"
#include "inspect/report/report_json.h"

using namespace glovebox;
using namespace glovebox::inspect;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Report report;
  try {
    report = from_json({reinterpret_cast<const char*>(data), size});
  } catch (const Error&) {
    return 0;
  }
  std::ostringstream out;
  write_xml(report, out);
  write_json(report, {.sources = {"fuzz"}, .version = "0"}, out);
  if (from_json(to_json(report)) != report)
    std::abort();
  return 0;
}
