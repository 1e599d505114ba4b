// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/guest/encrypted.h"

#include <algorithm>
#include <set>

#include "base/cat.h"
#include "base/error.h"
#include "tools/common/cli/signals.h"
#include "tools/common/cli/usage_error.h"

namespace glovebox::tools {
namespace {

using base::cat;

// A guest may nest containers; one with more of them than this is not honest.
constexpr size_t kMaxOpened = 64;

bool is_uuid(const std::string& text) {
  return text.size() == 36 &&
         text.find_first_not_of("0123456789abcdefABCDEF-") == std::string::npos;
}

// As the original tools name it. A UUID is the guest's to choose: two containers may have the same.
std::string mapping_name(const InternalEncrypted& container, std::set<std::string>& used) {
  std::string name = cat("luks-", container.uuid);
  if (!is_uuid(container.uuid) || !used.insert(name).second) {
    name = "crypt";
    for (const char c : container.device.substr(container.device.find('/', 1) + 1))
      if (isalnum(static_cast<unsigned char>(c)))
        name += c;
    used.insert(name);
  }
  return name;
}

[[noreturn]] void no_key_fits(const InternalEncrypted& container, const std::string& last_error) {
  throw UsageError(cat("could not find key to open ", type_text(container), " encrypted ",
                       container.device, "."),
                   Then::Nothing,
                   {"Try using --key on the command line.", cat("Original error: ", last_error)});
}

class Opener {
 public:
  Opener(Calls& guest, Keys& keys, Ask ask) : guest_(guest), keys_(keys), ask_(ask) {}

  // Whether it is open now.
  bool open(const InternalEncrypted& container) {
    throw_if_signalled();
    const std::vector<std::string> candidates = keys_for(container);
    if (candidates.empty())
      return false;
    const std::string name = mapping_name(container, used_);
    std::string last_error;
    for (const std::string& key : candidates) {
      try {
        // Not read-only: a journal inside has to be replayed, into the throw-away layer.
        guest_.cryptsetup_open(container.device, key, name);
        return true;
      } catch (const Error& e) {
        if (e.code() != Errc::Remote)
          throw;
        last_error = e.what();
      }
    }
    no_key_fits(container, last_error);
  }

 private:
  std::vector<std::string> keys_for(const InternalEncrypted& container) {
    std::vector<std::string> result = keys_.matching(container.device, container.uuid);
    if (result.empty() && ask_ == Ask::Yes)
      if (std::optional<std::string> answer = keys_.ask(container.device))
        result.push_back(std::move(*answer));
    return result;
  }

  Calls& guest_;
  Keys& keys_;
  Ask ask_;
  std::set<std::string> used_;
};

}  // namespace

std::string type_text(const InternalEncrypted& container) {
  return container.type == "crypto_LUKS" ? "LUKS" : container.type;
}

void open_encrypted(Calls& guest, Keys& keys, Ask ask) {
  Opener opener(guest, keys, ask);
  std::set<std::string> closed;  // those that stay so
  for (size_t opened = 0; opened < kMaxOpened;) {
    const size_t before = opened;
    for (const InternalEncrypted& container : guest.internal_list_encrypted())
      if (!closed.contains(container.device)) {
        if (opener.open(container))
          ++opened;
        else
          closed.insert(container.device);
      }
    if (opened == before)
      return;
  }
}

std::string unnamed_text(const InternalEncrypted& container, const std::vector<KeySelector>& keys) {
  const auto names_it = [&](const KeySelector& key) {
    return selects(key.id, container.device, container.uuid);
  };
  if (keys.empty() || std::any_of(keys.begin(), keys.end(), names_it))
    return {};
  const std::string device = base::escape(container.device);
  return cat("none of the given keys is for this disk, which is ", device,
             container.uuid.empty() ? "" : cat(" or ", base::escape(container.uuid)));
}

void explain_closed(Calls& guest, const std::vector<KeySelector>& keys, inspect::Report& report) {
  if (keys.empty() || report.problems.empty())
    return;
  for (const InternalEncrypted& container : guest.internal_list_encrypted())
    for (inspect::Problem& problem : report.problems)
      if (problem.where == container.device)
        if (const std::string why = unnamed_text(container, keys); !why.empty())
          problem.what += cat("; ", why);
}

}  // namespace glovebox::tools
