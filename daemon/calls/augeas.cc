// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: the guest's configuration files, by Augeas.
#include <algorithm>
#include <cerrno>

#include "base/cat.h"
#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/sysroot/augeas_worker.h"
#include "guestd/functions.h"

namespace glovebox::guestd {
namespace {

AugeasAnswer ask(Appliance& app, const AugeasRequest& request, Progress* progress = nullptr) {
  if (!app.augeas)
    throw Error(Errc::Usage, "you must call 'aug-init' first to initialize Augeas", EINVAL);
  try {
    return app.augeas->ask(request, progress);
  } catch (const Error& e) {
    if (e.code() != Errc::System)
      app.augeas.reset();  // nobody knows what its tree holds
    throw;
  }
}

}  // namespace

void aug_init(Appliance& app, const std::string& root, int32_t flags, Progress& progress) {
  app.mounts.require_any();
  app.augeas.reset();
  app.augeas = std::make_unique<AugeasWorker>(root, flags, progress);
}

void aug_close(Appliance& app) {
  if (!app.augeas)
    throw Error(Errc::Usage, "you must call 'aug-init' first to initialize Augeas", EINVAL);
  app.augeas.reset();
}

int32_t aug_defvar(Appliance& app,
                   const std::string& name,
                   const std::optional<std::string>& expr) {
  return ask(app, {.call = AugeasCall::DefineVariable, .texts = {name}, .optional_text = expr})
      .number;
}

IntBool aug_defnode(Appliance& app,
                    const std::string& name,
                    const std::string& expr,
                    const std::string& val) {
  const AugeasAnswer answer =
      ask(app, {.call = AugeasCall::DefineNode, .texts = {name, expr, val}});
  return {.i = answer.number, .b = answer.created};
}

std::string aug_get(Appliance& app, const std::string& augpath) {
  return ask(app, {.call = AugeasCall::Get, .texts = {augpath}}).texts.at(0);
}

void aug_set(Appliance& app, const std::string& augpath, const std::string& val) {
  ask(app, {.call = AugeasCall::Set, .texts = {augpath, val}});
}

void aug_clear(Appliance& app, const std::string& augpath) {
  ask(app, {.call = AugeasCall::Clear, .texts = {augpath}});
}

void aug_insert(Appliance& app, const std::string& augpath, const std::string& label, bool before) {
  ask(app, {.call = AugeasCall::Insert, .texts = {augpath, label}, .number = before});
}

int32_t aug_rm(Appliance& app, const std::string& augpath) {
  return ask(app, {.call = AugeasCall::Remove, .texts = {augpath}}).number;
}

void aug_mv(Appliance& app, const std::string& src, const std::string& dest) {
  ask(app, {.call = AugeasCall::Move, .texts = {src, dest}});
}

std::vector<std::string> aug_match(Appliance& app, const std::string& augpath) {
  return ask(app, {.call = AugeasCall::Match, .texts = {augpath}}).texts;
}

void aug_save(Appliance& app, Progress& progress) {
  app.mounts.require_any();
  ask(app, {.call = AugeasCall::Save}, &progress);
}

void aug_load(Appliance& app, Progress& progress) {
  app.mounts.require_any();
  ask(app, {.call = AugeasCall::Load}, &progress);
}

std::vector<std::string> aug_ls(Appliance& app, const std::string& augpath) {
  if (augpath.size() > 1 && augpath.ends_with('/'))
    throw Error(Errc::Usage, "don't use aug-ls with a path that ends with /", EINVAL);
  std::vector<std::string> paths = aug_match(app, augpath == "/" ? "/*" : augpath + "/*");
  std::sort(paths.begin(), paths.end());
  return paths;
}

int32_t aug_setm(Appliance& app,
                 const std::string& base,
                 const std::optional<std::string>& sub,
                 const std::string& val) {
  return ask(app, {.call = AugeasCall::SetMany, .texts = {base, val}, .optional_text = sub}).number;
}

std::string aug_label(Appliance& app, const std::string& augpath) {
  return ask(app, {.call = AugeasCall::Label, .texts = {augpath}}).texts.at(0);
}

void aug_transform(Appliance& app,
                   const std::string& lens,
                   const std::string& file,
                   const AugTransformOptions& optargs) {
  ask(app, {.call = AugeasCall::Transform,
            .texts = {lens, file},
            .number = optargs.remove.value_or(false)});
}

}  // namespace glovebox::guestd
