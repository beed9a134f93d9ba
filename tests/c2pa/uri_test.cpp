// SPDX-License-Identifier: Apache-2.0
// JUMBF URIs: what they name, and what they may not say.
#include "c2pa/uri.hpp"

#include <doctest/doctest.h>

using namespace colophon;

TEST_CASE("a path names a manifest and what stands below it") {
  const auto path = c2pa::read_path("self#jumbf=/c2pa/m/c2pa.assertions/a");
  REQUIRE(path);
  CHECK(path->manifest == "m");
  CHECK(path->labels == std::vector<std::string>{"c2pa.assertions", "a"});
  REQUIRE(c2pa::read_path("self#jumbf=/c2pa/m"));
  CHECK(c2pa::read_path("self#jumbf=/c2pa/m")->labels.empty());
}

TEST_CASE("a path with an empty label, or one that leads upwards, names nothing") {
  for (const char* url :
       {"self#jumbf=/c2pa/", "self#jumbf=/c2pa", "self#jumbf=/c2pa//x", "self#jumbf=/c2pa/m/",
        "self#jumbf=/c2pa/m/c2pa.assertions/", "self#jumbf=/c2pa/m//a", "self#jumbf=/c2pa/m/../n",
        "self#jumbf=/c2pa/..", "https://example.com/c2pa/m"}) {
    CAPTURE(url);
    CHECK_FALSE(c2pa::read_path(url));
  }
}
