// SPDX-License-Identifier: LGPL-2.1-or-later
//
// CPointer owns what a C library gave, until its function for that takes it back: CPointer<xmlDoc,
// xmlFreeDoc>.
#pragma once

#include <memory>

namespace glovebox::base {

template <auto kFree>
struct FreedBy {
  void operator()(auto* object) const { kFree(object); }
};
template <typename T, auto kFree>
using CPointer = std::unique_ptr<T, FreedBy<kFree>>;

}  // namespace glovebox::base
