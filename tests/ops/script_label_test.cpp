// SPDX-License-Identifier: Apache-2.0
// A label that a page keeps as data for its own scripts.
#include <doctest/doctest.h>

#include "io/io.hpp"
#include "ops/ops.hpp"
#include "support/support.hpp"

using namespace colophon;
using namespace colophon::testing;

TEST_CASE("a script of JSON named AIGC holds a label, another one does not") {
  for (const bool named : {true, false}) {
    const std::string page = std::string("<!doctype html><html><head>") +
                             "<script type=\"application/json\" id=\"" + (named ? "aigc" : "data") +
                             R"("> {"Label":"1","ContentProducer":"001191110102MAD55U9H0F10002",)" +
                             R"("ProduceID":"a"}</script></head><body></body></html>)";
    const ByteBuffer bytes = to_buffer(page);
    MemorySource source(bytes);
    const Report report = verify(source, system_env(), {}, {});
    REQUIRE(report.evidence.size() == (named ? 1U : 0U));
    if (!named) continue;
    CHECK(report.evidence[0].carrier == "html:script[AIGC]");
    CHECK(report.verdict.origin == Origin::Generated);
  }
}
