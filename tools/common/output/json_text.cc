// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/output/json_text.h"

#include "base/cat.h"
#include "base/escape.h"
#include "inspect/report/base64.h"

namespace glovebox::tools {

using base::cat;

std::string json_text(std::string_view text) {
  if (!base::is_utf8(text))
    return json_text(base::escape_controls(text));
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      out += {'\\', c};
    else if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (byte < 0x20 || byte == 0x7f)
      out += base::json_escape(byte);
    else
      out += c;
  }
  return base::replace_invisible(out, base::json_escape) + "\"";
}

std::string json_member(std::string_view name, std::string_view text) {
  std::string out = cat("\"", name, "\": ", json_text(text));
  if (!base::is_utf8(text))
    out += cat(", \"", name, "_base64\": \"", inspect::base64_encode(text), "\"");
  return out;
}

}  // namespace glovebox::tools
