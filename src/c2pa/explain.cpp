// SPDX-License-Identifier: Apache-2.0
#include "c2pa/explain.hpp"

#include <algorithm>
#include <utility>

namespace colophon::c2pa {
namespace {

/// The Chinese sentence of the codes that begin so; the first match counts.
struct Sentence {
  std::string_view prefix, zh;
};
constexpr Sentence kSentences[] = {
    {"algorithm.", "使用了不允许的算法"},
    {"assertion.action.", "操作记录不符合规则"},
    {"assertion.bmffHash.malformed", "内容绑定的格式不正确"},
    {"assertion.boxesHash.malformed", "内容绑定的格式不正确"},
    {"assertion.collectionHash.malformed", "内容绑定的格式不正确"},
    {"assertion.dataHash.malformed", "内容绑定的格式不正确"},
    {"assertion.multiAssetHash.malformed", "内容绑定的格式不正确"},
    {"assertion.dataHash.redacted", "内容绑定不得被删除"},
    {"assertion.bmffHash.", "内容与签名时不一致"},
    {"assertion.boxesHash.", "内容与签名时不一致"},
    {"assertion.collectionHash.", "内容与签名时不一致"},
    {"assertion.dataHash.", "内容与签名时不一致"},
    {"assertion.multiAssetHash.", "内容与签名时不一致"},
    {"assertion.hashedURI.", "断言与签名时不一致"},
    {"assertion.missing", "清单列出的断言不存在"},
    {"assertion.undeclared", "存在清单未列出的断言"},
    {"assertion.ingredient.", "素材断言格式不正确"},
    {"assertion.metadata.", "元数据断言含有不允许的字段"},
    {"assertion.", "断言不符合规则"},
    {"claim.hardBindings.missing", "清单未与内容绑定"},
    {"claim.", "清单的声明缺失或格式不正确"},
    {"claimSignature.outsideValidity", "证书不在有效期内，且没有可信时间证明签名时有效"},
    {"claimSignature.missing", "清单没有签名"},
    {"claimSignature.", "签名验证失败"},
    {"hashedURI.", "断言引用的数据缺失或已改变"},
    {"ingredient.", "素材的清单缺失或已改变"},
    {"manifest.compressed.", "压缩的清单无法解压"},
    {"manifest.", "清单的结构不符合规则"},
    {"signingCredential.untrusted", "此处不信任签名者的证书"},
    {"signingCredential.ocsp.", "签名者的证书已被吊销"},
    {"signingCredential.", "签名者的证书不符合要求"},
};

/// Where the code says more than was seen.
constexpr std::pair<std::string_view, std::string_view> kExact[] = {
    {kNoFragments, "影片在单独的分段文件中，而没有给出分段（--fragments），所以无法核对"},
    {kNotOfFragments, "给出了分段（--fragments），而该清单不覆盖任何分段"},
};

std::string_view in_chinese(const StatusEntry& failure) {
  for (const auto& [en, zh] : kExact) {
    if (failure.explanation == en) return zh;
  }
  const auto found = std::find_if(
      std::begin(kSentences), std::end(kSentences),
      [&](const Sentence& sentence) { return failure.code.starts_with(sentence.prefix); });
  return found == std::end(kSentences) ? "无法完成对清单的检查" : found->zh;
}

}  // namespace

Text explain(const StatusEntry& failure, bool ingredient) {
  Text text;
  text.en = failure.explanation.empty() ? failure.code : failure.explanation;
  text.zh = in_chinese(failure);
  if (!ingredient) return text;
  return {"in an ingredient: " + text.en, "素材中：" + text.zh};
}

}  // namespace colophon::c2pa
