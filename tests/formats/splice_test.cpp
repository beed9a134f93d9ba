// SPDX-License-Identifier: Apache-2.0
// Property tests of the one writer: a plan applied equals the edit done by hand, however it is
// read.
#include "formats/splice.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "support/support.hpp"

using namespace colophon;

namespace {

/// Random replacements that do not overlap, with the result computed the slow way.
struct Scene {
  ByteBuffer source, expected;
  std::vector<Replacement> replacements;
};

Scene random_scene() {
  Scene scene;
  scene.source = *rc::gen::arbitrary<ByteBuffer>();
  std::uint64_t at = 0;
  while (at <= scene.source.size() && scene.replacements.size() < 8) {
    const std::uint64_t keep = *rc::gen::inRange<std::uint64_t>(0, 20);
    if (keep > scene.source.size() - at) break;
    append(scene.expected, slice(scene.source, at, keep));
    at += keep;
    const std::uint64_t drop =
        std::min<std::uint64_t>(*rc::gen::inRange<std::uint64_t>(0, 10), scene.source.size() - at);
    const auto put = *rc::gen::arbitrary<ByteBuffer>();
    append(scene.expected, Bytes(put));
    scene.replacements.push_back({{at, drop}, put});
    at += drop;
  }
  append(scene.expected, slice(scene.source, at));
  return scene;
}

}  // namespace

TEST_CASE("a plan applied equals the edit done by hand") {
  CHECK(rc::check([] {
    const Scene scene = random_scene();
    const auto plan = replace_ranges(scene.source.size(), scene.replacements);
    RC_ASSERT(plan.has_value());
    RC_ASSERT(plan->output_size() == scene.expected.size());
    MemorySource source(scene.source);
    MemorySink sink;
    RC_ASSERT(execute(source, *plan, sink).has_value());
    RC_ASSERT(sink.bytes() == scene.expected);
  }));
}

TEST_CASE("a plan seen without writing equals the plan applied") {
  CHECK(rc::check([] {
    const Scene scene = random_scene();
    const auto plan = replace_ranges(scene.source.size(), scene.replacements);
    RC_ASSERT(plan.has_value());
    MemorySource source(scene.source);
    SplicedSource spliced(source, *plan);
    const auto from = *rc::gen::inRange<std::uint64_t>(0, scene.expected.size() + 1);
    const auto size = *rc::gen::inRange<std::uint64_t>(0, scene.expected.size() - from + 1);
    const auto view = spliced.view({from, size});
    RC_ASSERT(view.has_value());
    RC_ASSERT(to_buffer(*view) == to_buffer(slice(scene.expected, from, size)));
    RC_ASSERT(!spliced.view({scene.expected.size(), 1}).has_value());
  }));
}

TEST_CASE("overlapping or outlying replacements are refused") {
  CHECK_FALSE(replace_ranges(10, {{{2, 4}, {}}, {{5, 1}, {}}}));
  CHECK_FALSE(replace_ranges(10, {{{8, 4}, {}}}));
  CHECK_FALSE(replace_ranges(10, {{{UINT64_MAX, 4}, {}}}));
}

TEST_CASE("a plan knows whether it fits in place and whether it changes anything") {
  CHECK(identity(10).is_identity(10));
  CHECK(replace_ranges(10, {{{2, 2}, to_buffer("ab")}})->fits_in_place(10));
  CHECK(replace_ranges(10, {{{10, 0}, to_buffer("ab")}})->fits_in_place(10));
  CHECK_FALSE(replace_ranges(10, {{{2, 2}, to_buffer("abc")}})->fits_in_place(10));
  CHECK_FALSE(replace_ranges(10, {{{8, 2}, {}}})->fits_in_place(10));
  CHECK_FALSE(replace_ranges(10, {{{2, 2}, to_buffer("ab")}})->is_identity(10));
}

TEST_CASE("the tap sees every byte once") {
  const ByteBuffer bytes = to_buffer("0123456789");
  MemorySource source(bytes);
  MemorySink sink;
  ByteBuffer seen;
  const auto plan = replace_ranges(10, {{{5, 0}, to_buffer("-")}});
  REQUIRE(execute(source, *plan, sink, [&](Bytes piece) { append(seen, piece); }));
  CHECK(seen == sink.bytes());
}
