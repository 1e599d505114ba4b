// SPDX-License-Identifier: LGPL-2.1-or-later
#include "libvirt/authentication.h"

#include <cstdlib>
#include <cstring>

namespace glovebox::libvirt {
namespace {

static_assert(static_cast<int>(CredentialKind::Username) == VIR_CRED_USERNAME);
static_assert(static_cast<int>(CredentialKind::External) == VIR_CRED_EXTERNAL);

std::string text(const char* given) {
  return given ? given : "";
}

Credential question(const virConnectCredential& credential) {
  return {.kind = static_cast<CredentialKind>(credential.type),
          .prompt = text(credential.prompt),
          .challenge = text(credential.challenge),
          .default_result = text(credential.defresult)};
}

// libvirt frees it. Some of its drivers want a NUL at the end.
bool set_answer(virConnectCredential& credential, const std::string& answer) {
  credential.result = static_cast<char*>(std::calloc(answer.size() + 1, 1));
  if (!credential.result)
    return false;
  std::memcpy(credential.result, answer.data(), answer.size());
  credential.resultlen = static_cast<unsigned>(answer.size());
  return true;
}

}  // namespace

Authenticator::Authenticator(const Authentication& authentication, TimedWork& timed)
    : authentication_(authentication), timed_(timed), callbacks_(*virConnectAuthPtrDefault) {
  if (authentication_.ask) {
    for (const CredentialKind kind : authentication_.supported)
      kinds_.push_back(static_cast<int>(kind));
    callbacks_.credtype = kinds_.data();
    callbacks_.ncredtype = static_cast<unsigned>(kinds_.size());
  }
  callbacks_.cb = ask_again;
  callbacks_.cbdata = this;
}

int Authenticator::ask_caller(virConnectCredential* credentials, unsigned count) {
  std::vector<Credential> questions;
  for (unsigned i = 0; i < count; ++i) questions.push_back(question(credentials[i]));
  authentication_.ask(questions);
  for (unsigned i = 0; i < count && i < questions.size(); ++i)
    if (questions[i].result && !set_answer(credentials[i], *questions[i].result))
      return -1;
  return 0;
}

int Authenticator::ask(virConnectCredential* credentials, unsigned count) {
  if (authentication_.ask)
    return ask_caller(credentials, count);
  return virConnectAuthPtrDefault->cb(credentials, count, virConnectAuthPtrDefault->cbdata);
}

int Authenticator::ask_again(virConnectCredential* credentials, unsigned count, void* self) {
  auto* const authenticator = static_cast<Authenticator*>(self);
  int result = -1;
  const bool asked =
      authenticator->timed_.in_caller([&] { result = authenticator->ask(credentials, count); });
  return asked ? result : -1;
}

}  // namespace glovebox::libvirt
