// Writes the corpus into one file, for benchmarks outside Node: node tests/bench/corpus-file.mjs <file> [documents]

import { writeFileSync } from 'node:fs';
import { documents, stream } from './corpus.mjs';

const [file, count = '5000'] = process.argv.slice(2);
writeFileSync(file, stream(documents(Number(count))));
