// SPDX-License-Identifier: Apache-2.0
// Private to the HEIF module: one change to the items of a file, and what has to follow it.
#pragma once

#include "formats/heif_picture.hpp"
#include "formats/heif_shift.hpp"
#include "formats/mp4_edit.hpp"

#include <set>

namespace colophon::heif {

using mp4::Box;
using mp4::FourCc;
using mp4::fourcc;
using wire::HeifItem;
using wire::HeifMeta;
using wire::ItemExtent;
using wire::ItemLocation;

class Plan {
 public:
  Plan(Source& source, const mp4::FileMap& map, HeifMeta meta, const Limits& limits)
      : source_(source), map_(map), meta_(std::move(meta)), limits_(limits) {}

  [[nodiscard]] Status set(const Carrier& target, const Edit& edit);
  [[nodiscard]] Status add_xmp(Bytes packet);
  void put_store(const Layout& layout, Bytes store);
  /// Coded pictures of the file with other bytes and another configuration (heif_picture.cpp).
  [[nodiscard]] Status set_pictures(const wire::HeifProperties& properties,
                                    std::span<const CodedChange> changes);
  [[nodiscard]] Result<Splice> finish();

 private:
  [[nodiscard]] Status set_item(const HeifItem& item, const std::vector<Range>& ranges,
                                ByteBuffer value);
  [[nodiscard]] Status set_property(const wire::HeifProperties& properties, std::size_t index,
                                    Bytes body);
  [[nodiscard]] Status add_property(const wire::HeifProperties& properties, std::size_t index,
                                    Bytes body, const std::set<std::uint32_t>& users);
  [[nodiscard]] Status drop_encoding(const HeifItem& item);
  [[nodiscard]] Status check_filled(Range list, std::string otherwise);
  [[nodiscard]] Status add_item(std::uint16_t id);
  [[nodiscard]] Status add_reference(std::uint16_t id);
  [[nodiscard]] Result<std::uint16_t> free_id() const;
  [[nodiscard]] std::uint64_t place_for_data() const noexcept;
  [[nodiscard]] Status grow(const Box& box, std::int64_t by);
  [[nodiscard]] Status grow_holders(Range range, std::int64_t by);
  void choose_widths();
  [[nodiscard]] Status move_items(const Shift& shift);
  [[nodiscard]] std::vector<Replacement> all() const;

  Source& source_;
  const mp4::FileMap& map_;
  HeifMeta meta_;
  const Limits& limits_;
  mp4::MovieChange change_;
  std::vector<Replacement> inserts_;
  std::vector<std::uint32_t> set_items_;  // ids whose bytes are replaced
  std::optional<std::uint32_t> new_item_;
  bool relocate_ = false;  // iloc changes
  std::size_t added_properties_ = 0;
};

[[nodiscard]] Result<Plan> open_plan(Source& source, const mp4::FileMap& map, const Limits& limits);

}  // namespace colophon::heif
