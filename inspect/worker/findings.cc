// SPDX-License-Identifier: GPL-2.0-or-later
//
// The form on the wire: 32-bit big-endian counts and integers, strings as a count and their bytes,
// lists as a count and their entries, members in the order of the struct. Both ends are the same
// build, so there is no version. Text is escaped when the plugin hands it over and again here; 16
// times kMaxFindingString is still what the host accepts.
#include "inspect/worker/findings.h"

#include <algorithm>
#include <array>
#include <concepts>

#include "base/byte_reader.h"
#include "base/cat.h"
#include "base/error.h"
#include "base/escape.h"
#include "inspect/report/report_json.h"

namespace glovebox::inspect {
namespace {

using base::cat;

static_assert(16 * kMaxFindingString <= kMaxReportString);

using StringMember = std::string OperatingSystem::*;
constexpr std::array<std::pair<std::string_view, StringMember>, 12> kStringKeys{{
    {"name", &OperatingSystem::name},
    {"arch", &OperatingSystem::arch},
    {"distro", &OperatingSystem::distro},
    {"product_name", &OperatingSystem::product_name},
    {"product_variant", &OperatingSystem::product_variant},
    {"package_format", &OperatingSystem::package_format},
    {"package_management", &OperatingSystem::package_management},
    {"windows_systemroot", &OperatingSystem::windows_systemroot},
    {"windows_current_control_set", &OperatingSystem::windows_current_control_set},
    {"hostname", &OperatingSystem::hostname},
    {"build_id", &OperatingSystem::build_id},
    {"osinfo", &OperatingSystem::osinfo},
}};
constexpr std::array<std::string_view, 3> kIntegerKeys{"major_version", "minor_version",
                                                       "windows_group_policy"};

// --- One list of members for both directions, as in report_json.cc.

template <typename Codec>
void fields(Codec& c, MountEntry& m) {
  c.text(m.spec), c.text(m.mountpoint), c.text(m.vfs_type), c.text(m.options);
}

template <typename Codec>
void fields(Codec& c, Application& a) {
  c.text(a.name), c.text(a.display_name), c.integer(a.epoch), c.text(a.version);
  c.text(a.release), c.text(a.arch), c.text(a.install_path), c.text(a.publisher);
  c.text(a.url), c.text(a.source_package), c.text(a.summary), c.paragraph(a.description);
  c.text(a.app_class);
}

template <typename Codec>
void fields(Codec& c, Problem& p) {
  c.text(p.where), c.text(p.what);
}

template <typename Codec>
void fields(Codec& c, Findings& f) {
  c.integer(f.role), c.integer(f.confidence);
  c.map(f.strings), c.map(f.integers);
  c.list(f.mounts, kMaxFindingMounts), c.list(f.drive_mappings, kMaxFindingMounts);
  bool has_applications = f.applications.has_value();
  c.integer(has_applications);
  if (has_applications) {
    if (!f.applications)
      f.applications.emplace();
    c.list(*f.applications, kMaxApplications);
  }
  c.bytes(f.icon, kMaxIconBytes);
  c.list(f.problems, kMaxFindingProblems + 1);
  c.integer(f.result);
}

class Encoder {
 public:
  template <typename T>
  void integer(const T& value) {
    const auto bits = static_cast<uint32_t>(value);
    out_ += {static_cast<char>(bits >> 24), static_cast<char>(bits >> 16),
             static_cast<char>(bits >> 8), static_cast<char>(bits)};
  }
  void bytes(const std::string& value, size_t) {
    integer(value.size());
    out_ += value;
  }
  void text(const std::string& value) { bytes(value, 0); }
  void paragraph(const std::string& value) { bytes(value, 0); }
  template <typename T>
  void list(std::vector<T>& values, size_t) {
    integer(values.size());
    for (T& value : values) fields(*this, value);
  }
  template <typename T>
  void map(std::map<std::string, T>& values) {
    integer(values.size());
    for (auto& [key, value] : values) {
      bytes(key, 0);
      if constexpr (std::integral<T>)
        integer(value);
      else
        bytes(value, 0);
    }
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : reader_(bytes) {}

  uint32_t word() { return reader_.read<base::be32>(); }
  void integer(int32_t& into) { into = static_cast<int32_t>(word()); }
  void integer(uint32_t& into) { into = word(); }
  void integer(bool& into) { into = word() != 0; }
  void integer(Role& into) {
    const uint32_t value = word();
    if (value > static_cast<uint32_t>(Role::SplitRoot))
      throw Error(Errc::Corrupt, cat("role ", value, " does not exist"));
    into = static_cast<Role>(value);
  }
  void bytes(std::string& into, size_t cap) {
    const uint32_t size = word();
    if (size > cap)
      throw Error(Errc::Corrupt, cat("a string of ", size, " bytes, more than ", cap));
    into = reader_.take_text(size);
  }
  void text(std::string& into) {
    bytes(into, 4 * kMaxFindingString);
    into = clean(into);
  }
  void paragraph(std::string& into) {
    bytes(into, 4 * kMaxFindingString);
    into = clean_paragraph(into);
  }
  template <typename T>
  void list(std::vector<T>& into, size_t cap) {
    const uint32_t count = word();
    if (count > cap)
      throw Error(Errc::Corrupt, cat("a list of ", count, " entries, more than ", cap));
    for (uint32_t i = 0; i < count; ++i) fields(*this, into.emplace_back());
  }
  template <typename T>
  void map(std::map<std::string, T>& into) {
    const uint32_t count = word();
    for (uint32_t i = 0; i < count; ++i) {
      std::string key;
      text(key);
      if (std::integral<T> ? !is_integer_key(key) : !is_string_key(key))
        throw Error(Errc::Corrupt, cat("unknown key \"", key, "\""));
      if constexpr (std::integral<T>)
        integer(into[key]);
      else
        text(into[key]);
    }
  }
  void finish() const {
    if (!reader_.at_end())
      throw Error(Errc::Corrupt, cat(reader_.remaining(), " bytes too many"));
  }

 private:
  base::ByteReader reader_;
};

}  // namespace

bool is_string_key(std::string_view key) {
  return std::any_of(kStringKeys.begin(), kStringKeys.end(),
                     [&](const auto& entry) { return entry.first == key; });
}

bool is_integer_key(std::string_view key) {
  return std::find(kIntegerKeys.begin(), kIntegerKeys.end(), key) != kIntegerKeys.end();
}

std::string clean(std::string_view text) {
  const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7f; };
  if (std::all_of(text.begin(), text.end(), is_plain))
    return std::string(text);
  return base::escape_controls(text);
}

std::string clean_paragraph(std::string_view text) {
  const auto is_plain = [](char c) { return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t'; };
  if (std::all_of(text.begin(), text.end(), is_plain))
    return std::string(text);
  std::string out;
  for (;;) {
    const size_t end = text.find_first_of("\n\t");
    out += clean(text.substr(0, end));
    if (end == std::string_view::npos)
      return out;
    out += text[end];
    text.remove_prefix(end + 1);
  }
}

std::string encode(const Findings& findings) {
  Encoder encoder;
  Findings copy = findings;
  fields(encoder, copy);
  return encoder.take();
}

Findings decode_findings(std::string_view bytes) {
  Findings findings;
  Decoder decoder(bytes);
  fields(decoder, findings);
  decoder.finish();
  return findings;
}

void apply_fields(const Findings& findings, OperatingSystem& os) {
  for (const auto& [key, member] : kStringKeys)
    if (const auto found = findings.strings.find(std::string(key)); found != findings.strings.end())
      os.*member = found->second;
  const auto integer = [&](const char* key) -> std::optional<int32_t> {
    const auto found = findings.integers.find(key);
    return found == findings.integers.end() ? std::nullopt : std::optional(found->second);
  };
  if (const auto value = integer("major_version"))
    os.major_version = value;
  if (const auto value = integer("minor_version"))
    os.minor_version = value;
  if (const auto value = integer("windows_group_policy"))
    os.windows_group_policy = *value != 0;
}

}  // namespace glovebox::inspect
