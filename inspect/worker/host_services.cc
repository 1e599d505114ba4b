// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/worker/host_services.h"

#include <cerrno>
#include <new>

#include "base/error.h"
#include "inspect/worker/plugin_services.h"

namespace glovebox::inspect {
namespace {

// The host's table is the first member, so that the plugin's pointer leads back here.
struct Table {
  glovebox_inspect_host host;
  PluginServices* services;
};

PluginServices& services_of(const glovebox_inspect_host* host) {
  return *reinterpret_cast<const Table*>(host)->services;
}

template <typename Action>
auto guard(Action action) -> decltype(action()) {
  try {
    return action();
  } catch (const Error& e) {
    if (e.errnum() != 0)
      return -e.errnum();
    return e.code() == Errc::Corrupt ? -EBADMSG : -EIO;
  } catch (const std::bad_alloc&) {
    return -ENOMEM;
  } catch (...) {
    return -EIO;
  }
}

// The C function that calls a member, whose exceptions become errno values.
template <auto member, typename Services, typename Result, typename... Arguments>
constexpr auto function_of(Result (Services::*)(Arguments...)) {
  return +[](const glovebox_inspect_host* host, Arguments... arguments) -> Result {
    return guard([&] { return (services_of(host).*member)(arguments...); });
  };
}
template <auto member, typename Services, typename Result, typename... Arguments>
constexpr auto function_of(Result (Services::*)(Arguments...) const) {
  return function_of<member>(static_cast<Result (Services::*)(Arguments...)>(nullptr));
}
template <auto member>
constexpr auto kFunction = function_of<member>(member);

glovebox_inspect_host host_table(uint32_t wants) {
  return {.struct_size = sizeof(glovebox_inspect_host),
          .api_version = GLOVEBOX_INSPECT_API_VERSION,
          .wants = wants,
          .stat = kFunction<&PluginServices::stat>,
          .open = kFunction<&PluginServices::open>,
          .pread = kFunction<&PluginServices::pread>,
          .close = [](const glovebox_inspect_host* h, int handle) { services_of(h).close(handle); },
          .list = kFunction<&PluginServices::list>,
          .readlink = kFunction<&PluginServices::readlink>,
          .get_string = [](const glovebox_inspect_host* h,
                           const char* key) { return services_of(h).get_string(key); },
          .set_string = kFunction<&PluginServices::set_string>,
          .set_int = kFunction<&PluginServices::set_int>,
          .claim = kFunction<&PluginServices::claim>,
          .add_mount = kFunction<&PluginServices::add_mount>,
          .add_drive_mapping = kFunction<&PluginServices::add_drive_mapping>,
          .add_application = kFunction<&PluginServices::add_application>,
          .applications_done = kFunction<&PluginServices::applications_done>,
          .set_icon = kFunction<&PluginServices::set_icon>,
          .add_problem = kFunction<&PluginServices::add_problem>};
}

}  // namespace

Findings call_plugin(int (*function)(const glovebox_inspect_host*),
                     const FileTree& tree,
                     const std::map<std::string, std::string>& known,
                     uint32_t wants,
                     size_t most_applications) {
  PluginServices services(tree, known, most_applications);
  const Table table = {.host = host_table(wants), .services = &services};
  const int result = function(&table.host);
  return services.take(result);
}

}  // namespace glovebox::inspect
