// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The files of one template, opened, and whether they are what was published.
#pragma once

#include <optional>
#include <string>

#include "base/unique_fd.h"
#include "vm/template/template_description.h"

namespace glovebox::vm {

struct Template {
  std::string ram_path;
  base::UniqueFd ram;    // read-only
  base::UniqueFd state;  // read-only
};

// Absent if a file is not there, or not for us. Throws System when this process has too little
// memory or too few descriptors.
std::optional<Template> open_template(const std::string& directory);

// Throws System or Corrupt.
TemplateDescription read_description(const std::string& directory);

enum class Marker { Write, Leave };
// Whether its key is this one and the files are what they were when published. Reads them whole on
// the first use after each boot of the host, which a marker in the directory remembers. Throws
// System or Corrupt when it cannot tell.
bool is_whole(const std::string& directory,
              const Template& t,
              const std::string& key,
              Marker marker);
// What publishing writes; the same marker.
void write_marker(const std::string& directory);

// Reads it all again: true if the files are not what they were when published, or cannot be read.
bool is_damaged(const Template& t);

// Whether the path still leads to the template's files.
bool is_at(const Template& t, const std::string& directory);

}  // namespace glovebox::vm
