// SPDX-License-Identifier: Apache-2.0
#include "io/temporaries.hpp"

#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <climits>
#include <cstring>

#include "io/io.hpp"

namespace colophon {
namespace {

enum State : int { kFree, kTaken, kHeld };
struct Slot {
  std::atomic<int> state{kFree};
  char path[PATH_MAX];
};
/// As many as files are written at once; a plain array, because a signal handler walks it.
std::array<Slot, 64> slots;
static_assert(std::atomic<int>::is_always_lock_free);

}  // namespace

std::string temporary_name(const std::string& path) {
  constexpr std::string_view kLetters = "0123456789abcdefghijklmnopqrstuvwxyz";
  const auto slash = path.rfind('/');
  const std::size_t start = slash == std::string::npos ? 0 : slash + 1;
  // Long names must leave room for our suffix (255 bytes on most file systems).
  std::string name = path.substr(0, start) + "." + path.substr(start, 200) + ".colophon-";
  std::array<unsigned char, 8> random{};
  (void)!getrandom(random.data(), random.size(), 0);
  for (const unsigned char byte : random) name += kLetters[byte % kLetters.size()];
  return name;
}

HeldName::HeldName(const std::string& path) noexcept {
  if (path.size() >= PATH_MAX) return;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    int expected = kFree;
    if (!slots[i].state.compare_exchange_strong(expected, kTaken)) continue;
    std::memcpy(slots[i].path, path.c_str(), path.size() + 1);
    slots[i].state = kHeld;
    slot_ = static_cast<int>(i);
    return;
  }
}

HeldName::~HeldName() {
  if (slot_ >= 0) slots[static_cast<std::size_t>(slot_)].state = kFree;
}

void remove_temporaries() noexcept {
  for (const Slot& slot : slots) {
    if (slot.state == kHeld) ::unlink(slot.path);
  }
}

}  // namespace colophon
