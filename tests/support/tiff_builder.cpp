// SPDX-License-Identifier: Apache-2.0
#include "support/tiff_builder.hpp"

#include <algorithm>

namespace colophon::testing {
namespace {

constexpr std::uint16_t kStripOffsets = 273;

class Builder {
 public:
  explicit Builder(TiffFlavour flavour) {
    header_.big_endian = flavour.big_endian;
    header_.big = flavour.big;
  }

  ByteBuffer build(const std::vector<TestIfd>& pages) {
    append(out_, flavour_start());
    if (header_.big) {
      put(8, 2);
      put(0, 2);
    }
    std::size_t pointer = out_.size();
    put(0, header_.width());
    for (const TestIfd& page : pages) {
      store(pointer, out_.size());
      pointer = add(page);
    }
    return std::move(out_);
  }

 private:
  std::string_view flavour_start() const {
    if (header_.big_endian) return {header_.big ? "MM\0+" : "MM\0*", 4};
    return {header_.big ? "II+\0" : "II*\0", 4};
  }
  void put(std::uint64_t value, unsigned size) { header_.append(out_, value, size); }
  void store(std::size_t at, std::uint64_t value) {
    header_.big_endian ? store_be(out_, at, value, header_.width())
                       : store_le(out_, at, value, header_.width());
  }
  void even() { out_.resize(out_.size() + out_.size() % 2, 0); }

  /// Returns where the next pointer stands.
  std::size_t add(const TestIfd& ifd) {
    std::vector<TiffField> fields = ifd.fields;
    for (const auto& [tag, child] : ifd.children) {
      fields.push_back({tag, static_cast<std::uint16_t>(header_.big ? 18 : 4), 1, {}});
    }
    std::sort(fields.begin(), fields.end(),
              [](const TiffField& a, const TiffField& b) { return a.tag < b.tag; });
    const std::size_t start = out_.size();
    put(fields.size(), header_.count_width());
    for (const TiffField& field : fields) {
      append(out_, wire::make_tiff_entry(header_, field.tag, field.type, field.count, field.value));
    }
    const std::size_t next = out_.size();
    put(0, header_.width());
    const auto field_at = [&](std::size_t i) {
      return start + header_.count_width() + i * header_.entry_size() + 4 + header_.width();
    };
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (fields[i].value.size() > header_.width()) {
        store(field_at(i), out_.size());
        append(out_, fields[i].value);
        even();
      }
      for (const auto& [tag, child] : ifd.children) {
        if (tag != fields[i].tag) continue;
        store(field_at(i), out_.size());
        add(child);
      }
    }
    return next;
  }

  wire::TiffHeader header_;
  ByteBuffer out_;
};

}  // namespace

TiffField ascii(std::uint16_t tag, std::string_view text) {
  ByteBuffer value = to_buffer(text);
  value.push_back(0);
  return {tag, 2, value.size(), value};
}

TiffField undefined(std::uint16_t tag, std::string_view bytes) {
  return {tag, 7, bytes.size(), to_buffer(bytes)};
}

TiffField number(TiffFlavour flavour, std::uint16_t tag, wire::TiffType type, std::uint64_t value) {
  wire::TiffHeader header;
  header.big_endian = flavour.big_endian;
  TiffField field{tag, static_cast<std::uint16_t>(type), 1, {}};
  header.append(field.value, value, wire::tiff_type_size(field.type));
  return field;
}

ByteBuffer make_tiff(TiffFlavour flavour, const std::vector<TestIfd>& pages) {
  return Builder(flavour).build(pages);
}

ByteBuffer make_tiff_picture(TiffFlavour flavour, std::vector<TestIfd> pages) {
  using wire::TiffType;
  const auto add_picture = [&](TestIfd& page, std::uint64_t strip) {
    const std::pair<std::uint16_t, std::uint64_t> shorts[] = {
        {256, 4}, {257, 4}, {258, 8}, {259, 1}, {262, 1}, {277, 1}, {278, 4}};
    for (const auto& [tag, value] : shorts) {
      page.fields.push_back(number(flavour, tag, TiffType::Short, value));
    }
    page.fields.push_back(number(flavour, kStripOffsets, TiffType::Long, strip));
    page.fields.push_back(number(flavour, 279, TiffType::Long, 16));
  };
  std::vector<TestIfd> sized = pages;
  for (TestIfd& page : sized) add_picture(page, 0);
  const std::uint64_t strip = make_tiff(flavour, sized).size();
  for (TestIfd& page : pages) add_picture(page, strip);
  ByteBuffer out = make_tiff(flavour, pages);
  for (std::uint8_t i = 0; i < 16; ++i) out.push_back(static_cast<std::uint8_t>(i * 16));
  return out;
}

}  // namespace colophon::testing
