// SPDX-License-Identifier: Apache-2.0
#include "c2pa/jumbf.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace colophon {
namespace {

constexpr std::uint32_t kMaxDepth = 32;       // deeper stores exist only as attacks (docs/c2pa.md)
constexpr std::uint32_t kMaxBoxes = 100'000;  // about 40 MiB when they are read
constexpr std::uint64_t kUuidSize = 16;
constexpr std::uint8_t kHasLabel = 0x02, kRequestable = 0x01;
/// What all types of ISO/IEC 19566-5 and C2PA of four letters have behind them.
constexpr std::string_view kTypeEnd{"\x00\x11\x00\x10\x80\x00\x00\xAA\x00\x38\x9B\x71", 12};

class Reader {
 public:
  Reader(Bytes store, const Limits& limits) : store_(store), limits_(limits) {}

  Result<JumbfBox> box(Range within, std::uint32_t depth) {
    if (depth > kMaxDepth || ++count_ > std::min(kMaxBoxes, limits_.max_structures)) {
      return fail(ErrorCode::LimitExceeded, "JUMBF boxes are nested too deeply or too many",
                  "jumbf", within.offset);
    }
    JumbfBox box = TRY(header(within));
    if (box.type == "jumb") TRY(superbox(box, depth));
    return box;
  }

 private:
  Result<JumbfBox> header(Range within) {
    const Bytes bytes = slice(store_, within.offset, within.size);
    const auto size32 = load_be(bytes, 0, 4);
    if (!size32 || bytes.size() < 8) return cut(within.offset);
    JumbfBox box;
    box.type = to_string(slice(bytes, 4, 4));
    std::uint64_t head = 8;
    std::uint64_t size = *size32;
    if (size == 1) {
      const auto size64 = load_be(bytes, 8, 8);
      if (!size64) return cut(within.offset);
      size = *size64;
      head = 16;
    } else if (size == 0) {
      size = bytes.size();
    }
    if (size < head) {
      return fail(ErrorCode::Malformed, "a JUMBF box is smaller than its head", "jumbf",
                  within.offset);
    }
    if (size > bytes.size()) return cut(within.offset);
    box.whole = {within.offset, size};
    box.payload = {within.offset + head, size - head};
    return box;
  }

  Status superbox(JumbfBox& box, std::uint32_t depth) {
    std::uint64_t at = box.payload.offset;
    bool described = false;
    while (at < box.payload.end()) {
      JumbfBox child = TRY(this->box({at, box.payload.end() - at}, depth + 1));
      at = child.whole.end();
      if (described) {
        box.children.push_back(std::move(child));
      } else {
        TRY(description(box, child));
        described = true;
      }
    }
    if (described) return {};
    return fail(ErrorCode::Malformed, "a JUMBF superbox is empty", "jumbf", box.whole.offset);
  }

  Status description(JumbfBox& box, const JumbfBox& jumd) {
    const Bytes bytes = slice(store_, jumd.payload.offset, jumd.payload.size);
    if (jumd.type != "jumd" || bytes.size() <= kUuidSize) {
      return fail(ErrorCode::Malformed, "a JUMBF superbox does not begin with its description",
                  "jumbf", jumd.whole.offset);
    }
    box.uuid = to_string(slice(bytes, 0, kUuidSize));
    box.kind = to_string(slice(bytes, 0, 4));
    const std::uint8_t toggles = bytes[kUuidSize];
    // C2PA 11.1.4: every box has a label by which it can be requested.
    box.exact = box.uuid.ends_with(kTypeEnd) &&
                (toggles & (kHasLabel | kRequestable)) == (kHasLabel | kRequestable);
    if ((toggles & kHasLabel) == 0) return {};
    const std::string_view label = as_text(slice(bytes, kUuidSize + 1));
    box.label = std::string(label.substr(0, label.find('\0')));
    return {};
  }

  static Failure cut(std::uint64_t at) {
    return fail(ErrorCode::Truncated, "a JUMBF box passes the end of its store", "jumbf", at);
  }

  Bytes store_;
  const Limits& limits_;
  std::uint32_t count_ = 0;
};

}  // namespace

const JumbfBox* JumbfBox::child(std::string_view wanted_label) const noexcept {
  for (const JumbfBox& box : children) {
    if (box.type == "jumb" && box.label == wanted_label) return &box;
  }
  return nullptr;
}

const JumbfBox* JumbfBox::content(std::string_view wanted_type) const noexcept {
  for (const JumbfBox& box : children) {
    if (box.type == wanted_type) return &box;
  }
  return nullptr;
}

Result<JumbfBox> read_jumbf(Bytes store, const Limits& limits) {
  JumbfBox box = TRY(Reader(store, limits).box({0, store.size()}, 0));
  if (box.type == "jumb") return box;
  return fail(ErrorCode::Malformed, "the store does not begin with a JUMBF superbox", "jumbf", 0);
}

}  // namespace colophon
