// SPDX-License-Identifier: Apache-2.0
#include "wire/heif_properties.hpp"

#include <algorithm>

namespace colophon::wire {
namespace {

Failure broken(const Box& box) {
  return fail(ErrorCode::Malformed, "the list of who uses which property cannot be read", "ipma",
              box.whole.offset);
}

Status read_uses(Source& source, const Box& ipma, const Limits& limits, HeifProperties& out) {
  const FullBox full = TRY(read_full_box(source, ipma));
  const ByteBuffer bytes = TRY(read(source, full.body));
  std::size_t at = 0;
  const auto number = [&](unsigned width) -> std::optional<std::uint64_t> {
    const auto value = load_be(bytes, at, width);
    at += width;
    return value;
  };
  const auto items = number(4);
  if (!items || *items > limits.max_structures) return broken(ipma);
  const unsigned id_width = full.version == 0 ? 2 : 4, width = (full.flags & 1) != 0 ? 2 : 1;
  for (std::uint64_t i = 0; i < *items; ++i) {
    const auto id = number(id_width), count = number(1);
    if (!id || !count) return broken(ipma);
    auto& uses = out.uses[static_cast<std::uint32_t>(*id)];
    for (std::uint64_t k = 0; k < *count; ++k) {
      const std::uint64_t from = full.body.offset + at;
      const auto value = number(width);
      if (!value) return broken(ipma);
      const std::uint64_t top = 1ULL << (8 * width - 1), index = *value & (top - 1);
      if (index == 0 || index > out.list.size()) continue;
      uses.push_back({static_cast<std::size_t>(index - 1), (*value & top) != 0, {from, width}});
    }
  }
  return {};
}

}  // namespace

const PropertyUse* HeifProperties::find(std::uint32_t item, FourCc type) const noexcept {
  const auto found = uses.find(item);
  if (found == uses.end()) return nullptr;
  for (const PropertyUse& use : found->second) {
    if (list[use.index].is(type)) return &use;
  }
  return nullptr;
}

Result<HeifProperties> read_heif_properties(Source& source, const HeifMeta& meta,
                                            const Limits& limits) {
  HeifProperties out;
  const auto iprp = std::find_if(meta.children.begin(), meta.children.end(),
                                 [](const Box& box) { return box.is(fourcc("iprp")); });
  if (iprp == meta.children.end()) return out;
  out.iprp = *iprp;
  BoxBudget budget(limits);
  std::vector<Box> lists;
  BoxWalker children(source, iprp->body, budget);
  while (const auto child = TRY(children.next())) {
    if (child->is(fourcc("ipco"))) {
      out.ipco = *child;
      BoxWalker properties(source, child->body, budget);
      while (const auto property = TRY(properties.next())) out.list.push_back(*property);
    } else if (child->is(fourcc("ipma"))) {
      lists.push_back(*child);
    }
  }
  for (const Box& list : lists) TRY(read_uses(source, list, limits, out));
  return out;
}

}  // namespace colophon::wire
