// SPDX-License-Identifier: Apache-2.0
#include "formats/iptc_text.hpp"

#include "base/text.hpp"
#include "wire/iptc_iim.hpp"

#include <fmt/core.h>

namespace colophon {
namespace {

constexpr std::uint16_t kIptcResource = 0x0404;
constexpr std::uint64_t kMaxBlock = 1 << 20;
constexpr std::size_t kMaxFields = 512;

/// Names as ExifTool prints them.
std::string_view name_of(const wire::IimField& field) noexcept {
  if (field.record != 2) return {};
  switch (field.dataset) {
    case 5:
      return "ObjectName";
    case 25:
      return "Keywords";
    case 40:
      return "SpecialInstructions";
    case 65:
      return "OriginatingProgram";
    case 70:
      return "ProgramVersion";
    case 80:
      return "By-line";
    case 105:
      return "Headline";
    case 110:
      return "Credit";
    case 115:
      return "Source";
    case 116:
      return "CopyrightNotice";
    case 120:
      return "Caption-Abstract";
    case 122:
      return "Writer-Editor";
    default:
      return {};
  }
}

Status add_fields(Bytes bytes, std::uint64_t base, std::string_view path, Range whole,
                  const Limits& limits, Layout& layout) {
  for (const wire::IimField& field : wire::read_iim(bytes, kMaxFields)) {
    const std::string_view name = name_of(field);
    if (name.empty() || field.value.size == 0) continue;
    if (layout.carriers.size() >= limits.max_carriers) {
      return fail(ErrorCode::LimitExceeded, "too many IPTC fields", std::string(path), base);
    }
    Carrier carrier;
    carrier.kind = CarrierKind::Tag;
    carrier.key = name;
    carrier.path = fmt::format("{}.{}", path, name);
    carrier.whole = whole;
    carrier.payload = {base + field.value.offset, field.value.size};
    const Bytes stored = slice(bytes, field.value.offset, field.value.size);
    if (!is_utf8(as_text(stored))) carrier.value = to_buffer(latin1_to_utf8(stored));
    layout.carriers.push_back(std::move(carrier));
  }
  return {};
}

}  // namespace

Status iptc_carriers(Source& source, Range block, std::string_view path, Range whole,
                     const Limits& limits, Layout& layout) {
  if (block.size > kMaxBlock) return {};
  const Bytes bytes = TRY(source.view(block));
  return add_fields(bytes, block.offset, path, whole, limits, layout);
}

Status photoshop_carriers(Source& source, Range resources, std::string_view path, Range whole,
                          const Limits& limits, Layout& layout) {
  if (resources.size > kMaxBlock) return {};
  const Bytes bytes = TRY(source.view(resources));
  const auto block = wire::find_photoshop_resource(bytes, kIptcResource);
  if (!block) return {};
  return add_fields(slice(bytes, block->offset, block->size), resources.offset + block->offset,
                    path, whole, limits, layout);
}

}  // namespace colophon
