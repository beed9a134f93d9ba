// SPDX-License-Identifier: Apache-2.0
// What the command asks of a network, and that it asks nothing by itself. All servers are of this
// machine.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "crypto/authority.hpp"
#include "support/http_server.hpp"

using namespace colophon;
using testing::Authority;
using testing::HttpServer;
using testing::Ran;
using testing::TemporaryFolder;

namespace {

/// A folder with a picture and a key with its certificate.
struct Desk {
  TemporaryFolder folder;

  Desk() {
    for (const auto& specimen : testing::specimens()) {
      if (specimen.format == "png" && specimen.what == "plain") put("a.png", specimen.bytes);
    }
    CHECK(says("key new --type es256 --certificate test -o k.pem").code == 0);
  }
  void put(const std::string& name, Bytes bytes) const {
    testing::write_file(folder.file(name), bytes);
  }
  [[nodiscard]] ByteBuffer get(const std::string& name) const {
    return testing::read_file(folder.file(name));
  }
  [[nodiscard]] Ran says(const std::string& arguments) const {
    return testing::run("cd " + folder.path() + " && XDG_CONFIG_HOME=" + folder.path() +
                        " env -u LANG -u http_proxy -u all_proxy -u ALL_PROXY LC_ALL=C " +
                        std::getenv("COLOPHON_COMMAND") + " " + arguments + " 2>&1");
  }
  [[nodiscard]] Ran label(const std::string& options) const {
    return says("label a.png --producer Nobody --c2pa k.pem --cert k.cert.pem " + options);
  }
  /// The file's manifest beside it, which is taken away.
  [[nodiscard]] ByteBuffer sign_elsewhere(const std::string& name) const {
    const Ran ran = says("label " + name + " --producer Nobody --sidecar --in-place --c2pa k.pem " +
                         "--cert k.cert.pem");
    INFO(ran.output);
    REQUIRE(ran.code == 0);
    CHECK(ran.output.find("must travel with it") != std::string::npos);
    CHECK(ran.output.find("has no place") == std::string::npos);  // it was the user's wish
    ByteBuffer store = get(name + ".c2pa");
    REQUIRE_FALSE(store.empty());
    std::filesystem::remove(folder.file(name + ".c2pa"));
    std::filesystem::remove(folder.file(name + ".aigc.json"));
    return store;
  }
};

bool holds(const Ran& ran, std::string_view text) {
  return ran.output.find(text) != std::string::npos;
}

bool have_network(const Desk& desk) {
  if (!holds(desk.label("-o none.png --time-stamp http://127.0.0.1:1/"), "is not installed")) {
    return true;
  }
  MESSAGE("skipped: libcurl is not installed");
  return false;
}

std::string text_of(Bytes bytes) {
  return std::string(as_text(bytes));
}

/// An XMP packet that names a store elsewhere.
std::string provenance(const std::string& url) {
  return "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "
         "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description "
         "rdf:about=\"\" xmlns:dcterms=\"http://purl.org/dc/terms/\" dcterms:provenance=\"" +
         url + "\"/></rdf:RDF></x:xmpmeta>";
}

ByteBuffer with_link(Bytes picture, const std::string& url) {
  return testing::edited(
      *find_format("png"), picture,
      {CarrierKind::Xmp, {}, std::nullopt, to_buffer(as_bytes(provenance(url)))});
}

}  // namespace

TEST_CASE("label --time-stamp asks an authority, twice, and verify believes its anchor") {
  const Desk desk;
  if (!testing::have_openssl() || !have_network(desk)) return;
  Authority authority;
  const HttpServer server([&](const HttpServer::Asked& asked) {
    return HttpServer::ok(text_of(authority.stamp(as_bytes(asked.body))),
                          "application/timestamp-reply");
  });
  const Ran ran = desk.label("-o out.png --time-stamp " + server.url("/tsa"));
  INFO(ran.output);
  REQUIRE(ran.code == 0);
  const auto asked = server.asked();
  REQUIRE(asked.size() == 2);
  CHECK(asked[0].head.starts_with("POST /tsa "));
  CHECK(asked[0].head.find("Content-Type: application/timestamp-query") != std::string::npos);
  desk.put("tsa.pem", testing::read_file(authority.folder.file("root.pem")));
  const Ran trusted = desk.says("verify --json --trust k.root.pem --tsa-trust tsa.pem out.png");
  CHECK(holds(trusted, "\"state\":\"Trusted\""));
  CHECK(holds(trusted, "timeStamp.trusted"));
  CHECK(holds(trusted, "\"signed_at\":\"20"));
  // Reading it asks nobody, nor does it without the option.
  REQUIRE(desk.label("-o plain.png").code == 0);
  CHECK(server.asked().size() == 2);
  CHECK_FALSE(holds(desk.says("verify --json plain.png"), "timeStamp."));
}

TEST_CASE("label --time-stamp: from the configuration, and overruled by the command line") {
  const Desk desk;
  if (!testing::have_openssl() || !have_network(desk)) return;
  Authority authority;
  const HttpServer server([&](const HttpServer::Asked& asked) {
    return HttpServer::ok(text_of(authority.stamp(as_bytes(asked.body))));
  });
  desk.put("colophon.toml", as_bytes("time_stamp = \"" + server.url() + "\"\n"));
  const Ran here = desk.label("-o a0.png");
  CHECK(here.code == 0);
  CHECK(holds(here, "not used: time_stamp"));
  CHECK(server.asked().empty());
  std::filesystem::create_directory(desk.folder.file("colophon"));
  std::filesystem::rename(desk.folder.file("colophon.toml"),
                          desk.folder.file("colophon/colophon.toml"));
  REQUIRE(desk.label("-o a1.png").code == 0);
  CHECK(server.asked().size() == 2);
  REQUIRE(desk.label("-o a2.png --time-stamp ''").code == 0);
  CHECK(desk.label("-o a3.png --time-stamp-command false").code == 3);
  REQUIRE(desk.says("label a.png --producer Nobody -o a4.png").code == 0);
  REQUIRE(desk.says("verify a1.png").code == 0);
  CHECK(server.asked().size() == 2);
  CHECK(desk.label("-o a5.png --time-stamp " + server.url() + " --time-stamp-command true").code ==
        2);
  const Ran pointless =
      desk.says("label a.png --producer Nobody -o a6.png --time-stamp " + server.url());
  CHECK(pointless.code == 2);
  CHECK(holds(pointless, "--c2pa"));
}

TEST_CASE("a folder that one walks into names no commands") {
  const Desk desk;
  for (const char* key : {"c2pa_signer", "time_stamp_command"}) {
    const std::string setting = std::string(key) + " = \"touch ran; false\"\n";
    desk.put("colophon.toml", as_bytes(setting));
    const Ran here = desk.label("-o b.png");
    CAPTURE(key);
    CHECK(here.code == 2);
    CHECK(holds(here, "colophon.toml"));
    CHECK_FALSE(std::filesystem::exists(desk.folder.file("ran")));
    std::filesystem::create_directory(desk.folder.file("colophon"));
    std::filesystem::rename(desk.folder.file("colophon.toml"),
                            desk.folder.file("colophon/colophon.toml"));
    const std::string signer = std::string(key) == "c2pa_signer" ? "" : " --c2pa k.pem";
    CHECK(desk.says("label a.png --producer Nobody --cert k.cert.pem -o b.png" + signer).code == 3);
    CHECK(std::filesystem::remove(desk.folder.file("ran")));
    std::filesystem::remove(desk.folder.file("colophon/colophon.toml"));
  }
}

TEST_CASE("label --time-stamp: a bad answer is told, and nothing is written") {
  const Desk desk;
  if (!testing::have_openssl() || !have_network(desk)) return;
  Authority authority;
  const auto changed = [&](const std::string& request, std::size_t from_end) {
    std::string other = request;
    other[other.size() - from_end] = static_cast<char>(other[other.size() - from_end] ^ 1);
    return HttpServer::ok(text_of(authority.stamp(as_bytes(other))));
  };
  const HttpServer server([&](const HttpServer::Asked& asked) -> HttpServer::Reply {
    const auto at = [&](const char* path) {
      return asked.head.starts_with(std::string("POST ") + path + " ");
    };
    if (at("/nonce")) return changed(asked.body, 4);
    if (at("/imprint")) return changed(asked.body, 14);
    if (at("/large")) return HttpServer::ok(std::string(10 << 20, 'x'));
    if (at("/broken")) return HttpServer::status("500 Internal Server Error");
    if (at("/page")) return HttpServer::ok("<html>Hello</html>", "text/html");
    if (at("/empty")) return HttpServer::ok("");
    return HttpServer::status("307 Temporary Redirect", "Location: /loop\r\n");
  });
  const std::pair<const char*, const char*> cases[] = {
      {"/nonce", "it answers another request (nonce)"},
      {"/imprint", "the token stamps other bytes"},
      {"/large", "answers with more than 65536 bytes"},
      {"/broken", "answers with status 500"},
      {"/page", "this is no TimeStampResp"},
      {"/empty", "this is no TimeStampResp"},
      {"/loop", "redirects more than 5 times"},
  };
  for (const auto& [path, expected] : cases) {
    const Ran ran = desk.label("-o out.png --time-stamp " + server.url(path));
    CAPTURE(path);
    CHECK(ran.code == 3);
    CHECK_MESSAGE(holds(ran, expected), ran.output);
    CHECK_FALSE(std::filesystem::exists(desk.folder.file("out.png")));
  }
  const Ran nobody = desk.label("-o out.png --time-stamp http://127.0.0.1:1/");
  CHECK(nobody.code == 3);
  CHECK(holds(nobody, "no time-stamp: http://127.0.0.1:1/ cannot be asked"));
  CHECK(desk.label("-o out.png --time-stamp file:///etc/passwd").code != 0);
}

TEST_CASE("verify goes to the network for a remote manifest only when it is told to") {
  const Desk desk;
  if (!have_network(desk)) return;
  ByteBuffer store;
  const HttpServer server([&](const HttpServer::Asked& asked) {
    if (asked.head.starts_with("GET /moved")) {
      return HttpServer::status("302 Found", "Location: /m.c2pa\r\n");
    }
    return HttpServer::ok(text_of(store), "application/c2pa");
  });
  for (const char* path : {"/m.c2pa", "/moved"}) {
    CAPTURE(path);
    const ByteBuffer linked = with_link(desk.get("a.png"), server.url(path));
    desk.put("r.png", linked);
    store = desk.sign_elsewhere("r.png");
    CHECK(desk.get("r.png") == linked);
    const std::size_t before = server.asked().size();
    const Ran offline = desk.says("verify --json --trust k.root.pem r.png");
    CHECK(holds(offline, "\"state\":\"RemoteOnly\""));
    CHECK(offline.code == 1);
    // A stranger's file may not look around behind the firewall.
    const Ran refused = desk.says("verify --json --fetch-remote r.png");
    CHECK(holds(refused, "\"state\":\"RemoteOnly\""));
    CHECK(holds(refused, "manifest.inaccessible"));
    CHECK(holds(refused, "private network"));
    CHECK(server.asked().size() == before);

    const std::string fetch = "verify --json --fetch-remote --fetch-private r.png ";
    const Ran valid = desk.says(fetch);
    CHECK(valid.code == 0);
    CHECK(holds(valid, "\"state\":\"Valid\""));
    CHECK(holds(valid, "\"carrier\":\"remote:c2pa\""));
    CHECK(holds(valid, "\"remote\":\"" + server.url(path) + "\""));
    CHECK(holds(valid, "\"rule\":\"C2PA-fetched\""));
    CHECK(holds(desk.says(fetch + "--trust k.root.pem"), "\"state\":\"Trusted\""));
    CHECK(holds(desk.says("verify --fetch-remote --fetch-private r.png"), server.url(path)));

    ByteBuffer changed = linked;
    changed[changed.size() - 20] ^= 1;  // content
    desk.put("r.png", changed);
    const Ran invalid = desk.says(fetch + "--trust k.root.pem");
    CHECK(holds(invalid, "\"state\":\"Invalid\""));
    CHECK(holds(invalid, "assertion.dataHash.mismatch"));
    CHECK(invalid.code == 4);
  }
  CHECK(desk.says("verify --fetch-private r.png").code == 2);
}

TEST_CASE("verify --fetch-remote: a page's link is followed, a relative one cannot be") {
  const Desk desk;
  if (!have_network(desk)) return;
  ByteBuffer store;
  const HttpServer server(
      [&](const HttpServer::Asked&) { return HttpServer::ok(text_of(store), "application/c2pa"); });
  const auto page = [](const std::string& href) {
    return "<!doctype html><html><head><link rel=\"c2pa-manifest\" href=\"" + href +
           "\"><title>x</title></head><body>text</body></html>\n";
  };
  desk.put("p.html", as_bytes(page(server.url("/p.c2pa"))));
  store = desk.sign_elsewhere("p.html");
  CHECK(holds(desk.says("verify --json p.html"), "\"state\":\"RemoteOnly\""));
  const Ran valid = desk.says("verify --json --fetch-remote --fetch-private p.html");
  CHECK_MESSAGE(holds(valid, "\"state\":\"Valid\""), valid.output);
  desk.put("q.html", as_bytes(page("/p.c2pa")));
  const Ran relative = desk.says("verify --json --fetch-remote --fetch-private q.html");
  CHECK(holds(relative, "\"state\":\"RemoteOnly\""));
  CHECK(holds(relative, "no address that begins with http:// or https://"));
  CHECK(server.asked().size() == 1);
}

TEST_CASE("verify --fetch-remote: what cannot be had says nothing about the file") {
  const Desk desk;
  if (!have_network(desk)) return;
  const HttpServer server([](const HttpServer::Asked& asked) -> HttpServer::Reply {
    const auto at = [&](const char* path) {
      return asked.head.starts_with(std::string("GET ") + path + " ");
    };
    if (at("/large")) {
      return {"HTTP/1.1 200 OK\r\n\r\n" + std::string(1 << 20, 'x'), 0, true};
    }
    if (at("/page")) return HttpServer::ok("<html>Please log in</html>", "text/html");
    if (at("/gone")) return HttpServer::status("404 Not Found");
    return HttpServer::status("302 Found", "Location: /loop\r\n");
  });
  for (const char* path : {"/large", "/page", "/gone", "/loop"}) {
    desk.put("r.png", with_link(desk.get("a.png"), server.url(path)));
    const Ran ran = desk.says("verify --json --fetch-remote --fetch-private r.png");
    CAPTURE(path);
    CHECK(ran.code == 1);
    CHECK(holds(ran, "\"state\":\"RemoteOnly\""));
    CHECK(holds(ran, "\"rule\":\"C2PA-not-fetched\""));
  }
}
