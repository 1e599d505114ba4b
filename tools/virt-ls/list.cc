// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/virt-ls/list.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <functional>

#include "base/cat.h"
#include "base/error.h"
#include "proto/errno_names.h"
#include "tools/common/cli/signals.h"
#include "tools/common/guest/guest_path.h"
#include "tools/common/output/stream.h"
#include "tools/virt-ls/walk_stream.h"

namespace glovebox::tools {
namespace {

// WalkEntry and StatNs have the same names for these.
template <typename Status>
FileRecord to_record(const std::string& path, const Status& status) {
  return {.path = path,
          .mode = status.st_mode,
          .size = status.st_size,
          .uid = status.st_uid,
          .gid = status.st_gid,
          .atime = status.st_atime_sec,
          .mtime = status.st_mtime_sec,
          .ctime = status.st_ctime_sec,
          .dev = status.st_dev,
          .ino = status.st_ino,
          .nlink = status.st_nlink,
          .rdev = status.st_rdev,
          .blocks = status.st_blocks};
}

FileRecord walked_record(const std::string& directory, const WalkEntry& entry) {
  FileRecord record = to_record(child_path(directory, entry.path), entry);
  record.link = entry.link;
  record.checksum = entry.checksum;
  return record;
}

// What a listing could not read. A guest can have any number of such places: the first ones are
// named.
class Unreadable {
 public:
  void add(const std::string& path, const std::string& error) {
    const int errnum = proto::errno_value(error);
    if (count_++ < kNamed)
      named_.push_back(base::cat(path, ": ", base::errno_text(errnum != 0 ? errnum : EIO)));
  }
  // Says it, and forgets it. Whether there was any.
  bool tell(Messages& messages) {
    for (const std::string& each : named_) messages.error(each);
    if (count_ > kNamed)
      messages.error(base::cat(count_ - kNamed, " more could not be read"));
    const bool any = count_ != 0;
    *this = {};
    return any;
  }

 private:
  static constexpr uint64_t kNamed = 100;
  std::vector<std::string> named_;
  uint64_t count_ = 0;
};

// Lists one directory in one form.
class Lister {
 public:
  Lister(Calls& guest, const ListOptions& options, Output& out)
      : guest_(guest), options_(options), out_(out) {}

  // One directory; nothing of it and the error, if the call fails.
  void list(const std::string& directory) {
    const uint64_t mark = out_.mark();
    const bool first_object = first_object_;
    try {
      list_unguarded(directory);
    } catch (const Error&) {
      out_.discard_since(mark);
      if (out_.mark() == mark)
        first_object_ = first_object;
      throw;
    }
    if (options_.form != Form::Json)
      out_.commit();
  }

  // What was listed without all that is in it.
  Unreadable& unreadable() { return unreadable_; }

 private:
  void list_unguarded(const std::string& directory) {
    require_guest_path(directory);
    switch (options_.mode) {
      case Mode::Names:
        return list_names(directory);
      case Mode::Long:
        return options_.form == Form::Json ? list_status(directory) : list_long(directory);
      case Mode::Tree:
        return list_tree(directory);
      case Mode::LongTree:
        return list_long_tree(directory);
    }
  }

  void print_name(const std::string& directory, const std::string& shown, const std::string& name) {
    if (options_.form == Form::Json)
      print_object(json_path_object(child_path(directory, name)));
    else
      out_.append(visible(shown) + "\n");
  }

  void print_object(const std::string& object) {
    out_.append((first_object_ ? "\n  " : ",\n  ") + object);
    first_object_ = false;
  }

  void print_record(const FileRecord& file) {
    if (options_.form == Form::Json)
      print_object(json_object(file));
    else if (options_.form == Form::Csv)
      out_.append(csv_line(file, options_.columns, options_.names));
    else
      out_.append(text_line(file, options_.columns, options_.names));
  }

  std::string visible(const std::string& name) const {
    return options_.names == Names::Escaped ? base::escape(name) : name;
  }

  void list_names(const std::string& directory) {
    for (const std::string& name : guest_.ls(directory)) print_name(directory, name, name);
  }

  // The original shows what is left of each path without the directory as it was written: "/x"
  // below "/boot", "x" below "/boot/".
  void list_tree(const std::string& directory) {
    std::vector<std::string> names;
    walk(directory, {.names = true}, [&](const WalkEntry& entry) {
      if (entry.path != ".")
        names.push_back(entry.path);
    });
    std::sort(names.begin(), names.end());
    const std::string prefix = directory.ends_with('/') ? "" : "/";
    for (const std::string& name : names) print_name(directory, prefix + name, name);
  }

  void list_long(const std::string& directory) {
    if (options_.names == Names::Exact)
      return out_.append(guest_.ll(directory));
    for (const std::string& line : guest_.internal_ll(directory)) out_.append(visible(line) + "\n");
  }

  void list_status(const std::string& directory) {
    try {
      list_status_of(directory, guest_.ls(directory));
    } catch (const Error& e) {
      if (e.errnum() != ENOTDIR)
        throw;
      print_record(to_record(directory, guest_.statns(directory)));  // as `ls -l` does with a file
    }
  }

  void list_status_of(const std::string& directory, const std::vector<std::string>& names) {
    const std::vector<StatNs> statuses = guest_.lstatnslist(directory, names);
    const std::vector<std::string> links = guest_.readlinklist(directory, names);
    if (statuses.size() != names.size() || links.size() != names.size())
      throw Error(Errc::Corrupt, directory + ": the appliance did not answer for all names");
    for (size_t i = 0; i < names.size(); ++i) {
      if (statuses[i].st_ino == -1)
        continue;  // gone since, or not readable
      FileRecord record = to_record(child_path(directory, names[i]), statuses[i]);
      record.link = links[i];
      print_record(record);
    }
  }

  void list_long_tree(const std::string& directory) {
    InternalWalkOptions walk_options;
    if (options_.columns.checksum)
      walk_options.checksum = options_.checksum;
    walk(directory, walk_options,
         [&](const WalkEntry& entry) { print_record(walked_record(directory, entry)); });
  }

  // Everything below a directory; what could not be read there goes to unreadable_.
  void walk(const std::string& directory,
            const InternalWalkOptions& how,
            const std::function<void(const WalkEntry&)>& visit) {
    WalkStream entries([&](const WalkEntry& entry) {
      if (entry.error.empty())
        visit(entry);
      else
        unreadable_.add(child_path(directory, entry.path), entry.error);
    });
    stream([&](const LocalFile& sink) { guest_.internal_walk(directory, sink, how); },
           [&](std::string_view piece) { entries.feed(piece); });
    entries.finish();
  }

  Calls& guest_;
  const ListOptions& options_;
  Output& out_;
  Unreadable unreadable_;
  bool first_object_ = true;
};

bool concerns_this_directory_only(const Error& e) {
  return e.code() == Errc::Remote || e.code() == Errc::Usage;
}

}  // namespace

int list_directories(Calls& guest,
                     const std::vector<std::string>& directories,
                     const ListOptions& options,
                     Output& out,
                     Messages& messages) {
  Lister lister(guest, options, out);
  int status = EXIT_SUCCESS;
  // A JSON document is one for all directories.
  if (options.form == Form::Json)
    out.append("[");
  for (const std::string& directory : directories) {
    throw_if_signalled();
    try {
      lister.list(directory);
    } catch (const Error& e) {
      if (!concerns_this_directory_only(e))
        throw;
      messages.error(e.what());
      status = EXIT_FAILURE;
    }
    if (lister.unreadable().tell(messages))
      status = EXIT_FAILURE;
  }
  if (options.form == Form::Json) {
    out.append("\n]\n");
    out.commit();
  }
  return status;
}

}  // namespace glovebox::tools
