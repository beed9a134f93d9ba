// SPDX-License-Identifier: Apache-2.0
#include "wire/ebml.hpp"

#include <doctest/doctest.h>

#include "support/matroska.hpp"

using namespace colophon;
using namespace colophon::wire;
using testing::Random;
namespace mk = colophon::testing::matroska;
using mk::operator+;

namespace {

constexpr std::uint32_t kMaster = 0x7373, kOther = 0x67C8, kLeaf = 0x4487, kShort = 0x81;

bool is_master(std::uint32_t id) noexcept {
  return id == kMaster || id == kOther;
}

Result<EbmlElement> head_of(const ByteBuffer& bytes) {
  MemorySource source(bytes);
  return read_element_head(source, 0, bytes.size());
}
Status read(const ByteBuffer& bytes, EbmlNode& root, const Limits& limits = {}) {
  MemorySource source(bytes);
  const EbmlElement element = TRY(read_element(source, 0, bytes.size()));
  return read_tree(source, element, is_master, limits, root);
}

ByteBuffer random_tree(Random& random, int depth) {
  const auto width = static_cast<unsigned>(random.below(3) == 0 ? 4 + random.below(5) : 0);
  if (depth == 0 || random.below(3) == 0) {
    const ByteBuffer data(random.below(200), static_cast<std::uint8_t>(random.next()));
    return mk::element(random.below(2) == 0 ? kLeaf : kShort, data, width);
  }
  ByteBuffer data;
  for (std::uint64_t n = random.below(5); n > 0; --n) {
    const ByteBuffer child = random_tree(random, depth - 1);
    data.insert(data.end(), child.begin(), child.end());
  }
  if (random.below(2) == 0) return mk::sealed(kMaster, data);
  return mk::element(kOther, data, width);
}

/// Some leaf below; null: there is none.
EbmlNode* pick_leaf(EbmlNode& node, Random& random) {
  std::vector<EbmlNode*> leaves;
  const auto gather = [&](auto&& self, EbmlNode& at) -> void {
    for (EbmlNode& child : at.children) {
      if (child.master) self(self, child);
      if (child.id == kLeaf) leaves.push_back(&child);
    }
  };
  gather(gather, node);
  return leaves.empty() ? nullptr : leaves[random.below(leaves.size())];
}

}  // namespace

TEST_CASE("ebml: heads of every width") {
  for (unsigned width = 1; width <= 8; ++width) {
    const auto element = head_of(mk::element(kMaster, ByteBuffer(5, 0), width));
    REQUIRE(element);
    CHECK(element->size_width == width);
    CHECK(element->data == Range{2 + width, 5});
    CHECK_FALSE(element->open);
    const auto open = head_of(mk::open_element(0x18538067, ByteBuffer(7, 0), width));
    REQUIRE(open);
    CHECK(open->open);
    CHECK(open->data == Range{4 + width, 7});
  }
}

TEST_CASE("ebml: a size of 2^56 - 2 is told, not followed") {
  const auto head = head_of({0xEC, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0, 0});
  REQUIRE(head);
  CHECK(head->data.size == (1ULL << 56) - 2);
  EbmlNode root;
  const Status status = read({0xEC, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0, 0}, root);
  REQUIRE_FALSE(status);
  CHECK(status.error().code == ErrorCode::Truncated);
}

TEST_CASE("ebml: no element starts with a zero byte, and none is cut") {
  for (const ByteBuffer& bytes :
       {ByteBuffer{}, ByteBuffer{0}, ByteBuffer{0x08, 1, 1, 1, 1, 0x80}, ByteBuffer{0x1A, 0x45},
        ByteBuffer{0xEC}, ByteBuffer{0xEC, 0}, ByteBuffer{0xEC, 0x40}}) {
    CHECK_FALSE(head_of(bytes));
  }
}

TEST_CASE("ebml: unknown sizes inside a tree are refused") {
  EbmlNode root;
  const ByteBuffer inner = mk::open_element(kOther, mk::open_element(kOther, {}));
  const Status status = read(mk::element(kMaster, mk::element(kLeaf, "kept") + inner), root);
  REQUIRE_FALSE(status);
  CHECK(status.error().code == ErrorCode::Malformed);
  REQUIRE(root.children.size() == 1);
  CHECK(as_text(root.children[0].value) == "kept");
}

TEST_CASE("ebml: deep nesting, many elements and long ones hit a cap") {
  ByteBuffer deep;
  for (int i = 0; i < 1000; ++i) deep = mk::element(kMaster, deep);
  EbmlNode root;
  CHECK(read(deep, root).error().code == ErrorCode::LimitExceeded);
  ByteBuffer many;
  for (int i = 0; i < 1000; ++i) many = many + mk::element(kShort, "");
  Limits limits;
  limits.max_structures = 500;
  CHECK(read(mk::element(kMaster, many), root, limits).error().code == ErrorCode::LimitExceeded);
  limits = {};
  limits.max_payload = 100;
  CHECK(read(mk::element(kMaster, many), root, limits).error().code == ErrorCode::LimitExceeded);
}

TEST_CASE("ebml: a Void of any size is one element") {
  for (std::uint64_t size = 2; size < 20000; size += size < 300 ? 1 : 97) {
    const ByteBuffer bytes = make_ebml_void(size);
    CHECK(bytes.size() == size);
    const auto head = head_of(bytes);
    REQUIRE(head);
    CHECK(head->id == kEbmlVoid);
    CHECK(head->whole() == Range{0, size});
  }
}

TEST_CASE("ebml: a tree fills any room that is large enough, also one byte more") {
  const EbmlNode node = ebml_master(kMaster, {ebml_leaf(kLeaf, as_bytes("a value"))});
  const std::size_t least = write_tree(node).size();
  for (std::size_t room = 0; room < least + 300; ++room) {
    const auto bytes = write_tree_into(node, room);
    CHECK(bytes.has_value() == (room >= least));
    if (!bytes) continue;
    CHECK(bytes->size() == room);
    MemorySource source(*bytes);
    std::uint64_t at = 0;
    while (at < room) at = read_element(source, at, room).value().data.end();
    CHECK(at == room);
  }
}

TEST_CASE("ebml: unsigned integers grow and never shrink") {
  EbmlNode leaf = ebml_leaf(kShort, ByteBuffer{0, 1});
  CHECK(ebml_uint(leaf) == 1);
  set_ebml_uint(leaf, 2);
  CHECK(leaf.value == ByteBuffer{0, 2});
  set_ebml_uint(leaf, 0x10000);
  CHECK(leaf.value == ByteBuffer{1, 0, 0});
  set_ebml_uint(leaf, UINT64_MAX);
  CHECK(ebml_uint(leaf) == UINT64_MAX);
  CHECK_FALSE(ebml_uint(ebml_leaf(kShort, ByteBuffer(9, 0))));
  CHECK(ebml_uint(ebml_leaf(kShort, {})) == 0);
}

TEST_CASE("ebml: random trees are written as they were read, and keep all but what is set") {
  Random random(8794);
  for (int round = 0; round < 500; ++round) {
    ByteBuffer data;
    for (int i = 0; i < 3; ++i) data = data + random_tree(random, 5);
    const ByteBuffer bytes = mk::sealed(kMaster, data);
    EbmlNode root;
    REQUIRE(read(bytes, root));
    REQUIRE(write_tree(root) == bytes);
    EbmlNode* leaf = pick_leaf(root, random);
    if (leaf == nullptr) continue;
    leaf->value = ByteBuffer(random.below(400), static_cast<std::uint8_t>(random.next()));
    const ByteBuffer changed = write_tree(root);
    EbmlNode again;
    REQUIRE(read(changed, again));
    // Checksums and sizes hold: writing what was read changes nothing.
    CHECK(write_tree(again) == changed);
  }
}
