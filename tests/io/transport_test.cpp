// SPDX-License-Identifier: Apache-2.0
// HTTP through libcurl, against servers of this machine that behave and that do not.
#include "io/transport.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>

#include <chrono>
#include <cstdlib>
#include <memory>

#include "support/http_server.hpp"
#include "support/support.hpp"

using namespace colophon;
using testing::HttpServer;

namespace {

/// libcurl as it is installed; null, and "skipped", where it is not.
Transport* network() {
  static const auto transport = [] {
    for (const char* name : {"http_proxy", "all_proxy", "ALL_PROXY"}) unsetenv(name);
    return curl_transport();
  }();
  static const bool there = [] {
    HttpRequest request;
    request.url = "http://127.0.0.1:1/";
    request.public_only = false;
    return transport->send(request).error->code != ErrorCode::Unsupported;
  }();
  if (!there) MESSAGE("skipped: libcurl is not installed");
  return there ? transport.get() : nullptr;
}

HttpRequest get(const std::string& url) {
  HttpRequest request;
  request.url = url;
  request.public_only = false;
  return request;
}

ErrorCode code_of(const HttpAnswer& answer) {
  REQUIRE(answer.error.has_value());
  return answer.error->code;
}

bool says(const HttpAnswer& answer, std::string_view text) {
  return answer.error && answer.error->message.find(text) != std::string::npos;
}

double seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

bool is_public(const char* text) {
  sockaddr_storage storage{};
  auto& four = reinterpret_cast<sockaddr_in&>(storage);
  auto& six = reinterpret_cast<sockaddr_in6&>(storage);
  if (inet_pton(AF_INET, text, &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
  } else {
    REQUIRE(inet_pton(AF_INET6, text, &six.sin6_addr) == 1);
    six.sin6_family = AF_INET6;
  }
  return is_public_address(reinterpret_cast<const sockaddr&>(storage));
}

}  // namespace

TEST_CASE("transport: GET and POST bring status, type and body") {
  if (network() == nullptr) return;
  const HttpServer server([](const HttpServer::Asked& asked) {
    return HttpServer::ok("got " + asked.body, "text/plain");
  });
  const HttpAnswer got = network()->send(get(server.url("/a?b=c")));
  REQUIRE_FALSE(got.error);
  CHECK(got.status == 200);
  CHECK(got.content_type == "text/plain");
  CHECK(as_text(got.body) == "got ");
  HttpRequest post = get(server.url());
  post.post = true;
  post.body = to_buffer(as_bytes(std::string_view("a\0b", 3)));
  post.body_type = "application/x-test";
  post.accept = "application/x-answer";
  CHECK(as_text(network()->send(post).body) == std::string_view("got a\0b", 7));
  const auto asked = server.asked();
  REQUIRE(asked.size() == 2);
  CHECK(asked[0].head.starts_with("GET /a?b=c HTTP/1.1\r\n"));
  CHECK(asked[0].head.find("User-Agent: colophon\r\n") != std::string::npos);
  CHECK(asked[0].head.find("Authorization") == std::string::npos);
  CHECK(asked[1].head.starts_with("POST / "));
  CHECK(asked[1].head.find("Content-Type: application/x-test\r\n") != std::string::npos);
  CHECK(asked[1].head.find("Accept: application/x-answer") != std::string::npos);
}

TEST_CASE("transport: a large body ends at the cap, announced or not") {
  if (network() == nullptr) return;
  const std::string megabyte(1 << 20, 'x');
  const HttpServer server([&](const HttpServer::Asked& asked) {
    if (asked.head.starts_with("GET /announced")) return HttpServer::ok(megabyte);
    const std::string head = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
    if (asked.head.starts_with("GET /fits"))
      return HttpServer::Reply{head + std::string(1000, 'y')};
    return HttpServer::Reply{head + megabyte, 0, true};
  });
  for (const char* path : {"/announced", "/endless"}) {
    HttpRequest request = get(server.url(path));
    request.max_bytes = 1000;
    const HttpAnswer answer = network()->send(request);
    CHECK(code_of(answer) == ErrorCode::LimitExceeded);
    CHECK(answer.body.empty());
  }
  HttpRequest request = get(server.url("/fits"));
  request.max_bytes = 1000;
  CHECK(network()->send(request).body.size() == 1000);
}

TEST_CASE("transport: headers without end are cut off") {
  if (network() == nullptr) return;
  const HttpServer server([](const HttpServer::Asked&) {
    std::string lines = "HTTP/1.1 200 OK\r\n";
    for (int i = 0; i < 4000; ++i) lines += "X-Header: " + std::string(40, 'h') + "\r\n";
    return HttpServer::Reply{lines, 0, false};
  });
  const HttpAnswer answer = network()->send(get(server.url()));
  CHECK(answer.error.has_value());
}

TEST_CASE("transport: who drips or says nothing is given up in time") {
  if (network() == nullptr) return;
  const HttpServer server([](const HttpServer::Asked&) {
    return HttpServer::Reply{"HTTP/1.1 200 OK\r\n\r\n" + std::string(1000, 'd'), 50};
  });
  HttpRequest request = get(server.url());
  request.total_ms = 400;
  CHECK(seconds([&] {
          const HttpAnswer answer = network()->send(request);
          CHECK(says(answer, "took longer than"));
        }) < 5);
}

TEST_CASE("transport: redirects are followed a few times, within the time, and never to files") {
  if (network() == nullptr) return;
  const HttpServer server([](const HttpServer::Asked& asked) {
    const auto to = [](const std::string& where) {
      return HttpServer::status("302 Found", "Location: " + where + "\r\n");
    };
    if (asked.head.starts_with("GET /once")) return to("/there");
    if (asked.head.starts_with("GET /file")) return to("file:///etc/passwd");
    if (asked.head.starts_with("GET /gopher")) return to("gopher://127.0.0.1/");
    if (asked.head.starts_with("GET /there")) return HttpServer::ok("here");
    return to("/loop");
  });
  const HttpAnswer once = network()->send(get(server.url("/once")));
  CHECK(as_text(once.body) == "here");
  CHECK(once.url == server.url("/there"));
  CHECK(says(network()->send(get(server.url("/loop"))), "redirects more than 5 times"));
  CHECK(code_of(network()->send(get(server.url("/file")))) == ErrorCode::Usage);
  CHECK(code_of(network()->send(get(server.url("/gopher")))) == ErrorCode::Usage);
  HttpRequest post = get(server.url("/once"));
  post.post = true;
  CHECK(says(network()->send(post), "has moved to"));
}

TEST_CASE("transport: no way from https to http") {
  CHECK_FALSE(check_redirect("https://a/", "http://a/").has_value());
  CHECK_FALSE(check_redirect("HTTPS://a/", "HTTP://a/").has_value());
  CHECK_FALSE(check_redirect("https://a/", "ftp://a/").has_value());
  CHECK(check_redirect("https://a/", "https://b/").has_value());
  CHECK(check_redirect("http://a/", "https://a/").has_value());
}

TEST_CASE("transport: where only public addresses may be asked, this machine is not") {
  if (network() == nullptr) return;
  const HttpServer server([](const HttpServer::Asked&) { return HttpServer::ok("secret"); });
  const std::string port = ":" + std::to_string(server.port()) + "/";
  for (const std::string& host :
       {"127.0.0.1" + port, "localhost" + port, "127.1" + port, "0x7f000001" + port, "[::1]" + port,
        "[::ffff:127.0.0.1]" + port, std::string("10.0.0.1/"),
        std::string("169.254.169.254/latest/meta-data")}) {
    HttpRequest request;
    request.url = "http://" + host;
    const HttpAnswer answer = network()->send(request);
    CAPTURE(host);
    CHECK(code_of(answer) == ErrorCode::Refused);
    CHECK(says(answer, "private network"));
  }
  CHECK(server.asked().empty());
  // A proxy would go there in our stead.
  setenv("http_proxy", server.url().c_str(), 1);
  HttpRequest request;
  request.url = "http://10.0.0.1/";
  CHECK(code_of(network()->send(request)) == ErrorCode::Refused);
  unsetenv("http_proxy");
  CHECK(server.asked().empty());
}

TEST_CASE("transport: a certificate that nobody vouches for is refused") {
  if (network() == nullptr) return;
  if (!testing::have_tool("openssl")) {
    MESSAGE("skipped: openssl is not installed");
    return;
  }
  const testing::TemporaryFolder folder;
  const std::string in = "cd " + folder.path() + " && ";
  REQUIRE(testing::run(in + "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost "
                            "-keyout k.pem -out c.pem 2>&1")
              .code == 0);
  const std::unique_ptr<FILE, int (*)(FILE*)> server(
      popen((in + "timeout 20 openssl s_server -accept 127.0.0.1:0 -key k.pem -cert c.pem -www "
                  "-naccept 1 2>&1")
                .c_str(),
            "r"),
      pclose);
  std::string port;
  for (char line[256]; port.empty() && std::fgets(line, sizeof line, server.get()) != nullptr;) {
    const std::string text(line);
    if (text.starts_with("ACCEPT")) port = text.substr(text.rfind(':') + 1, 5);
  }
  while (!port.empty() && (port.back() < '0' || port.back() > '9')) port.pop_back();
  const HttpAnswer answer = network()->send(get("https://127.0.0.1:" + port + "/"));
  CHECK(code_of(answer) == ErrorCode::Refused);
  CHECK(says(answer, "is not trusted"));
}

TEST_CASE("transport: what is no web address, and a machine without libcurl, are told") {
  const auto transport = curl_transport();
  for (const char* url : {"", "file:///etc/passwd", "ftp://a/", "/m.c2pa", "http://",
                          "http://a/\r\nX: y", "http://a b/"}) {
    CAPTURE(url);
    CHECK(code_of(transport->send(get(url))) == ErrorCode::Usage);
  }
  const HttpAnswer none = curl_transport({"libnothing.so.9"})->send(get("http://127.0.0.1/"));
  CHECK(code_of(none) == ErrorCode::Unsupported);
  CHECK(none.error->message ==
        "libnothing.so.9 is not installed, and going to the network needs it: apt install "
        "libcurl4");
}

TEST_CASE("transport: addresses are shown without passwords and without tricks") {
  CHECK(shown_url("https://user:word@host/a@b") == "https://host/a@b");
  CHECK(shown_url("https://host/a@b") == "https://host/a@b");
  CHECK(shown_url("http://h/\x1B[2J") == "http://h/?[2J");
  CHECK(shown_url("http://h/" + std::string(9999, 'a')).size() < 320);
}

TEST_CASE("which addresses are public") {
  for (const char* yes :
       {"1.1.1.1", "8.8.8.8", "100.63.0.1", "100.128.0.1", "172.15.0.1", "172.32.0.1", "223.5.5.5",
        "2606:4700::1111", "2400:3200::1", "64:ff9b::808:808", "::ffff:8.8.8.8"}) {
    CAPTURE(yes);
    CHECK(is_public(yes));
  }
  for (const char* no :
       {"0.0.0.0",         "10.1.2.3",       "100.64.0.1",      "127.0.0.1",   "127.9.9.9",
        "169.254.169.254", "172.16.0.1",     "172.31.255.255",  "192.168.1.1", "192.0.2.1",
        "198.18.0.1",      "224.0.0.1",      "255.255.255.255", "::",          "::1",
        "fe80::1",         "fc00::1",        "fd12::1",         "ff02::1",     "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::a00:1", "2001::1",         "2001:db8::1", "2002:7f00:1::",
        "::7f00:1",        "3fff::1",        "100::1"}) {
    CAPTURE(no);
    CHECK_FALSE(is_public(no));
  }
  sockaddr local{};
  local.sa_family = AF_UNIX;
  CHECK_FALSE(is_public_address(local));
}
