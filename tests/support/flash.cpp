// SPDX-License-Identifier: Apache-2.0
#include "support/flash.hpp"

#include <bit>

namespace colophon::testing::flash {
namespace {

constexpr std::size_t kHeader = 13;

ByteBuffer picture(int index) {
  return tag(
      9, ByteBuffer(30 + static_cast<std::size_t>(index), static_cast<std::uint8_t>('A' + index)));
}
double number_at(Bytes file, std::size_t at) {
  return std::bit_cast<double>(*load_be(file, at, 8));
}

}  // namespace

ByteBuffer operator+(ByteBuffer a, const ByteBuffer& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}
ByteBuffer number(double value) {
  ByteBuffer out{0};
  append_be(out, std::bit_cast<std::uint64_t>(value), 8);
  return out;
}
ByteBuffer text(std::string_view value) {
  ByteBuffer out{2};
  append_be(out, value.size(), 2);
  return out + to_buffer(value);
}
ByteBuffer long_text(std::string_view value) {
  ByteBuffer out{12};
  append_be(out, value.size(), 4);
  return out + to_buffer(value);
}
ByteBuffer property(std::string_view name, const ByteBuffer& value) {
  ByteBuffer out;
  append_be(out, name.size(), 2);
  return out + to_buffer(name) + value;
}
ByteBuffer object(const ByteBuffer& properties) {
  return ByteBuffer{3} + properties + ByteBuffer{0, 0, 9};
}
ByteBuffer array(std::uint32_t count, const ByteBuffer& properties, bool end) {
  ByteBuffer out{8};
  append_be(out, count, 4);
  return out + properties + (end ? ByteBuffer{0, 0, 9} : ByteBuffer{});
}
ByteBuffer numbers(const std::vector<double>& values) {
  ByteBuffer out{10};
  append_be(out, values.size(), 4);
  for (const double value : values) out = out + number(value);
  return out;
}
ByteBuffer tag(std::uint8_t type, const ByteBuffer& data) {
  ByteBuffer out{type};
  append_be(out, data.size(), 3);
  out.insert(out.end(), 7, 0);
  out = out + data;
  append_be(out, out.size(), 4);
  return out;
}
ByteBuffer script(std::string_view name, const ByteBuffer& value) {
  return tag(18, text(name) + value);
}

ByteBuffer film(const ByteBuffer& scripts) {
  const ByteBuffer head{'F', 'L', 'V', 1, 1, 0, 0, 0, 9, 0, 0, 0, 0};
  return head + scripts + picture(0) + picture(1) + picture(2);
}

ByteBuffer indexed_film(std::uint32_t more, const ByteBuffer& properties,
                        const ByteBuffer& scripts_behind) {
  std::vector<double> positions(3);
  double size = 0;
  const auto scripts = [&] {
    return script("onMetaData",
                  array(4 + more,
                        property("duration", number(3)) + property("filesize", number(size)) +
                            property("lastkeyframelocation", number(positions[2])) +
                            property("keyframes",
                                     object(property("filepositions", numbers(positions)) +
                                            property("times", numbers({0, 1, 2})))) +
                            properties)) +
           scripts_behind;
  };
  std::size_t at = kHeader + scripts().size();
  for (int i = 0; i < 3; ++i) {
    positions[static_cast<std::size_t>(i)] = static_cast<double>(at);
    at += picture(i).size();
  }
  size = static_cast<double>(at);
  return film(scripts());
}

std::vector<std::string> pointed_at(Bytes file) {
  std::vector<std::string> found;
  const std::string_view all = as_text(file);
  const auto follow = [&](std::size_t at) {
    found.push_back(to_string(slice(file, static_cast<std::uint64_t>(number_at(file, at)), 20)));
  };
  if (const auto at = all.find("filepositions"); at != std::string_view::npos) {
    const std::size_t list = at + 13;
    for (std::size_t i = 0; i < *load_be(file, list + 1, 4); ++i) follow(list + 6 + 9 * i);
  }
  if (const auto at = all.find("lastkeyframelocation"); at != std::string_view::npos) {
    follow(at + 21);
  }
  if (const auto at = all.find("filesize"); at != std::string_view::npos) {
    const bool right = number_at(file, at + 9) == static_cast<double>(file.size());
    found.emplace_back(right ? "size" : "wrong size");
  }
  return found;
}

bool is_well_formed(Bytes file) {
  std::size_t at = kHeader;
  while (at + 11 <= file.size()) {
    const std::size_t size = 11 + *load_be(file, at + 1, 3);
    if (load_be(file, at + size, 4) != size) return false;
    at += size + 4;
  }
  return at == file.size();
}

}  // namespace colophon::testing::flash
