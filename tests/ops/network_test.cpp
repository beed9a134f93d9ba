// SPDX-License-Identifier: Apache-2.0
// What is asked of a network, and when: with a transport that the test answers.
#include "ops/network.hpp"

#include <doctest/doctest.h>

#include "crypto/authority.hpp"
#include "crypto/issue.hpp"
#include "io/io.hpp"
#include "ops/sealing.hpp"
#include "support/fake_transport.hpp"

using namespace colophon;
using testing::FakeTransport;

namespace {

constexpr const char* kUrl = "https://example.org/m.c2pa";

ManifestJob new_job() {
  const auto key = new_private_key(KeyKind::P256, 0, "");
  REQUIRE(key);
  const auto chain = issue_test_chain(*key, "", "test", system_env().now());
  REQUIRE(chain);
  KeySource source;
  source.pem = *key;
  ManifestJob job;
  job.signatory.signer = *open_signer(source);
  job.signatory.chain = *read_certificates_pem(chain->leaf);
  return job;
}

LabelJob job_with(ManifestJob manifest) {
  LabelJob job;
  job.wanted.origin = Origin::Generated;
  job.wanted.producer = "Nobody";
  job.standards = {"gb45438"};
  job.file_name = "x.html";
  job.manifest = std::make_shared<const ManifestJob>(std::move(manifest));
  return job;
}

std::string page() {
  return std::string("<!doctype html><html><head><link rel=\"c2pa-manifest\" href=\"") + kUrl +
         "\"><title>x</title></head><body>text</body></html>\n";
}

/// The store of a page that stands elsewhere.
ByteBuffer store_of_page() {
  LabelJob job = job_with(new_job());
  job.sidecar = true;
  const std::string text = page();
  MemorySource source(as_bytes(text));
  const auto plan = plan_label(source, job, system_env());
  REQUIRE_MESSAGE(plan, (plan ? "" : plan.error().message));
  REQUIRE(plan->store.has_value());
  return *plan->store;
}

Report verified(const std::string& text, const std::shared_ptr<Transport>& transport,
                bool fetch = true) {
  MemorySource source(as_bytes(text));
  Env env = system_env();
  env.transport = transport;
  VerifyOptions options;
  options.file_name = "x.html";
  options.fetch_remote = fetch;
  return verify(source, env, options);
}

const Evidence& c2pa_of(const Report& report) {
  const Evidence* found = nullptr;
  for (const Evidence& evidence : report.evidence) {
    if (evidence.c2pa) found = &evidence;
  }
  REQUIRE((found != nullptr));
  return *found;
}

std::string detail(const Evidence& evidence, std::string_view name) {
  for (const auto& [key, value] : evidence.details) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace

TEST_CASE("a remote manifest is fetched within caps, from public addresses, and told as remote") {
  const ByteBuffer store = store_of_page();
  const auto transport = std::make_shared<FakeTransport>([&](const HttpRequest&) {
    HttpAnswer answer = FakeTransport::ok(store);
    answer.url = "https://cdn.example.org/1";
    return answer;
  });
  const Report report = verified(page(), transport);
  REQUIRE(transport->asked.size() == 1);
  const HttpRequest& asked = transport->asked.front();
  CHECK(asked.url == kUrl);
  CHECK_FALSE(asked.post);
  CHECK(asked.public_only);
  CHECK(asked.max_bytes == 16 << 20);
  CHECK(asked.total_ms <= 30'000);
  const Evidence& evidence = c2pa_of(report);
  CHECK(evidence.c2pa->state == "Valid");
  CHECK(evidence.carrier == "remote:c2pa");
  CHECK(detail(evidence, "remote") == kUrl);
  CHECK(detail(evidence, "redirected_to") == "https://cdn.example.org/1");
  CHECK(detail(evidence, "named_in") == "html:link[c2pa-manifest]");
  CHECK(report.verdict.origin == Origin::Generated);
  CHECK(report.verdict.assurance == Assurance::Valid);
  CHECK(report.tiers.back() == "remote");
  // The statement of a store that is another page's stands, but its signature does not hold.
  std::string other = page();
  other[other.find("text")] = 'T';
  const Report changed = verified(other, transport);
  CHECK(c2pa_of(changed).c2pa->state == "Invalid");
  CHECK(c2pa_of(changed).integrity == Integrity::Invalid);
}

TEST_CASE("nothing is fetched unasked, nor where a store is at hand") {
  const ByteBuffer store = store_of_page();
  const auto transport =
      std::make_shared<FakeTransport>([&](const HttpRequest&) { return FakeTransport::ok(store); });
  CHECK(c2pa_of(verified(page(), transport, false)).c2pa->state == "RemoteOnly");
  CHECK(c2pa_of(verified(page(), nullptr)).c2pa->state == "RemoteOnly");
  const testing::TemporaryFolder folder;
  testing::write_file(folder.file("x.html"), as_bytes(page()));
  testing::write_file(folder.file("x.html.c2pa"), store);
  Env env = system_env();
  env.transport = transport;
  VerifyOptions options;
  options.fetch_remote = true;
  const Report beside = verify_file(folder.file("x.html"), env, options);
  CHECK(c2pa_of(beside).carrier == "sidecar:c2pa");
  CHECK(c2pa_of(beside).c2pa->state == "Valid");
  CHECK(transport->asked.empty());
}

TEST_CASE("a broken store is Invalid, but what is none leaves the file alone") {
  ByteBuffer cut = store_of_page();
  cut.resize(cut.size() / 2);
  const std::pair<ByteBuffer, const char*> cases[] = {
      {cut, "Invalid"},
      {to_buffer(as_bytes("<html>Please log in</html>")), "RemoteOnly"},
      {{}, "RemoteOnly"},
  };
  for (const auto& [body, state] : cases) {
    const auto transport = std::make_shared<FakeTransport>(
        [&](const HttpRequest&) { return FakeTransport::ok(body); });
    CHECK(c2pa_of(verified(page(), transport)).c2pa->state == state);
  }
  for (const int status : {204, 301, 401, 404, 500}) {
    const auto transport = std::make_shared<FakeTransport>([&](const HttpRequest&) {
      HttpAnswer answer;
      answer.status = status;
      return answer;
    });
    const Report report = verified(page(), transport);
    CHECK(c2pa_of(report).c2pa->state == "RemoteOnly");
    CHECK(c2pa_of(report).c2pa->codes == std::vector<std::string>{"manifest.inaccessible"});
    CHECK(c2pa_of(report).findings.front().rule == "C2PA-not-fetched");
    CHECK_FALSE(report.error);
  }
}

TEST_CASE("a time-stamp goes to the address that was given, and nowhere without a network") {
  ManifestJob manifest = new_job();
  manifest.time_stamp = "https://tsa.example.org/";
  const LabelJob job = job_with(manifest);
  const std::string text = "<!doctype html><html><head><title>x</title></head></html>\n";
  const auto labelled = [&](const std::shared_ptr<Transport>& transport) {
    MemorySource source(as_bytes(text));
    MemorySink sink;
    Env env = system_env();
    env.transport = transport;
    return label(source, sink, job, env);
  };
  const auto offline = labelled(nullptr);
  REQUIRE_FALSE(offline);
  CHECK(offline.error().code == ErrorCode::Usage);
  const auto down = std::make_shared<FakeTransport>([](const HttpRequest&) {
    HttpAnswer answer;
    answer.error = Error{ErrorCode::Io, "https://tsa.example.org/ cannot be asked: down", "", {}};
    return answer;
  });
  CHECK(labelled(down).error().message.starts_with("no time-stamp: https://tsa.example.org/"));
  if (!testing::have_openssl()) return;
  testing::Authority authority;
  const auto transport = std::make_shared<FakeTransport>(
      [&](const HttpRequest& request) { return FakeTransport::ok(authority.stamp(request.body)); });
  const auto report = labelled(transport);
  REQUIRE_MESSAGE(report, (report ? "" : report.error().message));
  REQUIRE(transport->asked.size() == 2);
  for (const HttpRequest& request : transport->asked) {
    CHECK(request.url == "https://tsa.example.org/");
    CHECK(request.post);
    CHECK(request.body_type == "application/timestamp-query");
    CHECK(request.body.size() < 100);  // a digest, and nothing of the file
    CHECK(request.max_bytes == 64 << 10);
  }
  CHECK(transport->asked[0].body != transport->asked[1].body);
  CHECK(c2pa_of(*report).time == TimeState::Claimed);
}
