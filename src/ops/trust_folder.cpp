// SPDX-License-Identifier: Apache-2.0
#include "ops/trust_folder.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iterator>

#include "base/text.hpp"
#include "crypto/anchor.hpp"
#include "crypto/issue.hpp"
#include "io/io.hpp"

namespace colophon {
namespace {

using Use = TrustEntry::Use;
constexpr std::uint64_t kMostFile = 16 << 20;
constexpr std::string_view kProducer = "Producer:", kNote = "Note:";

struct Place {
  Use use;
  const char* folder;
};
constexpr std::array<Place, 4> kPlaces = {{{Use::Pin, "pins"},
                                           {Use::Anchor, "anchors"},
                                           {Use::TimeStamping, "tsa"},
                                           {Use::Allowed, "allowed"}}};

std::string folder_of(const std::string& store, Use use) {
  const auto* place = std::ranges::find_if(kPlaces, [&](const Place& p) { return p.use == use; });
  return store + "/" + place->folder;
}

void for_each_line(std::string_view text, const std::function<void(std::string_view)>& visit) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    visit(trim(text.substr(0, end)));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

/// "Producer: CODE" above the key.
std::string heading(std::string_view text, std::string_view name) {
  std::string value;
  for_each_line(text.substr(0, text.find("-----BEGIN ")), [&](std::string_view line) {
    if (line.starts_with(name)) value = trim(line.substr(name.size()));
  });
  return value;
}

/// Symbolic links below a folder that lead nowhere; `files_below` steps over them.
std::vector<std::string> dead_links(const std::string& folder) {
  namespace fs = std::filesystem;
  std::vector<std::string> links;
  std::error_code error, ignored;
  fs::recursive_directory_iterator entry(folder, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (entry->is_symlink(ignored) && !entry->exists(ignored)) {
      links.push_back(entry->path().string());
    }
  }
  std::ranges::sort(links);
  return links;
}

/// Collects one store; what cannot be used goes to `entries` alone.
struct Reader {
  TrustStore store = {};
  std::vector<TrustEntry> entries = {};

  void broken(Use use, const std::string& file, const Error& error) {
    entries.push_back({use, file, {}, {}, {}, std::nullopt, error});
  }

  void read_pin(const std::string& file, std::string_view text) {
    const auto pin = colophon::read_pin(text);
    if (!pin) return broken(Use::Pin, file, pin.error());
    store.pins.push_back(*pin);
    entries.push_back({Use::Pin, file, pin->producer, pin->key.fingerprint(), pin->note,
                       std::nullopt, std::nullopt});
  }

  void read_certificates(Use use, const std::string& file, std::string_view text) {
    auto found = read_certificates_pem(text);
    if (found && found->empty()) {
      return broken(use, file,
                    {ErrorCode::Malformed, "holds no certificate in PEM form", file, std::nullopt});
    }
    if (!found) return broken(use, file, found.error());
    auto& list = use == Use::Anchor         ? store.anchors
                 : use == Use::TimeStamping ? store.tsa_anchors
                                            : store.allowed;
    for (Certificate& each : *found) {
      entries.push_back({use, file, each.subject(), each.fingerprint(), {}, each.not_after(), {}});
      list.push_back(std::move(each));
    }
  }

  void read_file(Use use, const std::string& file) {
    if (!file.ends_with(".pem") && !file.ends_with(".crt") && !file.ends_with(".cer")) return;
    const auto text = read_small_file(file, kMostFile);
    if (!text) return broken(use, file, text.error());
    if (use == Use::Pin) {
      read_pin(file, as_text(*text));
    } else {
      read_certificates(use, file, as_text(*text));
    }
  }

  void read_usages(const std::string& file) {
    if (!exists(file)) return;
    const auto text = read_small_file(file, kMostFile);
    if (!text) return broken(Use::Usage, file, text.error());
    for_each_line(as_text(*text), [&](std::string_view line) {
      const std::string oid(trim(line.substr(0, line.find('#'))));
      if (oid.empty()) return;
      if (oid.find_first_not_of("0123456789.") != std::string::npos) {
        return broken(Use::Usage, file,
                      {ErrorCode::Malformed, "\"" + oid + "\" is no dotted OID", file, {}});
      }
      store.usages.push_back(oid);
      entries.push_back({Use::Usage, file, oid, {}, {}, std::nullopt, std::nullopt});
    });
  }

  void read_all(const std::string& folder) {
    for (const Place& place : kPlaces) {
      const std::string below = folder + "/" + place.folder;
      if (!is_folder(below)) continue;
      const auto files = files_below(below);
      if (!files) {
        broken(place.use, below, files.error());
        continue;
      }
      for (const std::string& file : *files) read_file(place.use, file);
      for (const std::string& link : dead_links(below)) {
        broken(place.use, link,
               {ErrorCode::NotFound, "is a link to a file that is not there", link, {}});
      }
    }
    read_usages(folder + "/usages");
  }
};

/// A name that is safe in any file system.
std::string file_name(std::string_view name) {
  std::string out;
  for (const char c : name.substr(0, 64)) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    out += plain ? c : '-';
  }
  return out;
}

/// Writes a file of the folder; one that holds something else already gets a neighbour.
Result<std::string> put_file(const std::string& folder, const std::string& name,
                             const std::string& text) {
  for (int number = 1;; ++number) {
    const std::string suffix = number == 1 ? "" : fmt::format("-{}", number);
    std::string path = fmt::format("{}/{}{}.pem", folder, name, suffix);
    TRY(make_folders_for(path));
    if (!exists(path)) {
      TRY(write_new_file(path, as_bytes(text), 0644));
      return path;
    }
    if (as_text(TRY(read_small_file(path, kMostFile))) == text) return path;
  }
}

/// The pin's one file. Pinned again, a note is replaced, and stays where none is given.
Result<std::string> put_pin(const std::string& path, const TrustStore::Pin& pin) {
  TRY(make_folders_for(path));
  const bool known = exists(path);
  if (known && pin.note.empty()) return path;
  std::string text;
  if (!pin.producer.empty()) text += fmt::format("{} {}\n", kProducer, pin.producer);
  if (!pin.note.empty()) text += fmt::format("{} {}\n", kNote, pin.note);
  text += to_pem(pin.key);
  if (!known) {
    TRY(write_new_file(path, as_bytes(text), 0644));
    return path;
  }
  if (as_text(TRY(read_small_file(path, kMostFile))) == text) return path;
  // Whole or not at all: a folder with half a pin could not be read.
  const std::string fresh = path + ".new";
  TRY(write_new_file(fresh, as_bytes(text), 0644));
  std::error_code error;
  std::filesystem::rename(fresh, path, error);
  if (!error) return path;
  std::error_code ignored;
  std::filesystem::remove(fresh, ignored);
  return fail(ErrorCode::Io, fmt::format("cannot write {}: {}", path, error.message()));
}

TrustUse purpose_of(Use use) {
  return use == Use::Anchor         ? TrustUse::ClaimAnchor
         : use == Use::TimeStamping ? TrustUse::TimeStampAnchor
                                    : TrustUse::Signer;
}

}  // namespace

std::string usual_trust_folder() {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  if (config != nullptr && *config != '\0') return std::string(config) + "/colophon/trust";
  const char* home = std::getenv("HOME");
  return home != nullptr ? std::string(home) + "/.config/colophon/trust" : std::string();
}

bool is_trust_folder(const std::string& path) {
  return exists(path + "/usages") || std::ranges::any_of(kPlaces, [&](const Place& place) {
           return is_folder(path + "/" + place.folder);
         });
}

Result<TrustStore::Pin> read_pin(std::string_view text) {
  return TrustStore::Pin{heading(text, kProducer), TRY(read_public_key(as_bytes(text))),
                         heading(text, kNote)};
}

void add(TrustStore& all, TrustStore more) {
  const auto move_all = [](auto& to, auto& from) {
    std::ranges::move(from, std::back_inserter(to));
  };
  move_all(all.anchors, more.anchors);
  move_all(all.tsa_anchors, more.tsa_anchors);
  move_all(all.allowed, more.allowed);
  move_all(all.usages, more.usages);
  move_all(all.pins, more.pins);
}

std::vector<TrustEntry> list_trust(const std::string& folder) {
  Reader reader;
  if (!folder.empty() && is_folder(folder)) reader.read_all(folder);
  return std::move(reader.entries);
}

Result<TrustStore> load_trust_folder(const std::string& folder) {
  Reader reader;
  if (!folder.empty() && is_folder(folder)) reader.read_all(folder);
  for (const TrustEntry& entry : reader.entries) {
    if (!entry.error) continue;
    return fail(entry.error->code,
                fmt::format("{}: {}; mend or remove this file of the trust folder", entry.file,
                            entry.error->message));
  }
  return std::move(reader.store);
}

Result<std::string> add_trust(const std::string& folder, Use use, std::string_view pem,
                              const std::string& producer, const std::string& note) {
  if (pem.find("PRIVATE KEY-----") != std::string_view::npos) {
    return fail(ErrorCode::Usage,
                "this is a private key, which is never pinned; pin its public key");
  }
  if (use == Use::Pin) {
    const PublicKey key = TRY(read_public_key(as_bytes(pem)));
    if ((producer + note).find_first_of("\r\n") != std::string::npos) {
      return fail(ErrorCode::Usage, "a producer or note is one line");
    }
    const std::string name =
        (producer.empty() ? "any" : file_name(producer)) + "-" + key.fingerprint().substr(0, 16);
    return put_pin(folder_of(folder, use) + "/" + name + ".pem", {producer, key, note});
  }
  const auto certificates = TRY(read_certificates_pem(pem));
  if (certificates.empty()) {
    return fail(ErrorCode::Malformed, "there is no certificate in PEM form");
  }
  std::string text;
  for (const Certificate& each : certificates) {
    if (const auto breach = trust_breach(each, purpose_of(use))) {
      return fail(ErrorCode::Usage,
                  fmt::format("the certificate of {} {}", each.subject(), *breach));
    }
    text += to_pem(each);
  }
  const Certificate& first = certificates.front();
  return put_file(folder_of(folder, use),
                  file_name(first.common_name()) + "-" + first.fingerprint().substr(0, 16), text);
}

}  // namespace colophon
