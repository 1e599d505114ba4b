// SPDX-License-Identifier: LGPL-2.1-or-later
#include "glovebox/admin.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/cat.h"
#include "base/child.h"
#include "base/error.h"
#include "session/launcher.h"
#include "vm/host/cache_dir.h"
#include "vm/host/layer_report.h"
#include "vm/host/locations.h"
#include "vm/host/own_user.h"
#include "vm/qemu/accelerator.h"
#include "vm/qemu/hypervisor.h"
#include "vm/template/appliance.h"
#include "vm/template/template_store.h"

namespace glovebox {
namespace {

uint64_t file_size(const std::string& path) {
  struct stat st {};
  return stat(path.c_str(), &st) == 0 ? static_cast<uint64_t>(st.st_size) : 0;
}

TemplateInfo info_of(const vm::StoredTemplate& t) {
  return {.path = t.path, .key = t.key, .created = t.created, .bytes = t.bytes};
}

std::vector<TemplateInfo> infos_of(const std::vector<vm::StoredTemplate>& templates) {
  std::vector<TemplateInfo> result;
  for (const auto& t : templates) result.push_back(info_of(t));
  return result;
}

bool exists(const std::string& path) {
  struct stat st {};
  return lstat(path.c_str(), &st) == 0;
}

}  // namespace

ApplianceInfo find_appliance(const Settings& settings) {
  const vm::Appliance found = vm::find_appliance(settings.path);
  return {.directory = found.directory,
          .kernel_version = found.description.kernel,
          .built = found.description.built,
          .root_digest = found.description.root_digest,
          .bytes = file_size(found.kernel) + file_size(found.initrd) + file_size(found.root),
          .packages = found.description.packages};
}

std::string find_helper(const std::string& name) {
  return vm::helper_program(name);
}

HypervisorInfo find_hypervisor(const Settings& settings) {
  const vm::Hypervisor found = vm::find_hypervisor(settings.hv);
  return {.path = found.path, .version = vm::hypervisor_version(found)};
}

Accelerator probe_accelerator(const Settings& settings, Probe probe) {
  base::Canceller never;
  const vm::AcceleratorChoice choice = session::find_accelerator(
      settings, {.warning = {}, .library_message = {}, .console_line = {}, .canceller = never},
      probe);
  return {.name = vm::accelerator_name(choice.accel),
          .reason = choice.reason,
          .checked = choice.checked};
}

std::vector<ConfinementLayer> confinement_layers() {
  std::vector<std::string> argv = {vm::helper_program("supervisor"), "--check"};
  const auto user = geteuid() == 0 ? vm::OwnUser::take() : std::nullopt;
  if (user)
    argv.insert(argv.end(), {"--uid", base::cat(user->uid()), "--gid", base::cat(user->gid())});
  // Its status is 1 where a layer is missing: what it says counts.
  const auto result = base::run({.argv = argv, .timeout = std::chrono::seconds(10)});
  const vm::LayerReport report = vm::parse_layer_report(result.stdout_text);
  if (!report.error.empty() || report.layers.empty())
    throw Error(Errc::System,
                base::cat("supervisor --check ",
                          report.error.empty() ? result.exit.text() : "failed: " + report.error));
  std::vector<ConfinementLayer> layers;
  for (const vm::LayerState& layer : report.layers)
    layers.push_back({.name = layer.name, .ok = layer.ok, .detail = layer.reason});
  return layers;
}

std::string default_cachedir() {
  return vm::cache_directory("");
}

std::vector<TemplateInfo> list_templates(const std::string& cachedir) {
  if (!exists(cachedir))
    return {};
  if (cachedir == kSystemCachedir) {
    const auto store = vm::TemplateStore::open_system(cachedir);
    return store ? infos_of(store->list()) : std::vector<TemplateInfo>{};
  }
  return infos_of(vm::TemplateStore(cachedir).list());
}

std::vector<TemplateInfo> clear_templates(const std::string& cachedir) {
  if (!exists(cachedir))
    return {};
  const base::Canceller never;
  return infos_of(vm::TemplateStore(cachedir).clear(never));
}

TemplateInfo make_template(const Settings& settings) {
  base::Canceller never;
  const std::string directory = session::make_template_now(
      settings, {.warning = {}, .library_message = {}, .console_line = {}, .canceller = never});
  for (const auto& t : vm::TemplateStore(vm::cache_directory(settings.cachedir)).list())
    if (t.path == directory)
      return info_of(t);
  throw Error(Errc::System, directory + ": the template that was just made is gone");
}

}  // namespace glovebox
