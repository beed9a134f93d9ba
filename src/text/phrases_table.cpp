// SPDX-License-Identifier: Apache-2.0
// The grammar of visible labels. Seen in public files: zh, en, fr, de, es, pt, ru, ja, ko; the
// others from grammar (docs/text.md).
#include <cstdint>

#include "text/phrases_table.hpp"

namespace colophon::text {
namespace {

using enum Form;

constexpr PatternText kPatterns[] = {
    // Chinese, both scripts. The agent first: 由 AI 生成, 由 Coze AI 生成.
    {"zh", Predicate,
     "由|经|經|通过|透過|使用|利用|借助|采用|運用|运用|用|被|是|为|為|系|均为 ?~2 @ "
     "?大模型|语言模型|模型|助手|智能|自动|自動|技术|技術|工具|辅助|輔助|智能体|算法|机器人|系统|"
     "大模型自动|协助 "
     "生成合成|生成|合成|创作|創作|撰写|撰寫|编写|編寫|写成|書寫|绘制|繪製|制作|製作|翻译|翻譯|"
     "润色|整理|"
     "总结|總結|改写|编辑|输出|产出|產生|产生|创建|作答|回答|完成"},
    {"zh", Attributive,
     "@ ?大模型|模型|助手|智能|自动|自動|辅助|輔助|智能体|大模型自动 "
     "生成合成|生成|合成|创作|創作|撰写|撰寫|编写|绘制|製作|翻译|翻譯|润色|改写|产出|產生"},
    {"zh", Attributive, "@ 辅助|輔助|协助"},
    // Japanese.
    {"ja", Predicate,
     "@ ?技術|モデル|ツール|アシスタント|チャットボット "
     "によって|により|による|が|を使って|を使用して|を用いて|を利用して|を活用して|で|にて|"
     "の支援により|の支援を受けて "
     "?自動的に|自動|一部 生成|作成|執筆|制作|翻訳|要約|校正|編集|書かれ|作られ|描かれ"},
    {"ja", Attributive, "@ ?自動 生成|作成|翻訳|要約"},
    // Korean: particles hang on the noun.
    {"ko", Predicate,
     "@ ?모델|도구|기술|비서 "
     "으로|로|가|이|에_의해|에_의하여|를_사용하여|을_사용하여|를_활용하여|을_활용하여|"
     "를_이용하여|을_이용하여|를_이용해|을_이용해|를_활용해|을_활용해|의_도움을_받아 "
     "?자동으로|자동 생성|작성|제작|번역|요약|편집|만들|만든|창작"},
    {"ko", Attributive, "@ ?자동 생성|작성|번역|요약"},
    // English.
    {"en", Predicate,
     "generated|created|written|produced|made|authored|drafted|composed|prepared|summarized|"
     "summarised|translated|transcribed|edited|assisted|enhanced|polished|proofread|compiled|"
     "rendered|illustrated|developed|synthesized|co_written|co_authored ?entirely|partly|"
     "partially|automatically|largely|fully|completely|in_part "
     "by|with|using|via|through|with_the_help_of|with_help_from|with_the_assistance_of|"
     "with_assistance_from|with_the_aid_of|with_support_from|by_means_of|with_the_use_of "
     "?an|a|the|our|"
     "generative|openai's|google's|anthropic's|microsoft's ?generative @"},
    {"en", Attributive,
     "@ ?fully|partly ?auto "
     "generated|written|created|produced|made|assisted|edited|translated|authored|"
     "enhanced|synthesized|drafted|composed|summarized|summarised|aided|supported|modified|"
     "manipulated"},
    {"en", Used,
     "@ ?tools|tool|models|assistance|technology|assistants|software was|were|has_been|have_been "
     "used ?partially|partly to|in|for"},
    // French: l'IA, une IA, à l'aide de l'IA.
    {"fr", Predicate,
     "génér*|créé*|rédig*|écrit*|produit*|traduit*|réalisé*|résumé*|assisté*|édité*|corrigé*|"
     "élaboré*|conçu*|fait* ?automatiquement|entièrement|en_partie|partiellement|avec_l'aide "
     "par|avec|via|grâce_à|à_l'aide|au_moyen|à_partir|en_utilisant|avec_l'aide|avec_l'assistance "
     "?de|d' ?l'|une|un|la|le|des @"},
    // German.
    {"de", Predicate,
     "von|durch|mit|mittels|mithilfe|mit_hilfe|unter_verwendung|per|unter_einsatz ?von "
     "?einer|eine|einem|der|"
     "künstlicher @ ?tools|modellen|systemen|unterstützung ?vollständig|automatisch|teilweise|auch "
     "generier*|erstellt*|erzeugt*|geschrieben*|verfasst*|produziert*|übersetzt*|bearbeitet*|"
     "zusammengefasst*|unterstützt*|angefertigt*|entworfen"},
    {"de", Predicate,
     "generier*|erstellt*|erzeugt*|geschrieben|verfasst|übersetzt|bearbeitet ?automatisch "
     "von|durch|mit|mittels|mithilfe|mit_hilfe ?von ?einer|eine|der @"},
    {"de", Attributive,
     "@ generier*|erzeugt*|erstellt*|übersetzt*|unterstützt*|gestützt*|assistiert*|bearbeitet*"},
    // Spanish before Portuguese: generado, gerado.
    {"es", Predicate,
     "generad*|cread*|escrit*|redactad*|producid*|elaborad*|traducid*|hech*|asistid*|editad*|"
     "realizad*|resumid* ?automáticamente|íntegramente|parcialmente|totalmente "
     "por|con|mediante|usando|utilizando|a_través_de|con_ayuda_de|con_la_ayuda_de|"
     "con_asistencia_de|con_apoyo_de|vía ?la|una|un|el @"},
    {"pt", Predicate,
     "gerad*|criad*|escrit*|redigid*|produzid*|elaborad*|traduzid*|feit*|assistid*|editad*|"
     "resumid* ?automaticamente|totalmente|parcialmente|inteiramente "
     "por|com|pela|pelo|usando|utilizando|através_de|com_ajuda_de|com_a_ajuda_de|com_auxílio_de|"
     "com_o_auxílio_de|com_apoio_de|via|mediante ?uma|a|um|o|da @"},
    {"it", Predicate,
     "generat*|creat*|scritt*|redatt*|prodott*|realizzat*|tradott*|assistit*|modificat*|"
     "elaborat* ?automaticamente|interamente|parzialmente "
     "da|dall'|dalla|con|tramite|mediante|usando|utilizzando|con_l'aiuto|con_l'ausilio|grazie|"
     "attraverso ?dell'|di|all'|della ?l'|un'|una|la|un @"},
    // Dutch.
    {"nl", Predicate,
     "gegenereerd*|gemaakt*|geschreven*|geproduceerd*|opgesteld*|vertaald*|samengevat*|bewerkt*|"
     "gecreëerd*|ondersteund ?volledig|automatisch|deels "
     "door|met|via|met_behulp_van|met_hulp_van|met_ondersteuning_van ?een|de @"},
    {"nl", Predicate,
     "door|met|via|met_behulp_van ?een|de @ ?volledig|automatisch "
     "gegenereerd*|gemaakt*|geschreven*|vertaald*|bewerkt*|opgesteld*|ondersteund*"},
    {"nl", Attributive, "@ gegenereerd*|gemaakt*|geschreven*|ondersteund*|vertaald*"},
    // Russian: the instrumental case needs no preposition.
    {"ru", Predicate,
     "сгенерирован*|создан*|написан*|подготовлен*|составлен*|переведен*|отредактирован*|сделан*|"
     "сгенерировал* ?полностью|автоматически|частично "
     "?с_помощью|при_помощи|при_поддержке|с_использованием|посредством|при_участии|через ?~1 @"},
    {"ru", Attributive, "@ сгенерирован*"},
    {"ru", Predicate, "@ ?автоматически сгенерировал*|создал*|написал*"},
    // Arabic: what was made may stand between the verb and its means.
    {"ar", Predicate,
     "إنشاؤ*|إنشاء*|أنشئ*|توليد*|مولد*|كتابة*|كتابت*|كتب*|إعداد*|أعد*|إنتاج*|تحرير*|ترجمة*|ترجمت*|"
     "تلخيص*|صنع* ?~3 "
     "?بواسطة|باستخدام|عن_طريق|من_قبل|بمساعدة|عبر|بفضل @"},
    // Hindi.
    {"hi", Predicate,
     "@ ?टूल|मॉडल द्वारा|से|की_मदद_से|के_माध्यम_से|की_सहायता_से|का_उपयोग_करके|के_द्वारा ?स्वचालित_रूप_से|पूरी_तरह "
     "निर्मित|जनरेट*|जेनरेट*|बनाया|बनाई|बनाए|बना|तैयार|उत्पन्न|लिखा|लिखी|लिखित|सृजित|अनुवादित"},
    {"hi", Attributive, "@ जनित|निर्मित|जनरेटेड|जेनरेटेड"},
    // Turkish.
    {"tr", Predicate,
     "@ ?aracı|araçları|modeli|destekli "
     "tarafından|ile|kullanılarak|yardımıyla|desteğiyle|aracılığıyla|sayesinde "
     "?otomatik|otomatik_olarak|tamamen "
     "oluşturuldu|oluşturulmuştur|oluşturulmuş|oluşturulmaktadır|üretildi|üretilmiştir|üretilmiş|"
     "üretilmektedir|yazıldı|yazılmıştır|yazılmış|hazırlandı|hazırlanmıştır|hazırlanmış|çevrildi|"
     "çevrilmiştir|çevrilmiş|düzenlendi|düzenlenmiştir|düzenlenmiş|yapıldı|yapılmıştır"},
    {"tr", Attributive, "@ üretimi|ürünü|destekli"},
    // Vietnamese.
    {"vi", Predicate,
     "tạo|tạo_ra|viết|soạn|soạn_thảo|sinh_ra|dịch|tóm_tắt|biên_soạn|chỉnh_sửa|tạo_sinh|tạo_lập|"
     "thực_hiện|biên_tập ?tự_động|hoàn_toàn|một_phần "
     "bởi|bằng|với_sự_hỗ_trợ_của|nhờ|sử_dụng|với_sự_trợ_giúp_của "
     "?công_cụ|công_nghệ|một @"},
    {"vi", Predicate,
     "do ?công_cụ|một @ ?tự_động tạo|tạo_ra|viết|soạn|sinh_ra|dịch|tóm_tắt|tổng_hợp"},
    {"vi", Attributive, "@ ?tự_động tạo|tạo_ra|viết"},
    // Indonesian.
    {"id", Predicate,
     "dibuat|dihasilkan|ditulis|diproduksi|disusun|diterjemahkan|dirangkum|diedit|dikembangkan|"
     "dibantu|disunting ?secara_otomatis|sepenuhnya|sebagian "
     "oleh|dengan|menggunakan|dengan_bantuan|dengan_menggunakan|memakai|melalui|lewat "
     "?teknologi|alat @"},
    {"id", Attributive, "hasil|buatan|bikinan @"},
    // What translated documents say, in the words of a tool that many repositories use.
    {"en", Service, "@ translation_service|translation_tool|translation_tools"},
    {"ja", Service, "@ 翻訳サービス|翻訳ツール"},
    {"ko", Service, "@ 번역_서비스|번역_도구"},
    {"hi", Service, "@ अनुवाद_सेवा"},
    {"tr", Service, "@ çeviri_servisi|çeviri_hizmeti|çeviri_aracı"},
    {"de", Service, "@ übersetzungsdienst*|übersetzungstool*"},
    {"nl", Service, "@ vertaaldienst|vertalingsdienst|vertaalservice"},
    {"fr", Service, "service_de_traduction ?par|basé_sur ?l' @"},
    {"es", Service, "servicio_de_traducción ?por|con|de|mediante @"},
    {"pt", Service, "serviço_de_tradução ?por|com|de|baseado_em @"},
    {"it", Service, "servizio_di_traduzione ?basato|basata ?su|tramite|con ?l'|sull' @"},
    {"ru", Service, "сервиса_перевода|сервис_перевода ?на_основе|с_использованием|с_помощью @"},
    {"ar", Service, "خدمة_الترجمة ?الآلية ?بواسطة|المدعومة|باستخدام @"},
    {"vi", Service, "dịch_vụ_dịch_thuật|dịch_vụ_dịch @"},
    {"id", Service, "layanan_terjemahan|layanan_penerjemahan ?berbasis @"},
};

constexpr std::string_view kTerms =
    "ai|ia|ki|a.i.|a.i|ии|нейросет*|искусственный_интеллект*|искусственного_интеллект*|"
    "искусственным_интеллект*|искусственному_интеллект*|искусственном_интеллект*|generative_ai|"
    "artificial_intelligen*|"
    "intelligence_artificielle|intelligenza_artificiale|inteligencia_artificial|"
    "künstliche_intelligenz|künstlicher_intelligenz|künstlichen_intelligenz|kunstmatige_"
    "intelligentie|trí_tuệ_nhân_tạo|kecerdasan_buatan|"
    "yapay_zek*|الذكاء_الاصطناعي|بالذكاء_الاصطناعي|للذكاء_الاصطناعي|ذكاء_اصطناعي|एआई|कृत्रिम_"
    "बुद्धिमत्ता|"
    "人工智能|人工智慧|ai大模型|大模型|大语言模型|大語言模型|大型语言模型|人工知能|인공지능|aigc|"
    "chatgpt|chatgpt_4*|chatgpt_5*|gpt_3*|gpt_4*|gpt_5*|gpt4*|gpt5*|gpt|llm|an_llm|ai_language_"
    "model|ai_model|"
    "claude_code|claude_opus|claude_sonnet|claude_haiku|claude_ai|claude_3*|claude_4*|claude_5*|"
    "anthropic's_claude|anthropic_claude|copilot|github_copilot|microsoft_copilot|google_gemini|"
    "gemini_pro|gemini_flash|gemini_ai|gemini_1*|gemini_2*|gemini_3*|deepseek*|deepseek_v*|"
    "deepseek_r*|midjourney|豆包|"
    "豆包ai|文心一言|通义千问|讯飞星火|智谱清言|腾讯元宝";

}  // namespace

std::span<const PatternText> pattern_texts() noexcept {
  return kPatterns;
}
std::string_view term_texts() noexcept {
  return kTerms;
}

}  // namespace colophon::text
