// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/worker/plugin_library.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::inspect {
namespace {

using Plugin = glovebox_inspect_descriptor;

constexpr size_t kMaxPluginName = 64;
constexpr size_t kMaxDescribePaths = 256;

// What version 1 had from its first day.
constexpr size_t kSmallestDescriptor = offsetof(Plugin, describe);

bool is_plugin_name(const char* name) {
  if (!name)
    return false;
  const std::string_view text(name, strnlen(name, kMaxPluginName + 1));
  return !text.empty() && text.size() <= kMaxPluginName &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

bool has_too_many_paths(const char* const* paths) {
  for (size_t count = 0; paths && paths[count]; ++count)
    if (count == kMaxDescribePaths)
      return true;
  return false;
}

// The dynamic linker names the file by the path that it has in this machine; users know its name.
std::string load_error(const std::string& path) {
  std::string text = dlerror();
  if (text.starts_with(path))
    text.erase(0, path.rfind('/') + 1);
  return text;
}

}  // namespace

Plugin checked_plugin(const Plugin* found) {
  if (!found)
    throw Error(Errc::Corrupt, "glovebox_inspect_plugin() returned NULL");
  if (found->struct_size < kSmallestDescriptor)
    throw Error(Errc::Corrupt,
                base::cat("its descriptor has ", found->struct_size, " bytes, fewer than the ",
                          kSmallestDescriptor, " of the first version"));
  if (found->api_version != GLOVEBOX_INSPECT_API_VERSION)
    throw Error(Errc::Unsupported,
                base::cat("it is built for version ", found->api_version,
                          " of the plugin interface, this is version ",
                          GLOVEBOX_INSPECT_API_VERSION, ": rebuild it against this plugin.h"));
  Plugin plugin{};
  std::memcpy(&plugin, found, std::min(found->struct_size, sizeof plugin));
  if (!is_plugin_name(plugin.name))
    throw Error(Errc::Corrupt, "its name is not made of a-z, 0-9 and -");
  if (!plugin.detect)
    throw Error(Errc::Corrupt, "it has no detect function");
  if (has_too_many_paths(plugin.describe_paths))
    throw Error(Errc::Corrupt,
                base::cat("describe() reads more than ", kMaxDescribePaths, " directories"));
  if (plugin.flags != 0)
    throw Error(Errc::Unsupported, base::cat("it sets flags that do not exist: ", plugin.flags));
  return plugin;
}

Plugin load_plugin(const std::string& path) {
  void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library)
    throw Error(Errc::NotFound, load_error(path));
  void* const symbol = dlsym(library, "glovebox_inspect_plugin");
  if (!symbol)
    throw Error(Errc::Unsupported,
                "it does not export glovebox_inspect_plugin, so it is not an inspection plugin");
  const auto entry = reinterpret_cast<decltype(&::glovebox_inspect_plugin)>(symbol);
  return checked_plugin(entry());
}

}  // namespace glovebox::inspect
