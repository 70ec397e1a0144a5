// Reads the definitions of the fabric's kinds, for the peers: they lie beside the repository, as input of its tests.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

const folder = fileURLToPath(new URL('../../../shared/hedgehog/crds', import.meta.url));

/** Gives the schema of each version of each kind; nothing, said loudly, where the definitions are not there. */
export function readCrds() {
  if (!existsSync(folder)) {
    console.error(`  Skipped: yaml and ajv as a peer; the definitions of the kinds are not at ${folder}`);
    return [];
  }
  return readdirSync(folder).flatMap((name) => {
    const documents = parseAllDocuments(readFileSync(join(folder, name), 'utf8'));
    return documents.flatMap((document) => schemasOf(document.toJS()));
  });
}

function schemasOf(definition) {
  const { group, names, versions } = definition.spec;
  return versions.map(({ name, schema }) => ({
    apiVersion: `${group}/${name}`,
    kind: names.kind,
    schema: schema.openAPIV3Schema,
  }));
}
