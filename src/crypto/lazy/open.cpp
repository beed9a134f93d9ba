// SPDX-License-Identifier: Apache-2.0
// Opens libcrypto when the first of its functions is called: see stubs.S.
#include <dlfcn.h>
#include <openssl/opensslv.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#define TEXT_OF(value) #value
#define TEXT(value) TEXT_OF(value)

namespace {

// The ABI of the headers that this was compiled with.
constexpr const char* kName = "libcrypto.so." TEXT(OPENSSL_SHLIB_VERSION);

constexpr char kFunctions[] =
#define LAZY(name) #name "\0"
#include "libcrypto_functions.inc"
#undef LAZY
    ;

[[noreturn]] void give_up() noexcept {
  std::fprintf(stderr, "colophon: install OpenSSL (libssl3): %s\n", dlerror());
  std::_Exit(3);
}

}  // namespace

/// One for each function, in the order of the list.
extern "C" std::atomic<void*> colophon_libcrypto_slots[];

/// Fills every slot. Two threads that come here at once store the same addresses.
extern "C" void colophon_open_libcrypto() noexcept {
  void* library = dlopen(kName, RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr) give_up();
  std::size_t slot = 0;
  for (const char* name = kFunctions; *name != '\0'; name += std::strlen(name) + 1) {
    void* function = dlsym(library, name);
    if (function == nullptr) give_up();
    colophon_libcrypto_slots[slot++].store(function, std::memory_order_release);
  }
}
