// SPDX-License-Identifier: Apache-2.0
#include "marks/marked.hpp"

namespace colophon::testing {

MarkDemand picture_demand(std::string text) {
  MarkDemand wanted;
  wanted.medium = MarkMedium::Picture;
  wanted.texts = {std::move(text)};
  return wanted;
}

Marked marked(const ByteBuffer& file, std::string_view format, const MarkDemand& wanted) {
  MemorySource source(file);
  auto plan = plan_picture_mark(source, *find_format(format), wanted, {});
  REQUIRE_MESSAGE(plan.has_value(), (plan ? "" : plan.error().message));
  REQUIRE(plan->marks.size() == 1);
  CHECK(plan->changes);
  MemorySink sink;
  REQUIRE(execute(plan->made ? *plan->made : source, plan->splice, sink));
  return {sink.take(), plan->marks[0], plan->notes};
}

ErrorCode refused(const ByteBuffer& file, std::string_view format) {
  MemorySource source(file);
  const auto plan = plan_picture_mark(source, *find_format(format), picture_demand(), {});
  REQUIRE_FALSE(plan.has_value());
  CHECK_FALSE(plan.error().message.empty());
  return plan.error().code;
}

bool near_mark(const Mark& mark, std::size_t x, std::size_t y) {
  const std::size_t room = mark.glyph_height + 4;
  return x + room >= mark.x && x < mark.x + mark.width + room && y + room >= mark.y &&
         y < mark.y + mark.height + room;
}

}  // namespace colophon::testing
