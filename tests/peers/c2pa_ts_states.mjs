// Tells what c2pa-ts (@trustnxt/c2pa-ts), a validator of its own in TypeScript, says of files: for
// each a line with "Valid" or "Invalid", a tab, and the codes of failures. It knows no anchors.
// Use: node c2pa_ts_states.mjs FOLDER_OF_NODE_MODULES FILE...

import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, ...files] = process.argv.slice(2);
const at = path.join(modules, '@trustnxt', 'c2pa-ts');
const { exports } = JSON.parse(fs.readFileSync(path.join(at, 'package.json'), 'utf8'));
const pick = (v) => (typeof v === 'string' ? v : pick(v.import ?? v.default));
const load = (name) => import(pathToFileURL(path.join(at, pick(exports[`./${name}`]))));
const { JPEG, PNG, BMFF } = await load('asset');
const { SuperBox } = await load('jumbf');
const { ManifestStore, ValidationResult } = await load('manifest');

async function open(bytes) {
  for (const Kind of [JPEG, PNG, BMFF]) {
    if (await Kind.canRead(bytes)) return Kind.create ? Kind.create(bytes) : new Kind(bytes);
  }
  throw new Error('not supported');
}

for (const file of files) {
  let line;
  try {
    const asset = await open(new Uint8Array(fs.readFileSync(file)));
    const store = ManifestStore.read(SuperBox.fromBuffer(await asset.getManifestJUMBF()));
    const result = await store.validate(asset).catch((error) => ValidationResult.fromError(error));
    const entries = result.statusEntries ?? [];
    const codes = entries.filter((entry) => !entry.success).map((entry) => entry.code);
    line = `${result.isValid ? 'Valid' : 'Invalid'}\t${codes.join(' ')}`;
  } catch (error) {
    line = `refused\t${String(error?.message ?? error).replaceAll(/\s+/g, ' ')}`;
  }
  console.log(line);
}
