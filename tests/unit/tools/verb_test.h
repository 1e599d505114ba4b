// SPDX-License-Identifier: GPL-2.0-or-later
//
// VerbTest: a fixture that runs a tool's verb on a guest without a VM.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <functional>
#include <sstream>
#include <string>

#include "base/files.h"
#include "base/unique_fd.h"
#include "tests/unit/tools/fake_calls.h"
#include "tools/common/output/messages.h"
#include "tools/common/output/output.h"

namespace glovebox::tools {

class VerbTest : public testing::Test {
 protected:
  // Returns the verb's exit status; what it wrote is in stdout_ and stderr_.
  int run_verb(const std::string& program, const std::function<int(Output&, Messages&)>& verb) {
    const base::UniqueFd fd = base::make_memfd("out");
    std::ostringstream err;
    Messages messages(program, err);
    Output out(fd.get());
    const int status = verb(out, messages);
    lseek(fd.get(), 0, SEEK_SET);
    stdout_ = base::read_all(fd.get(), 1 << 28, "out");
    stderr_ = err.str();
    return status;
  }

  FakeCalls guest_;
  std::string stdout_, stderr_;
};

}  // namespace glovebox::tools
