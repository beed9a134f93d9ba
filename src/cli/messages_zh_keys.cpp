// SPDX-License-Identifier: Apache-2.0
// The catalogue of what is wrong with certificates and signers; a test finds each entry in the
// sources.
#include "cli/messages.hpp"

namespace colophon::cli {
namespace {

constexpr Translation kKeys[] = {
    {"the signing certificate {}", "签名证书{!}"},
    {"the certificate of the authority \"{}\" {}", "机构“{}”的证书{!}"},
    {"is signed with RSASSA-PSS whose parameters are missing or name two digests",
     "以 RSASSA-PSS 签名，但缺少参数或使用了两种摘要算法"},
    {"is signed with an algorithm that is not allowed", "以不允许的算法签名"},
    {"has an RSA key of fewer than 2048 bits", "的 RSA 密钥不足 2048 位"},
    {"has a key of a type or curve that is not allowed", "的密钥类型或曲线不被允许"},
    {"is not of version 3", "不是第 3 版"},
    {"holds a unique identifier", "含有唯一标识符"},
    {"holds a damaged, repeated or contradictory extension", "含有损坏、重复或矛盾的扩展"},
    {"holds a critical extension that is not known", "含有未知的关键扩展"},
    {"lacks the authority key identifier", "缺少颁发机构密钥标识符"},
    {"lacks the subject key identifier", "缺少主体密钥标识符"},
    {"lacks the extended key usage", "缺少扩展密钥用途"},
    {"lacks the key usage digitalSignature", "缺少密钥用途 digitalSignature"},
    {"is for any extended key usage", "可用于任何扩展密钥用途"},
    {"mixes time-stamping or OCSP signing with other extended key usages",
     "把时间戳或 OCSP 签名与其他扩展密钥用途混在一起"},
    {"has no extended key usage that is accepted for claims", "没有可用于签署声明的扩展密钥用途"},
    {"is the one of an authority", "是颁发机构的证书"},
    {"is not the one of an authority", "不是颁发机构的证书"},
    {"may sign certificates, but is no authority's", "可签发证书，却不属于颁发机构"},
    {"the signer gave {} bytes, which is no signature by this key (raw binary is expected: {}",
     "签名者给出了 {} 字节，不是该密钥的签名（应为原始二进制：{}"},
    {"the file is the initialisation segment of a film whose media lies in other files: a C2PA "
     "signature over it would cover none of them. Sign the film in one file, label without "
     "--c2pa, or give --force to sign this segment alone",
     "该文件是影片的初始化分段，媒体数据在其他文件中：对它做 C2PA 签名不覆盖任何内容。请在单个文件"
     "中签署影片，或不用 --c2pa 标识，或用 --force 只签此分段"},
};

}  // namespace

std::span<const Translation> key_messages() {
  return kKeys;
}

}  // namespace colophon::cli
