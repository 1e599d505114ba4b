// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/engine/problem_list.h"

#include "base/cat.h"
#include "inspect/worker/findings.h"

namespace glovebox::inspect {
namespace {

constexpr size_t kMaxProblems = 10000;  // and one that says that there are more

}  // namespace

void ProblemList::add(const std::string& where, const std::string& what) {
  Problem added{clean(where), clean(what)};
  if (seen_.size() > kMaxProblems || !seen_.insert(base::cat(added.where, '\n', added.what)).second)
    return;
  if (seen_.size() > kMaxProblems)
    added = {"problems", base::cat("more than ", kMaxProblems, "; the rest is left out")};
  problems_.push_back(std::move(added));
}

void ProblemList::add(const std::vector<Problem>& problems) {
  for (const Problem& p : problems) add(p.where, p.what);
}

}  // namespace glovebox::inspect
