// SPDX-License-Identifier: Apache-2.0
#include "ops/trust.hpp"

#include <doctest/doctest.h>

#include "io/io.hpp"
#include "ops/ops.hpp"
#include "support/support.hpp"

using namespace colophon;

TEST_CASE("moments as people write them") {
  CHECK(parse_time("1970-01-01") == 0);
  CHECK(parse_time("2026-11-23T00:00:00Z") == 1795392000);
  CHECK(parse_time("2026-11-23T08:00:00+08:00") == 1795392000);
  CHECK(parse_time("2026-11-22T23:30:00.25-00:30") == 1795392000);
  for (const char* wrong :
       {"", "now", "2026-13-01", "2026-02-30", "2026-11-23T", "2026-11-23T25:00:00Z",
        "2026-11-23T00:00:00", "2026-11-23T00:00:00Zx", "2026-1-2", "-026-01-01"}) {
    CAPTURE(std::string(wrong));
    CHECK_FALSE(parse_time(wrong));
  }
}

TEST_CASE("trust lists that are not there, or hold no certificate") {
  testing::TemporaryFolder folder;
  CHECK_FALSE(load_trust({folder.file("none.pem")}, {}));
  CHECK(load_trust({folder.path()}, {}).error().code == ErrorCode::NotFound);
  testing::write_file(folder.file("a.pem"), as_bytes("no certificate"));
  CHECK(load_trust({folder.path()}, {}).error().code == ErrorCode::Malformed);
  CHECK(load_trust({}, {})->anchors.empty());
}

TEST_CASE("what lies beside a file as its store and is none does not hide its labels") {
  testing::TemporaryFolder folder;
  testing::write_file(folder.file("a.md"), as_bytes("# text\n"));
  testing::write_file(folder.file("a.md.c2pa"), as_bytes("no store"));
  const Report report = verify_file(folder.file("a.md"), system_env(), {});
  REQUIRE(report.evidence.size() == 1);
  CHECK(report.evidence[0].carrier == "sidecar:c2pa");
  CHECK(report.evidence[0].c2pa->state == "Invalid");
}
