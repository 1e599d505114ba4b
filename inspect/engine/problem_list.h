// SPDX-License-Identifier: GPL-2.0-or-later
//
// ProblemList: the problems of an inspection, each once, and no more than a report can hold.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "inspect/report/report.h"

namespace glovebox::inspect {

class ProblemList {
 public:
  // Both may be a guest's words; they are escaped here.
  void add(const std::string& where, const std::string& what);
  void add(const std::vector<Problem>& problems);

  std::vector<Problem> take() { return std::move(problems_); }

 private:
  std::set<std::string> seen_;
  std::vector<Problem> problems_;
};

}  // namespace glovebox::inspect
