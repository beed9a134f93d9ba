// SPDX-License-Identifier: Apache-2.0
#include "dataset/statement.hpp"

#include <doctest/doctest.h>

using namespace colophon;

namespace {

Record read(std::string_view line, std::string_view field = "provenance") {
  return read_record(line, field, Limits{});
}

}  // namespace

TEST_CASE("a record's statement is read from the declared member") {
  const Record record = read(
      R"({"id":7,"text":"{\"id\":\"x\"}","provenance":{"origin":"machine","source_model":"m",)"
      R"("generator_version":"1","teacher":"t","created":"2026-01-01","watermark_key_id":"k"}})");
  CHECK(!record.error);
  CHECK(record.id == "7");
  CHECK(record.has_field);
  CHECK(record.statement == Statement{Maker::Machine, "m", "1", "t", "2026-01-01", "k"});
}

TEST_CASE("a member of that name elsewhere in the record is none") {
  const Record record = read(R"({"meta":{"provenance":{"origin":"machine"},"id":"inner"}})");
  CHECK(!record.has_field);
  CHECK(record.id.empty());
  CHECK(record.statement.origin == Maker::Unstated);
}

TEST_CASE("a label under AIGC is a statement when it is sure") {
  const auto origin = [](std::string_view label) {
    return read(R"({"AIGC":{"Label":")" + std::string(label) +
                R"(","ContentProducer":"p","ProduceID":"1","ReservedCode1":"",)"
                R"("ContentPropagator":"","PropagateID":"","ReservedCode2":""}})")
        .statement.origin;
  };
  CHECK(origin("1") == Maker::Machine);
  CHECK(origin("2") == Maker::Unstated);
  CHECK(origin("3") == Maker::Unstated);
}

TEST_CASE("what cannot be read is an error with its place, and states nothing") {
  for (const std::string_view line :
       {"[1]", "{\"a\":", "text", "{\"provenance\":\"machine\"}", "{\"provenance\":{}}",
        "{\"provenance\":{\"origin\":\"robot\"}}", "{\"provenance\":{\"origin\":1}}",
        "{\"a\":\"\xFF\"}"}) {
    CAPTURE(line);
    const Record record = read(line);
    REQUIRE(record.error);
    CHECK(record.error->offset);
    CHECK(record.statement.origin == Maker::Unstated);
  }
}

TEST_CASE("a statement is put in without touching another byte") {
  const Statement says{Maker::Mixed, "m \"1\"", "", "", "", ""};
  const std::string line = R"({ "text" : "a\u00e9" , "n":1.50 })";
  const auto stated = with_statement(line, "made", says);
  REQUIRE(stated);
  CHECK(*stated ==
        R"({ "text" : "a\u00e9" , "n":1.50, "made":{"origin":"mixed","source_model":"m \"1\""} })");
  CHECK(read(*stated, "made").statement == says);
  CHECK(!with_statement("[]", "made", says));
}
