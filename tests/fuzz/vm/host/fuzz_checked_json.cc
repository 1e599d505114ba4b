// SPDX-License-Identifier: GPL-2.0-or-later
// The input as each of the documents that we wrote ourselves and read again: it is refused, or what
// was understood of it can be written and read once more.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "vm/host/kvm_verdict.h"
#include "vm/host/layer_report.h"
#include "vm/template/appliance_description.h"
#include "vm/template/template_description.h"

using namespace glovebox;

namespace {

template <typename Action>
void unless_refused(const Action& action) {
  try {
    action();
  } catch (const Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  unless_refused([&] { vm::parse_appliance_description(text); });
  unless_refused([&] { vm::parse_layer_report(text); });
  unless_refused([&] {
    const vm::KvmVerdict verdict = vm::parse_kvm_verdict(text);
    if (vm::parse_kvm_verdict(to_json(verdict)) != verdict)
      std::abort();
  });
  unless_refused([&] {
    const vm::TemplateDescription description = vm::parse_template_description(text);
    if (vm::parse_template_description(to_json(description)) != description)
      std::abort();
  });
  return 0;
}
