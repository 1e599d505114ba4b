// SPDX-License-Identifier: GPL-2.0-or-later
//
// The calls that the library makes of others (location "host"): what they understand of a file or a
// reply from an appliance. The first byte chooses the call, the rest is the answer to all that it
// asks.
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "glovebox/calls.h"

namespace {

using namespace glovebox;

class FuzzedCalls : public Calls {
 public:
  explicit FuzzedCalls(std::string_view answer) : answer_(answer) {}

 protected:
  std::string transact(const CallInfo&, const Request& request) override {
    if (!request.file_out)
      return std::string(answer_);
    base::write_all(request.file_out->fd, answer_, "answer");
    return {};
  }

 private:
  const std::string_view answer_;
};

void call(Calls& calls, uint8_t which, std::string_view answer) {
  const std::vector<std::string> names = {"a", "b"};
  const std::vector<std::function<void()>> all = {
      [&] { calls.read_file("/f"); },
      [&] { calls.read_lines("/f"); },
      [&] { calls.ls("/d"); },
      [&] { calls.find("/d"); },
      [&] { calls.readdir("/d"); },
      [&] { calls.stat("/f"); },
      [&] { calls.lstat("/f"); },
      [&] { calls.lstatnslist("/d", names); },
      [&] { calls.readlinklist("/d", names); },
      [&] { calls.lxattrlist("/d", names); },
      [&] { calls.lstatlist("/d", names); },
      [&] { calls.cat("/f"); },
      [&] { calls.journal_get(); },
      [&] { calls.filesystem_walk("/dev/sda"); },
      [&] { calls.find_inode("/dev/sda", 1); },
      [&] { calls.yara_scan("/f"); },
      [&] { calls.available({"lvm2"}); },
      [&] { calls.feature_available({"lvm2"}); },
      [&] { calls.write("/f", answer); },
      [&] { calls.write_append("/f", answer); },
      [&] { calls.canonical_device_name(std::string(answer)); },
      [&] { calls.mountable_device(std::string(answer)); },
      [&] { calls.mountable_subvolume(std::string(answer)); },
  };
  all[which % all.size()]();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0)
    return 0;
  const std::string_view answer(reinterpret_cast<const char*>(data) + 1, size - 1);
  FuzzedCalls calls(answer);
  try {
    call(calls, data[0], answer);
  } catch (const Error&) {
  }
  return 0;
}
