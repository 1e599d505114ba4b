// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What failed in the course of something that goes on all the same, for one error at its end: the
// first failure, and how many more there were. Bounded, however many there are.
#pragma once

#include <cstdint>
#include <string>

namespace glovebox::base {

class Failures {
 public:
  void add(const std::string& path, int errnum);
  uint64_t count() const { return count_; }
  // Throws System "PATH: reason (and N more)" with the first one's errno, the path escaped, and
  // without its middle if it is very long.
  void throw_if_any() const;

 private:
  std::string first_;
  int errnum_ = 0;
  uint64_t count_ = 0;
};

}  // namespace glovebox::base
