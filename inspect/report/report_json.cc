// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Both directions walk the same lists of members: `members(Visitor&, T&)` names each member of a
// struct once, in the order of the document; Writer puts it into an ordered JSON object, Reader
// takes it out of one. So the two cannot disagree.
#include "inspect/report/report_json.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "base/cat.h"
#include "base/error.h"
#include "inspect/report/base64.h"

namespace glovebox::inspect {
namespace {

using Json = nlohmann::ordered_json;
using base::cat;

// --- The members, each named once.

template <typename Visitor>
void members(Visitor& v, Mountpoint& m) {
  v.mandatory("dev", m.dev);
  v.mandatory("path", m.path);
}

template <typename Visitor>
void members(Visitor& v, Filesystem& f) {
  v.mandatory("dev", f.dev);
  v.member("type", f.type);
  v.member("version", f.version);
  v.member("label", f.label);
  v.member("uuid", f.uuid);
}

template <typename Visitor>
void members(Visitor& v, DriveMapping& d) {
  v.mandatory("name", d.name);
  v.mandatory("dev", d.dev);
}

template <typename Visitor>
void members(Visitor& v, Application& a) {
  v.mandatory("name", a.name);
  v.member("display_name", a.display_name);
  v.member("epoch", a.epoch);
  v.member("version", a.version);
  v.member("release", a.release);
  v.member("arch", a.arch);
  v.member("install_path", a.install_path);
  v.member("publisher", a.publisher);
  v.member("url", a.url);
  v.member("source_package", a.source_package);
  v.member("summary", a.summary);
  v.paragraph("description", a.description);
  v.member("class", a.app_class);
}

template <typename Visitor>
void members(Visitor& v, OperatingSystem& os) {
  v.mandatory("root", os.root);
  v.member("name", os.name);
  v.member("arch", os.arch);
  v.member("distro", os.distro);
  v.member("product_name", os.product_name);
  v.member("product_variant", os.product_variant);
  v.member("major_version", os.major_version);
  v.member("minor_version", os.minor_version);
  v.member("package_format", os.package_format);
  v.member("package_management", os.package_management);
  v.member("windows_systemroot", os.windows_systemroot);
  v.member("windows_current_control_set", os.windows_current_control_set);
  v.member("windows_group_policy", os.windows_group_policy);
  v.member("hostname", os.hostname);
  v.member("build_id", os.build_id);
  v.member("osinfo", os.osinfo);
  v.list("mountpoints", os.mountpoints, kMaxListEntries);
  v.list("filesystems", os.filesystems, kMaxListEntries);
  v.optional_list("drive_mappings", os.drive_mappings, kMaxListEntries);
  v.optional_list("applications", os.applications, kMaxApplications);
  v.bytes("icon", os.icon, kMaxIconBytes);
}

template <typename Visitor>
void members(Visitor& v, Problem& p) {
  v.mandatory("where", p.where);
  v.mandatory("what", p.what);
}

template <typename Visitor>
void members(Visitor& v, Report& r) {
  v.list("operatingsystems", r.operatingsystems, kMaxSystems);
  v.list("problems", r.problems, kMaxListEntries);
}

// --- Writing. What is not known is left out.

class Writer {
 public:
  void mandatory(const char* name, const std::string& value) { object_[name] = value; }
  void member(const char* name, const std::string& value) {
    if (!value.empty())
      object_[name] = value;
  }
  void paragraph(const char* name, const std::string& value) { member(name, value); }
  void member(const char* name, const std::optional<int32_t>& value) {
    if (value)
      object_[name] = *value;
  }
  void member(const char* name, int32_t value) {
    if (value != 0)
      object_[name] = value;
  }
  void member(const char* name, bool value) {
    if (value)
      object_[name] = true;
  }
  void bytes(const char* name, const std::string& value, size_t) {
    if (!value.empty())
      object_[name] = base64_encode(value);
  }
  template <typename T>
  void list(const char* name, std::vector<T>& values, size_t) {
    Json array = Json::array();
    for (T& value : values) {
      Writer inner;
      members(inner, value);
      array.push_back(std::move(inner.object_));
    }
    object_[name] = std::move(array);
  }
  template <typename T>
  void optional_list(const char* name, std::vector<T>& values, size_t cap) {
    if (!values.empty())
      list(name, values, cap);
  }
  template <typename T>
  void optional_list(const char* name, std::optional<std::vector<T>>& values, size_t cap) {
    if (values)
      list(name, *values, cap);
  }
  const Json& result() const { return object_; }

 private:
  Json object_ = Json::object();
};

// --- Reading.

[[noreturn]] void corrupt(const std::string& path, const std::string& what) {
  throw Error(Errc::Corrupt, cat("report: ", path.empty() ? "the document" : path, ": ", what));
}

class Reader {
 public:
  Reader(const Json& object, std::string path) : object_(object), path_(std::move(path)) {
    if (!object.is_object())
      corrupt(path_, cat("expected an object, found ", object.type_name()));
  }

  void mandatory(const char* name, std::string& into) {
    if (!object_.contains(name))
      corrupt(inside(name), "is missing");
    member(name, into);
  }
  void member(const char* name, std::string& into) {
    text(name, into, kMaxReportString);
    check_characters(name, into, "");
  }
  void paragraph(const char* name, std::string& into) {
    text(name, into, kMaxReportString);
    check_characters(name, into, "\n\t");
  }
  void member(const char* name, std::optional<int32_t>& into) {
    if (const Json* value = take(name))
      into = integer(name, *value);
  }
  void member(const char* name, int32_t& into) {
    if (const Json* value = take(name))
      into = integer(name, *value);
  }
  void member(const char* name, bool& into) {
    const Json* value = take(name);
    if (value && !value->is_boolean())
      wrong_type(name, "true or false", *value);
    if (value)
      into = value->get<bool>();
  }
  void bytes(const char* name, std::string& into, size_t cap) {
    std::string encoded;
    text(name, encoded, cap / 3 * 4 + 4);
    const auto decoded = base64_decode(encoded);
    if (!decoded || decoded->size() > cap)
      corrupt(inside(name), "is not base 64, or too large");
    into = *decoded;
  }
  template <typename T>
  void list(const char* name, std::vector<T>& into, size_t cap) {
    const Json* value = take(name);
    if (!value)
      corrupt(inside(name), "is missing");
    if (!value->is_array())
      wrong_type(name, "an array", *value);
    if (value->size() > cap)
      corrupt(inside(name), cat("has ", value->size(), " entries, more than ", cap));
    into.resize(value->size());
    for (size_t i = 0; i < into.size(); ++i) {
      Reader inner((*value)[i], cat(inside(name), "[", i, "]"));
      members(inner, into[i]);
      inner.finish();
    }
  }
  template <typename T>
  void optional_list(const char* name, std::vector<T>& into, size_t cap) {
    if (object_.contains(name))
      list(name, into, cap);
  }
  template <typename T>
  void optional_list(const char* name, std::optional<std::vector<T>>& into, size_t cap) {
    if (object_.contains(name))
      list(name, into.emplace(), cap);
  }

  // After all members were taken: anything left is a member that nobody knows.
  void finish() const {
    if (taken_ == object_.size())
      return;
    for (const auto& [key, value] : object_.items())
      if (!was_taken(key))
        corrupt(path_, cat("unknown member \"", base::escape(key), "\""));
  }

 private:
  std::string inside(const char* name) const {
    return path_.empty() ? name : cat(path_, ".", name);
  }
  [[noreturn]] void wrong_type(const char* name, const char* wanted, const Json& found) const {
    corrupt(inside(name), cat("expected ", wanted, ", found ", found.type_name()));
  }
  const Json* take(const char* name) {
    const auto found = object_.find(name);
    if (found == object_.end())
      return nullptr;
    ++taken_;
    names_.push_back(name);
    return &*found;
  }
  bool was_taken(const std::string& key) const {
    for (const char* name : names_)
      if (key == name)
        return true;
    return false;
  }
  void text(const char* name, std::string& into, size_t cap) {
    const Json* value = take(name);
    if (!value)
      return;
    if (!value->is_string())
      wrong_type(name, "a string", *value);
    into = value->get_ref<const std::string&>();
    if (into.size() > cap)
      corrupt(inside(name), cat("has ", into.size(), " bytes, more than ", cap));
  }
  // The engine escaped what guests wrote. Here the appliance itself is the foreigner: a control
  // character in a string of its answer means that it no longer is what we started, and would reach
  // a terminal.
  void check_characters(const char* name,
                        const std::string& value,
                        std::string_view allowed) const {
    for (size_t i = 0; i < value.size(); ++i) {
      const auto byte = static_cast<unsigned char>(value[i]);
      const bool c1 =
          byte == 0xc2 && static_cast<unsigned char>(value[i + 1]) < 0xa0;  // valid UTF-8
      if (c1 || byte == 0x7f || (byte < 0x20 && allowed.find(value[i]) == std::string_view::npos))
        corrupt(inside(name), "holds a control character");
    }
  }
  int32_t integer(const char* name, const Json& value) const {
    if (!value.is_number_integer())
      wrong_type(name, "an integer", value);
    const bool fits = value.is_number_unsigned()
                          ? value.get<uint64_t>() <= std::numeric_limits<int32_t>::max()
                          : value.get<int64_t>() >= std::numeric_limits<int32_t>::min();
    if (!fits)
      corrupt(inside(name), "is out of range");
    return value.get<int32_t>();
  }

  const Json& object_;
  std::string path_;
  size_t taken_ = 0;
  std::vector<const char*> names_;
};

Json parse(std::string_view text) {
  if (text.size() > kMaxReportBytes)
    corrupt("", cat("has ", text.size(), " bytes, more than ", kMaxReportBytes));
  const auto limit_depth = [](int depth, Json::parse_event_t, Json&) {
    if (depth > kMaxReportDepth)
      corrupt("", cat("is nested deeper than ", kMaxReportDepth));
    return true;
  };
  try {
    return Json::parse(text, limit_depth);
  } catch (const Json::exception& e) {
    corrupt("", cat("is not JSON: ", base::escape(e.what())));
  }
}

}  // namespace

std::string to_json(const Report& report) {
  Writer writer;
  Report copy = report;
  members(writer, copy);
  return writer.result().dump();
}

Report from_json(std::string_view text) {
  const Json document = parse(text);
  Report report;
  Reader reader(document, "");
  members(reader, report);
  reader.finish();
  return report;
}

}  // namespace glovebox::inspect
