// SPDX-License-Identifier: LGPL-2.1-or-later
//
// virt-inspector --xpath QUERY: reads an XML document, evaluates the query, writes each node of the
// result as a document of its own, or the string, number or boolean that it is. Throws Error with
// the original's messages and libxml's words; nothing is printed on stderr.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>

namespace glovebox::inspect {

inline constexpr size_t kMaxDocumentBytes = 256 << 20;

void run_xpath(const std::string& query,
               std::istream& in,
               std::ostream& out,
               size_t most_bytes = kMaxDocumentBytes);

}  // namespace glovebox::inspect
