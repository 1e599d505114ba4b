// SPDX-License-Identifier: LGPL-2.1-or-later
#include "inspect/format/json.h"

#include <nlohmann/json.hpp>
#include <ostream>

#include "base/escape.h"
#include "inspect/report/report_json.h"

namespace glovebox::inspect {

void write_json(const Report& report, const JsonOptions& options, std::ostream& out) {
  using Json = nlohmann::ordered_json;
  Json document = Json::object();
  document["glovebox"] = options.version;
  document["source"] = base::escape_controls(options.sources.front());
  if (options.sources.size() > 1)
    for (const std::string& source : options.sources)
      document["sources"].push_back(base::escape_controls(source));
  document.update(Json::parse(to_json(report)));
  // These characters can only be inside strings.
  out << base::replace_invisible(document.dump(options.one_line ? -1 : 2), base::json_escape)
      << '\n';
}

}  // namespace glovebox::inspect
