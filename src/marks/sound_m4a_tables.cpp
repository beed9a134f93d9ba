// SPDX-License-Identifier: Apache-2.0
#include "marks/sound_m4a_tables.hpp"

#include <fmt/core.h>

namespace colophon::sound {
namespace {

using wire::fourcc;

Failure broken(std::string_view box) {
  return fail(ErrorCode::Malformed, fmt::format("the box {} makes no sense", box), "m4a");
}

ByteBuffer rows(const BoxNode& box, std::size_t head) {
  return to_buffer(slice(box.body, head));
}
/// A table: version and flags of the old one, numbers in front of the rows, the rows.
void rebuild(BoxNode& box, std::initializer_list<std::uint64_t> numbers, const ByteBuffer& rows) {
  ByteBuffer out = to_buffer(slice(box.body, 0, 4));
  for (const std::uint64_t number : numbers) append_be(out, number, 4);
  append(out, rows);
  box.body = std::move(out);
}
ByteBuffer row(std::initializer_list<std::uint64_t> numbers) {
  ByteBuffer out;
  for (const std::uint64_t number : numbers) append_be(out, number, 4);
  return out;
}
/// How many rows a table says and has.
Result<std::uint64_t> count_of(const BoxNode& box, std::size_t at, std::size_t head,
                               std::size_t width) {
  const auto count = load_be(box.body, at, 4);
  if (!count || box.body.size() < head || (box.body.size() - head) / width < *count) {
    return broken(wire::to_string(box.type));
  }
  return *count;
}

}  // namespace

Status put_times(BoxNode& box, std::uint64_t front, std::uint64_t back, std::uint32_t length) {
  const std::uint64_t count = TRY(count_of(box, 4, 8, 8));
  ByteBuffer all = front > 0 ? row({front, length}) : ByteBuffer();
  ByteBuffer old = rows(box, 8);
  old.resize(count * 8);
  if (back > 0 && count > 0 && load_be(old, old.size() - 8, 4) == 1U) {
    store_be(old, old.size() - 4, length, 4);
  }
  append(all, old);
  if (back > 0) append(all, row({back, length}));
  rebuild(box, {count + (front > 0 ? 1U : 0U) + (back > 0 ? 1U : 0U)}, all);
  return {};
}

Status put_sizes(BoxNode& box, const NewPackets& front, const NewPackets& back) {
  const auto same = load_be(box.body, 4, 4);
  const auto told = load_be(box.body, 8, 4);
  if (!same || !told) return broken("stsz");
  const std::uint64_t count = *same != 0 ? *told : TRY(count_of(box, 8, 12, 4));
  ByteBuffer all;
  for (const std::uint32_t size : front.sizes) append_be(all, size, 4);
  if (*same != 0) {
    if (count > 5'000'000) return broken("stsz");
    for (std::uint64_t i = 0; i < count; ++i) append_be(all, *same, 4);
  } else {
    append(all, slice(box.body, 12, count * 4));
  }
  for (const std::uint32_t size : back.sizes) append_be(all, size, 4);
  rebuild(box, {0, count + front.sizes.size() + back.sizes.size()}, all);
  return {};
}

Status put_chunks(BoxNode& box, std::uint64_t chunks, const NewPackets& front,
                  const NewPackets& back) {
  const std::uint64_t count = TRY(count_of(box, 4, 8, 12));
  ByteBuffer all;
  const std::uint64_t more = front.sizes.empty() ? 0 : 1;
  if (more > 0) append(all, row({1, front.sizes.size(), 1}));
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t first = *load_be(box.body, 8 + 12 * i, 4);
    append_be(all, first + more, 4);
    append(all, slice(box.body, 12 + 12 * i, 8));
  }
  if (!back.sizes.empty()) append(all, row({chunks + more + 1, back.sizes.size(), 1}));
  rebuild(box, {count + more + (back.sizes.empty() ? 0U : 1U)}, all);
  return {};
}

Status put_places(BoxNode& box, const NewPackets* front, const NewPackets* back, const Moved& moved,
                  bool wide) {
  const unsigned old_width = box.type == fourcc("co64") ? 8 : 4;
  const std::uint64_t count = TRY(count_of(box, 4, 8, old_width));
  const unsigned width = wide ? 8 : 4;
  ByteBuffer all;
  std::uint64_t added = 0;
  const auto add = [&](const NewPackets* packets) {
    if (packets == nullptr || packets->sizes.empty()) return;
    append_be(all, packets->at, width);
    ++added;
  };
  add(front);
  for (std::uint64_t i = 0; i < count; ++i) {
    append_be(all, moved(*load_be(box.body, 8 + old_width * i, old_width)), width);
  }
  add(back);
  rebuild(box, {count + added}, all);
  box.type = wide ? fourcc("co64") : fourcc("stco");
  return {};
}

Status put_groups(BoxNode& box, const NewPackets& front, const NewPackets& back) {
  const std::size_t head = !box.body.empty() && box.body[0] == 1 ? 16 : 12;
  const std::uint64_t count = TRY(count_of(box, head - 4, head, 8));
  if (count == 0) return {};
  ByteBuffer out = to_buffer(slice(box.body, 0, head - 4));
  append_be(out, count + (front.sizes.empty() ? 0U : 1U) + (back.sizes.empty() ? 0U : 1U), 4);
  if (!front.sizes.empty()) {
    append(out, row({front.sizes.size(), *load_be(box.body, head + 4, 4)}));
  }
  append(out, slice(box.body, head, count * 8));
  if (!back.sizes.empty()) {
    append(out, row({back.sizes.size(), *load_be(box.body, head + 8 * count - 4, 4)}));
  }
  box.body = std::move(out);
  return {};
}

}  // namespace colophon::sound
