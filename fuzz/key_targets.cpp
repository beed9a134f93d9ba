// SPDX-License-Identifier: Apache-2.0
// Files that a user points at: private keys, and the folder of those who are trusted.
#include <filesystem>
#include <fstream>
#include <memory>

#include "crypto_seeds.hpp"
#include "ops/trust_folder.hpp"
#include "targets.hpp"

namespace colophon::fuzz {
namespace {

std::string pem(std::string_view label, std::string_view base64) {
  std::string text = "-----BEGIN " + std::string(label) + "-----\n";
  for (std::size_t at = 0; at < base64.size(); at += 64) {
    text += std::string(base64.substr(at, 64)) + "\n";
  }
  return text + "-----END " + std::string(label) + "-----\n";
}

void private_key(Bytes bytes) {
  constexpr std::string_view kMessage = "a message";
  KeySource source;
  source.pem = to_string(bytes);
  source.passphrase = "x";
  const auto signer = open_signer(source);
  if (!signer) {
    must(!signer.error().message.empty(), "what is no key is refused in words");
    return;
  }
  must((*signer)->public_key().kind() != KeyKind::Other, "other keys are refused");
  const auto signature = (*signer)->sign(as_bytes(kMessage));
  if (!signature) return;  // a key that does not fit together
  must(signature->size() == (*signer)->signature_size(), "a signature has the promised size");
  must((*signer)->public_key().verifies((*signer)->algorithm(), as_bytes(kMessage), *signature),
       "what was signed verifies");
}

Seeds private_key_seeds() {
  return texts({pem("PRIVATE KEY", kSignerKey), pem("PRIVATE KEY", kP256Key),
                pem("ENCRYPTED PRIVATE KEY", kPbkdf2Key),
                pem("ENCRYPTED PRIVATE KEY", kScryptKey)});
}

/// One file of each kind, removed when the program ends.
class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / "colophon-fuzz-XXXXXX") {
    std::string name = path_.string();
    must(::mkdtemp(name.data()) != nullptr, "there is room for a folder");
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string path() const { return path_.string(); }
  void put(const std::string& name, Bytes bytes) const {
    const auto file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << as_text(bytes);
  }

 private:
  std::filesystem::path path_;
};

/// The first byte says which file of the folder the rest is.
void trust_folder(Bytes bytes) {
  constexpr const char* kFiles[] = {"pins/a.pem", "anchors/a.pem", "tsa/a.pem", "allowed/a.pem",
                                    "usages"};
  if (bytes.empty()) return;
  static const Folder folder;
  const std::string file = kFiles[bytes[0] % std::size(kFiles)];
  folder.put(file, slice(bytes, 1));
  const auto entries = list_trust(folder.path());
  const auto store = load_trust_folder(folder.path());
  bool broken = false;
  std::size_t usable = 0;
  for (const TrustEntry& entry : entries) {
    broken = broken || entry.error;
    usable += entry.error ? 0 : 1;
  }
  must(store.has_value() != broken, "a file that cannot be used is told, and not passed over");
  if (store) {
    must(store->pins.size() + store->anchors.size() + store->tsa_anchors.size() +
                 store->allowed.size() + store->usages.size() ==
             usable,
         "everything that is trusted is listed");
  }
  std::filesystem::remove(folder.path() + "/" + file);
}

Seeds trust_seeds() {
  const std::string certificates = pem("CERTIFICATE", kRoot) + "text\n" + pem("CERTIFICATE", kLeaf);
  Seeds seeds;
  for (const char* first : {"\x01", "\x02", "\x03"})
    seeds.push_back(to_buffer(first + certificates));
  ByteBuffer pin(1, 0), usages(1, 4);
  append(pin, "Producer: 001191110000802100433B\nNote: a key\n" + pem("CERTIFICATE", kLeaf));
  append(usages, "1.3.6.1.5.5.7.3.4  # e-mail\n\n1.3.6.1.4.1.62558.2.1\n");
  seeds.push_back(pin);
  seeds.push_back(usages);
  return seeds;
}

}  // namespace

void add_keys(std::vector<Target>& all) {
  all.push_back({"crypto_private_key", private_key, private_key_seeds});
  all.push_back({"trust_folder", trust_folder, trust_seeds});
}

}  // namespace colophon::fuzz
