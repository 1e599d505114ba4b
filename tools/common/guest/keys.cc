// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/guest/keys.h"

#include <fcntl.h>
#include <strings.h>
#include <unistd.h>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "inspect/report/base64.h"
#include "tools/common/guest/passphrase.h"

namespace glovebox::tools {
namespace {

using base::cat;

constexpr uint64_t kMaxKeyFileBytes = 1 << 20;

std::string text_key(const std::string& text) {
  return "text:" + text;
}

std::string doubled_dashes(std::string_view name) {
  std::string result;
  for (const char c : name) result.append(c == '-' ? 2 : 1, c);
  return result;
}

// "/dev/mapper/vg--a-root" for "/dev/vg-a/root"; empty for what is no logical volume.
std::string mapper_name(const std::string& device) {
  const std::vector<std::string> parts = base::split(device, '/');  // "", "dev", "vg-a", "root"
  if (parts.size() != 4 || parts[2] == "mapper")
    return {};
  return cat("/dev/mapper/", doubled_dashes(parts[2]), "-", doubled_dashes(parts[3]));
}

// The guest's own name of a drive, /dev/vda, as ours.
std::string drive_name(const std::string& id) {
  if (id.starts_with("/dev/vd") || id.starts_with("/dev/hd"))
    return cat("/dev/sd", id.substr(7));
  return id;
}

// The whole file, as cryptsetup takes it; where it ends with a newline that an editor may have put
// there, also without. A pipe is waited for: <(pass show disk) is one.
std::vector<std::string> keys_of_file(const std::string& path) {
  const base::UniqueFd fd = base::open_file(path, O_RDONLY);
  std::string bytes = base::read_all(fd.get(), kMaxKeyFileBytes, path);
  std::vector<std::string> keys = {"base64:" + inspect::base64_encode(bytes)};
  if (bytes.ends_with('\n')) {
    bytes.pop_back();
    keys.push_back("base64:" + inspect::base64_encode(bytes));
  }
  return keys;
}

std::string line_of_stdin(const std::string& device) {
  std::optional<std::string> line = read_line(STDIN_FILENO, "standard input");
  if (!line)
    throw Error(Errc::Usage, cat("could not read a key for ", device,
                                 " from standard input: there are no more lines"));
  return std::move(*line);
}

}  // namespace

bool selects(const std::string& id, const std::string& device, const std::string& uuid) {
  return id == "all" || drive_name(id) == device ||
         (!id.empty() && (strcasecmp(id.c_str(), uuid.c_str()) == 0 || id == mapper_name(device)));
}

std::vector<std::string> Keys::matching(const std::string& device, const std::string& uuid) {
  std::vector<std::string> result;
  for (const KeySelector& key : options_.keys) {
    if (!selects(key.id, device, uuid))
      continue;
    if (key.kind == KeySelector::Kind::Clevis)
      throw Error(Errc::Unsupported,
                  cat("--key ", key.id, ":clevis: Clevis and Tang are not supported yet; give ",
                      device, " a key or a passphrase"));
    if (key.kind == KeySelector::Kind::Passphrase)
      result.push_back(text_key(key.value));
    else
      for (const std::string& bytes : of_file(key.value)) result.push_back(bytes);
  }
  return result;
}

const std::vector<std::string>& Keys::of_file(const std::string& path) {
  const auto known = files_.find(path);
  return known != files_.end() ? known->second : files_[path] = keys_of_file(path);
}

std::optional<std::string> Keys::ask(const std::string& device) {
  if (const auto known = answers_.find(device); known != answers_.end())
    return known->second;
  std::optional<std::string> answer =
      options_.keys_from_stdin
          ? line_of_stdin(device)
          : ask_on_terminal(cat("Enter key or passphrase (\"", device, "\"): "),
                            options_.echo_keys ? Echo::Yes : Echo::No);
  if (answer && answer->empty())
    answer.reset();
  if (answer)
    answer = text_key(*answer);
  return answers_[device] = std::move(answer);
}

}  // namespace glovebox::tools
