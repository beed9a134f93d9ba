// SPDX-License-Identifier: Apache-2.0
#include "wire/cbor.hpp"

namespace colophon::wire {
namespace {

constexpr unsigned kIndefinite = 31;

class Reader {
 public:
  Reader(Bytes bytes, const Limits& limits) : bytes_(bytes), limits_(limits) {}

  Result<CborItem> item(std::uint32_t depth) {
    if (depth > limits_.max_depth || ++count_ > limits_.max_structures) {
      return fail(ErrorCode::LimitExceeded, "CBOR is nested too deeply or holds too many items",
                  "cbor", at_);
    }
    CborItem item;
    const std::uint64_t start = at_;
    const auto head = TRY(this->head());
    TRY(content(item, head, depth));
    item.where = {start, at_ - start};
    return item;
  }

 private:
  struct Head {
    unsigned major, info;
    std::uint64_t value;
  };

  Result<Head> head() {
    const auto first = load_be(bytes_, at_, 1);
    if (!first) return cut();
    ++at_;
    Head head{static_cast<unsigned>(*first >> 5), static_cast<unsigned>(*first & 31), 0};
    if (head.info < 24) {
      head.value = head.info;
    } else if (head.info < 28) {
      const unsigned width = 1U << (head.info - 24);
      const auto value = load_be(bytes_, at_, width);
      if (!value) return cut();
      head.value = *value;
      at_ += width;
    } else if (head.info != kIndefinite) {
      return fail(ErrorCode::Malformed, "a CBOR item has a reserved length", "cbor", at_ - 1);
    }
    return head;
  }

  Status content(CborItem& item, const Head& head, std::uint32_t depth) {
    item.number = head.value;
    const bool indefinite = head.info == kIndefinite;
    switch (head.major) {
      case 0:
        item.type = CborType::Unsigned;
        break;
      case 1:
        item.type = CborType::Negative;
        break;
      case 2:
        item.type = CborType::Bytes;
        return string(item, head, depth);
      case 3:
        item.type = CborType::Text;
        return string(item, head, depth);
      case 4:
        item.type = CborType::Array;
        return children(item, head, 1, depth);
      case 5:
        item.type = CborType::Map;
        return children(item, head, 2, depth);
      case 6:
        item.type = CborType::Tag;
        item.items.push_back(TRY(this->item(depth + 1)));
        break;
      default:
        item.type = CborType::Simple;
        break;
    }
    if (indefinite) {
      return fail(ErrorCode::Malformed, "a CBOR break stands outside a container", "cbor", at_ - 1);
    }
    return {};
  }

  Status string(CborItem& item, const Head& head, std::uint32_t depth) {
    if (head.info != kIndefinite) {
      const Bytes stored = slice(bytes_, at_, head.value);
      if (stored.size() != head.value) return cut();
      item.text = to_string(stored);
      at_ += head.value;
      return {};
    }
    while (!take_break()) {
      const CborItem chunk = TRY(this->item(depth + 1));
      if (chunk.type != item.type) {
        return fail(ErrorCode::Malformed, "a CBOR string has a chunk of another type", "cbor", at_);
      }
      item.text += chunk.text;
    }
    return {};
  }

  Status children(CborItem& item, const Head& head, std::uint64_t each, std::uint32_t depth) {
    // Every child takes at least one byte, so a giant count ends as `truncated`, not as a giant
    // allocation.
    const bool indefinite = head.info == kIndefinite;
    if (!indefinite && head.value > bytes_.size() - at_) return cut();
    for (std::uint64_t i = 0; indefinite ? !take_break() : i < head.value * each; ++i) {
      item.items.push_back(TRY(this->item(depth + 1)));
    }
    if (item.type == CborType::Map && item.items.size() % 2 != 0) {
      return fail(ErrorCode::Malformed, "a CBOR map has a key without a value", "cbor", at_);
    }
    return {};
  }

  bool take_break() {
    if (at_ >= bytes_.size() || bytes_[at_] != 0xFF) return false;
    ++at_;
    return true;
  }

  [[nodiscard]] Failure cut() const {
    return fail(ErrorCode::Truncated, "CBOR ends in the middle of an item", "cbor", at_);
  }

  Bytes bytes_;
  const Limits& limits_;
  std::uint64_t at_ = 0;
  std::uint32_t count_ = 0;
};

}  // namespace

const CborItem& CborItem::untagged() const noexcept {
  const CborItem* item = this;
  while (item->type == CborType::Tag) item = &item->items.front();
  return *item;
}

const CborItem* CborItem::find(std::string_view key) const noexcept {
  const CborItem& map = untagged();
  if (map.type != CborType::Map) return nullptr;
  for (std::size_t i = 0; i + 1 < map.items.size(); i += 2) {
    if (map.items[i].type == CborType::Text && map.items[i].text == key) return &map.items[i + 1];
  }
  return nullptr;
}

std::string_view CborItem::as_text() const noexcept {
  const CborItem& item = untagged();
  return item.type == CborType::Text ? std::string_view(item.text) : std::string_view();
}

Result<CborItem> read_cbor(Bytes bytes, const Limits& limits) {
  return Reader(bytes, limits).item(0);
}

}  // namespace colophon::wire
