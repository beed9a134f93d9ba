// SPDX-License-Identifier: Apache-2.0
// The public C++ face, linked against the library as users link it.
#include <colophon/colophon.hpp>

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

int failures = 0;

void check(bool ok, const char* what) {
  if (ok) return;
  std::printf("FAILED: %s\n", what);
  ++failures;
}

constexpr std::string_view kPage = "<!doctype html><html><head><title>x</title></head></html>\n";
std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

void label_and_verify_memory() {
  colophon::LabelRequest request;
  request.label.origin = colophon::Origin::Generated;
  request.label.producer = "doubao";
  request.label.produce_id = "42";
  request.profiles = {"cn", "eu"};
  const colophon::Labelled labelled = colophon::label(bytes_of(kPage), request);
  check(labelled.code == 0, "labelling succeeds");
  check(labelled.bytes.size() > kPage.size(), "labelled bytes are there");
  const colophon::Answer answer = colophon::verify(labelled.bytes);
  check(answer.code == 0 && answer.format == "html", "a label is found in the page");
  check(answer.verdict.origin == colophon::Origin::Generated, "the verdict says generated");
  check(colophon::to_string(answer.verdict.assurance) == "declared", "unsigned is declared");
  check(colophon::inspect(labelled.bytes).code == 0, "inspection works");
}

void http_fields() {
  const auto field = colophon::verify_http_field("AI-Disclosure", "mode=ai-modified, model=\"m\"");
  check(field && field->says->origin == colophon::Origin::Edited, "AI-Disclosure is parsed");
  check(!colophon::verify_http_field("Content-Type", "text/html"), "other fields say nothing");
}

/// A network of the user's own.
class Network final : public colophon::Transport {
 public:
  colophon::HttpAnswer send(const colophon::HttpRequest& request) override {
    asked = request.url;
    colophon::HttpAnswer answer;
    answer.status = 404;
    answer.url = request.url;
    return answer;
  }
  std::string asked;
};

void networks_are_asked_on_request() {
  constexpr std::string_view kLinked =
      "<!doctype html><html><head><link rel=c2pa-manifest "
      "href=https://example.org/m></head></html>";
  const auto network = std::make_shared<Network>();
  colophon::VerifyRequest request;
  request.transport = network;
  check(colophon::verify(bytes_of(kLinked), request).code == 1, "a mere link is no label");
  check(network->asked.empty(), "nobody is asked by default");
  request.fetch_remote = true;
  check(colophon::verify(bytes_of(kLinked), request).code == 1, "what cannot be had is no label");
  check(network->asked == "https://example.org/m", "the link is asked on request");
  colophon::HttpRequest nowhere;
  nowhere.url = "file:///etc/passwd";
  check(colophon::http_transport()->send(nowhere).error.has_value(), "only http is spoken");
}

void labels_are_carried() {
  constexpr std::string_view kText =
      "The keeper counted the ships each evening and wrote their names into a book that nobody had "
      "asked for, until one night a ship came that had no name.";
  const std::string page = "<!doctype html><html><head></head><body><p>";
  const std::string first = page + std::string(kText) + "</p></body></html>";
  const std::string second = page + "<b>" + std::string(kText) + "</b></p></body></html>";
  colophon::LabelRequest request;
  request.label.origin = colophon::Origin::Generated;
  request.label.producer = "Nobody";
  request.label.produce_id = "id-1";
  const colophon::Labelled from = colophon::label(bytes_of(first), request);
  const colophon::Labelled to = colophon::carry(from.bytes, bytes_of(second), {});
  check(to.code == 0 && to.json.find("\"provenance\"") != std::string::npos, "labels are carried");
  const colophon::Answer answer = colophon::verify(to.bytes);
  check(answer.code == 0 && answer.json.find("id-1") != std::string::npos, "with their ids");
  check(colophon::carry(bytes_of(second), bytes_of(first), {}).code == 1, "no label gives code 1");
  check(colophon::carry(from.bytes, bytes_of(kPage), {}).code == 3, "another text is refused");
  check(colophon::carry("/nonexistent/a", "/nonexistent/b", "/nonexistent/c", {}).code == 3,
        "a missing file gives code 3");
}

void errors_are_answers() {
  check(colophon::verify("/nonexistent/file").code == 3, "a missing file gives code 3");
  check(colophon::verify(bytes_of(kPage), {.profiles = {"nowhere"}}).code == 2,
        "an unknown profile gives code 2");
  check(colophon::label(bytes_of(kPage), {}).code == 2, "a label needs a producer");
}

}  // namespace

int main() {
  label_and_verify_memory();
  http_fields();
  networks_are_asked_on_request();
  labels_are_carried();
  errors_are_answers();
  if (failures == 0) std::puts("api: ok");
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
