// Asks Hugging Face's tokenizers (npm) for the ids of texts: node tokenizers_ids.mjs MODULES FOLDER
// reads FOLDER/texts.json and every FOLDER/*.vocabulary.json, writes FOLDER/*.vocabulary.json.ids.
import { createRequire } from "node:module";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const [modules, folder] = process.argv.slice(2);
const { Tokenizer } = createRequire(import.meta.url)(`${modules}/tokenizers`);
const texts = JSON.parse(readFileSync(`${folder}/texts.json`, "utf8"));
for (const name of readdirSync(folder).filter((n) => n.endsWith(".vocabulary.json"))) {
  const tokenizer = Tokenizer.fromString(readFileSync(`${folder}/${name}`, "utf8"));
  const lines = [];
  for (const text of texts) {
    const found = await tokenizer.encode(text, null, { addSpecialTokens: false });
    lines.push(found.getIds().join(" "));
  }
  writeFileSync(`${folder}/${name}.ids`, lines.join("\n") + "\n");
}
