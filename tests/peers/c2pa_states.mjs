// Tells what c2pa-rs, compiled to WebAssembly (@contentauth/c2pa-wasm), says of files: for each a
// line with its state (Trusted, Valid, Invalid, or "refused"), a tab, the codes of failures, and
// behind another tab how many ingredients there are, if any.
// Use: node c2pa_states.mjs FOLDER_OF_NODE_MODULES ROOT_PEM FILE...

import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const TYPES = {
  jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp', gif: 'image/gif', tiff: 'image/tiff',
  dng: 'image/x-adobe-dng', svg: 'image/svg+xml', avif: 'image/avif', heif: 'image/heif',
  jxl: 'image/jxl', mp4: 'video/mp4', mov: 'video/quicktime', avi: 'video/avi', m4a: 'audio/mp4',
  mp3: 'audio/mpeg', aac: 'audio/mpeg', wav: 'audio/wav', flac: 'audio/flac', pdf: 'application/pdf',
  ods: 'application/vnd.oasis.opendocument.spreadsheet', odp: 'application/vnd.oasis.opendocument.presentation',
  odg: 'application/vnd.oasis.opendocument.graphics', epub: 'application/epub+zip', odt: 'application/vnd.oasis.opendocument.text',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
};
const [modules, root, ...files] = process.argv.slice(2);
const at = path.join(modules, '@contentauth', 'c2pa-wasm');
const description = JSON.parse(fs.readFileSync(path.join(at, 'package.json'), 'utf8'));
const pick = (v) => (typeof v === 'string' ? v : pick(v.import ?? v.default));
const entry = path.join(at, pick(description.exports?.['.'] ?? description.module ?? description.main));
const peer = await import(pathToFileURL(entry));
peer.initSync({ module: fs.readFileSync(path.join(path.dirname(entry), 'c2pa_bg.wasm')) });
// Without a list of purposes the peer calls certificates that have C2PA's own alone invalid.
const settings = JSON.stringify({
  verify: { verify_trust: true, verify_timestamp_trust: true, remote_manifest_fetch: false, ocsp_fetch: false },
  trust: {
    trust_anchors: fs.readFileSync(root, 'utf8'),
    trust_config: '1.3.6.1.4.1.62558.2.1\n1.3.6.1.5.5.7.3.4\n1.3.6.1.5.5.7.3.36\n',
  },
});
const failures = (status) => (status?.failure ?? []).map((entry) => entry.code);
for (const file of files) {
  const type = TYPES[path.extname(file).slice(1).toLowerCase()];
  let line;
  try {
    const reader = await peer.WasmReader.fromBytes(type, new Uint8Array(fs.readFileSync(file)), settings);
    const store = JSON.parse(reader.json());
    const results = store.validation_results;
    const codes = [...failures(results?.activeManifest),
      ...(results?.ingredientDeltas ?? []).flatMap((delta) => failures(delta.validationDeltas))];
    line = `${store.validation_state}\t${codes.join(' ')}`;
    const parents = (store.manifests?.[store.active_manifest]?.ingredients ?? []).length;
    if (parents > 0) line += `\t${parents}`;
    reader.free();
  } catch (error) {
    line = `refused\t${String(error?.message ?? error).replaceAll(/\s+/g, ' ')}`;
  }
  console.log(line);
}
