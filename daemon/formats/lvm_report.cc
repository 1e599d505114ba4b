// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/lvm_report.h"

#include <algorithm>
#include <charconv>

#include "base/cat.h"
#include "base/error.h"
#include "base/number_text.h"

namespace glovebox::guestd {
namespace {

constexpr char kSeparator = '|';  // no name, tag or number of LVM's can hold one
constexpr size_t kMaxLines = 1 << 16;

// Unbuffered: in the order of the metadata, as libguestfs asks for it, and not sorted by name.
const std::string kReportOptions = " --unbuffered --noheadings --nosuffix --units b --separator |";

// The fields of one line, taken in the order in which they were asked for.
class Row {
 public:
  explicit Row(std::string_view line)
      : line_(line), fields_(base::split(base::trim(line), kSeparator)) {}

  std::string text() {
    if (next_ == fields_.size())
      throw Error(Errc::Corrupt, base::cat("LVM's report is too short: ", base::escape(line_)),
                  EPROTO);
    return fields_[next_++];
  }

  std::string uuid() {
    std::string value = text();
    std::erase(value, '-');
    if (value.size() != 32)
      throw Error(Errc::Corrupt, base::cat("not an LVM UUID: ", base::escape(value)), EPROTO);
    return value;
  }

  template <typename T>
  T number() {
    const std::string value = text();
    if (value.empty())
      return 0;  // a column that does not apply
    const auto result = base::parse_number<T>(value);
    if (!result)
      throw Error(Errc::Corrupt, base::cat("not a number in LVM's report: ", base::escape(value)),
                  EPROTO);
    return *result;
  }
  uint64_t bytes() { return number<uint64_t>(); }
  int64_t count() { return number<int64_t>(); }

  float percent() {
    const std::string value = text();
    if (value.empty())
      return -1;
    float result = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), result);
    if (error != std::errc() || end != value.data() + value.size())
      throw Error(Errc::Corrupt,
                  base::cat("not a percentage in LVM's report: ", base::escape(value)), EPROTO);
    return result;
  }

  void finish() const {
    if (next_ != fields_.size())
      throw Error(Errc::Corrupt, base::cat("LVM's report is too long: ", base::escape(line_)),
                  EPROTO);
  }

 private:
  std::string_view line_;
  std::vector<std::string> fields_;
  size_t next_ = 0;
};

template <typename T, typename Parse>
std::vector<T> parse_rows(std::string_view text, Parse&& parse) {
  std::vector<T> result;
  for (const std::string& line : base::split(text, '\n')) {
    if (base::trim(line).empty())
      continue;
    if (result.size() == kMaxLines)
      throw Error(Errc::Corrupt, "LVM's report is too long", EPROTO);
    Row row(line);
    result.push_back(parse(row));
    row.finish();
  }
  return result;
}

}  // namespace

const std::string kPvReport =
    "pvs -o "
    "pv_name,pv_uuid,pv_fmt,pv_size,dev_size,pv_free,pv_used,pv_attr,pv_pe_count,pv_pe_alloc_count,"
    "pv_tags,"
    "pe_start,pv_mda_count,pv_mda_free" +
    kReportOptions;
const std::string kVgReport =
    "vgs -o "
    "vg_name,vg_uuid,vg_fmt,vg_attr,vg_size,vg_free,vg_sysid,vg_extent_size,vg_extent_count,vg_"
    "free_count,max_lv,"
    "max_pv,pv_count,lv_count,snap_count,vg_seqno,vg_tags,vg_mda_count,vg_mda_free" +
    kReportOptions;
const std::string kLvReport =
    "lvs -o "
    "lv_name,lv_uuid,lv_attr,lv_major,lv_minor,lv_kernel_major,lv_kernel_minor,lv_size,seg_count,"
    "origin,"
    "snap_percent,copy_percent,move_pv,lv_tags,mirror_log,modules" +
    kReportOptions;

// Braced initialisers are evaluated from left to right, which is the order of the columns above.
std::vector<LvmPv> parse_pv_report(std::string_view text) {
  return parse_rows<LvmPv>(text, [](Row& row) {
    return LvmPv{row.text(),  row.uuid(),  row.text(),  row.bytes(), row.bytes(),
                 row.bytes(), row.bytes(), row.text(),  row.count(), row.count(),
                 row.text(),  row.bytes(), row.count(), row.bytes()};
  });
}

std::vector<LvmVg> parse_vg_report(std::string_view text) {
  return parse_rows<LvmVg>(text, [](Row& row) {
    return LvmVg{row.text(),  row.uuid(),  row.text(),  row.text(),  row.bytes(),
                 row.bytes(), row.text(),  row.bytes(), row.count(), row.count(),
                 row.count(), row.count(), row.count(), row.count(), row.count(),
                 row.count(), row.text(),  row.count(), row.bytes()};
  });
}

std::vector<LvmLv> parse_lv_report(std::string_view text) {
  return parse_rows<LvmLv>(text, [](Row& row) {
    return LvmLv{row.text(),  row.uuid(),  row.text(),  row.count(), row.count(),   row.count(),
                 row.count(), row.bytes(), row.count(), row.text(),  row.percent(), row.percent(),
                 row.text(),  row.text(),  row.text(),  row.text()};
  });
}

std::vector<std::string> parse_names(std::string_view text) {
  std::vector<std::string> result;
  for (const std::string& line : base::split(text, '\n'))
    if (const std::string_view name = base::trim(line); !name.empty())
      result.emplace_back(name);
  return result;
}

}  // namespace glovebox::guestd
