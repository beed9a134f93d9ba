// SPDX-License-Identifier: Apache-2.0
#include "standards/merge.hpp"

#include <doctest/doctest.h>

using namespace colophon;

namespace {

Label make(Origin origin, std::string producer, std::string produce_id, std::string propagator = {},
           std::string propagate_id = {}, std::string reserved1 = {}, std::string reserved2 = {}) {
  Label label;
  label.origin = origin;
  label.producer = std::move(producer);
  label.produce_id = std::move(produce_id);
  label.propagator = std::move(propagator);
  label.propagate_id = std::move(propagate_id);
  label.reserved1 = std::move(reserved1);
  label.reserved2 = std::move(reserved2);
  return label;
}

std::string shown(const Result<Label>& result) {
  if (!result) return std::string(to_string(result.error().code));
  const Label& l = *result;
  return std::string(to_string(l.origin)) + "|" + l.producer + "|" + l.produce_id + "|" +
         l.reserved1 + "|" + l.propagator + "|" + l.propagate_id + "|" + l.reserved2;
}

struct Case {
  const char* what;
  Label existing, wanted;
  Role role;
  std::string plain, forced;
};

}  // namespace

TEST_CASE("who may change what") {
  const Label none;
  const Label first = make(Origin::Generated, "P", "1", "P", "1", "c1", "c2");
  const Label spread = make(Origin::Generated, "P", "1", "Q", "9", "c1", "c2");
  const std::string kept = "generated|P|1|c1|P|1|c2";
  const std::string kept_spread = "generated|P|1|c1|Q|9|c2";
  const auto generated = Origin::Generated;
  const Role producer = Role::Producer, platform = Role::Platform;
  const Case cases[] = {
      {"first write repeats the production half", none, make(generated, "P", "1"), producer,
       "generated|P|1||P|1|", "generated|P|1||P|1|"},
      {"first write with a propagator", none, make(generated, "P", "1", "Q", "2"), producer,
       "generated|P|1||Q|2|", "generated|P|1||Q|2|"},
      {"first write without producer", none, make(generated, "", "1"), producer, "usage", "usage"},
      {"first write without id", none, make(generated, "P", ""), producer, "usage", "usage"},
      {"a platform's verdict stands on both sides", none, make(Origin::Possible, "", "", "Q", "9"),
       platform, "possible|Q|9||Q|9|", "possible|Q|9||Q|9|"},
      {"same ids change nothing", first, make(generated, "P", "1"), producer, kept, kept},
      {"same producer without id keeps it", first, make(generated, "P", ""), producer, kept, kept},
      {"nobody named keeps everything", first, make(generated, "", ""), producer, kept, kept},
      {"another id", first, make(generated, "P", "2"), producer, "refused", "generated|P|2||P|2|"},
      {"another producer", first, make(generated, "X", "2"), producer, "refused",
       "generated|X|2||X|2|"},
      {"a weaker origin", first, make(Origin::Possible, "P", "1"), producer, "refused",
       "possible|P|1||P|1|c2"},
      {"a stronger origin", make(Origin::Suspected, "P", "1", "P", "1"), make(generated, "P", "1"),
       producer, "generated|P|1||P|1|", "generated|P|1||P|1|"},
      {"its own new code", first, make(generated, "P", "1", "", "", "new"), producer,
       "generated|P|1|new|P|1|c2", "generated|P|1|new|P|1|c2"},
      {"a platform's half stays", spread, make(generated, "P", ""), producer, kept_spread,
       kept_spread},
      {"a platform's half asked for", spread, make(generated, "P", "1", "P", "1"), producer,
       "refused", "generated|P|1|c1|P|1|"},
      {"a platform changes its half and drops the old code", first,
       make(generated, "ignored", "ignored", "Q", "9"), platform, "generated|P|1|c1|Q|9|",
       "generated|P|1|c1|Q|9|"},
      {"a platform again", spread, make(generated, "", "", "Q", ""), platform, kept_spread,
       kept_spread},
      {"a platform again with another id", spread, make(generated, "", "", "Q", "10"), platform,
       "generated|P|1|c1|Q|10|", "generated|P|1|c1|Q|10|"},
      {"another platform", spread, make(generated, "", "", "R", "3", "", "r"), platform,
       "generated|P|1|c1|R|3|r", "generated|P|1|c1|R|3|r"},
      {"a platform cannot lower the label", spread, make(Origin::Suspected, "", "", "Q", "9"),
       platform, kept_spread, kept_spread},
      {"a platform without a name", first, make(generated, "P", "1"), platform, "usage", "usage"},
      {"a new platform without an id", first, make(generated, "", "", "Q", ""), platform, "usage",
       "usage"},
      {"no producer known", make(Origin::Suspected, "", "", "O", "5"),
       make(Origin::Possible, "", "", "Q", "9"), platform, "possible|Q|9||Q|9|",
       "possible|Q|9||Q|9|"},
      {"a platform does not raise a label to \"generated\"",
       make(Origin::Suspected, "", "", "O", "5"), make(generated, "", "", "Q", "9"), platform,
       "suspected|Q|9||Q|9|", "suspected|Q|9||Q|9|"},
      {"a label without a producer gets one", make(Origin::Suspected, "", "", "", ""),
       make(generated, "P", "1"), producer, "generated|P|1||P|1|", "generated|P|1||P|1|"},
      {"not generated against generated", first, make(Origin::NotGenerated, "P", "1"), producer,
       "conflict", "conflict"},
  };
  for (const Case& test : cases) {
    CAPTURE(test.what);
    CHECK(shown(merge(test.existing, test.wanted, test.role, false)) == test.plain);
    CHECK(shown(merge(test.existing, test.wanted, test.role, true)) == test.forced);
  }
}

TEST_CASE("merging twice changes nothing more") {
  const Label wanted = make(Origin::Generated, "P", "1", "", "", "code");
  const Label once = merge(Label{}, wanted, Role::Producer, false).value();
  CHECK(merge(once, wanted, Role::Producer, false).value() == once);
  const Label platform = make(Origin::None, "", "", "Q", "9");
  const Label spread = merge(once, platform, Role::Platform, false).value();
  CHECK(merge(spread, platform, Role::Platform, false).value() == spread);
  CHECK(merge(spread, wanted, Role::Producer, false).value() == spread);
}

TEST_CASE("the system's name survives a platform and a forced producer brings its own") {
  Label existing = make(Origin::Generated, "P", "1", "P", "1");
  existing.system = "S";
  CHECK(merge(existing, make(Origin::Generated, "", "", "Q", "2"), Role::Platform, false)
            .value()
            .system == "S");
  CHECK(merge(existing, make(Origin::Generated, "X", "2"), Role::Producer, true)
            .value()
            .system.empty());
}
