// SPDX-License-Identifier: Apache-2.0
// Every specimen of a text container, whole and broken by chance: a clean answer, the rest of the
// file as it was, and never a second label.
#include <doctest/doctest.h>

#include <chrono>

#include "marks/demand.hpp"
#include "support/support.hpp"

using namespace colophon;

namespace {

MarkDemand demand_for(bool any) {
  MarkDemand demand;
  demand.medium = MarkMedium::Text;
  demand.texts = {"本内容由AI生成", "AI GENERATED"};
  demand.at_end = !any;
  demand.any_end = any;
  return demand;
}

bool is_text(const Format& format) {
  return medium_of(format) == MarkMedium::Text;
}

/// Plans, and plans again on what came out. Gives whether there is a label.
bool try_one(const Format& format, Bytes bytes, const MarkDemand& demand) {
  MemorySource source(bytes);
  (void)find_text_marks(source, format, {});
  const auto plan = plan_text_mark(source, format, "a", demand, {});
  if (!plan) {
    CHECK_FALSE(plan.error().message.empty());
    return false;
  }
  MemorySink sink;
  REQUIRE(execute(source, plan->splice, sink));
  CHECK(sink.bytes().size() == plan->splice.output_size());
  CHECK(plan->changes == !plan->splice.is_identity(bytes.size()));
  if (!plan->changes) return true;
  MemorySource output(sink.bytes());
  const auto again = plan_text_mark(output, format, "a", demand, {});
  REQUIRE(again);
  CHECK_FALSE(again->changes);
  return true;
}

}  // namespace

TEST_CASE("every specimen of a text gets its label once, or a reason") {
  std::size_t labelled = 0;
  for (const auto& specimen : testing::specimens()) {
    const Format& format = *find_format(specimen.format);
    if (!is_text(format)) continue;
    CAPTURE(specimen.format);
    CAPTURE(specimen.what);
    for (const bool any : {true, false}) {
      labelled += try_one(format, specimen.bytes, demand_for(any)) ? 1 : 0;
    }
  }
  CHECK(labelled > 40);
}

TEST_CASE("broken texts give a clean answer in bounded time") {
  testing::Random random(20251124);
  for (const auto& specimen : testing::specimens()) {
    const Format& format = *find_format(specimen.format);
    if (!is_text(format)) continue;
    CAPTURE(specimen.format);
    CAPTURE(specimen.what);
    for (int i = 0; i < 12; ++i) {
      const ByteBuffer bytes = testing::mutate(specimen.bytes, random);
      const auto start = testing::ComputingClock::now();
      MemorySource source(bytes);
      (void)find_text_marks(source, format, {});
      (void)plan_text_mark(source, format, "a", demand_for(false), {});
      CHECK(testing::ComputingClock::now() - start < std::chrono::seconds(2));
    }
  }
}
