// Writes the fabric of the benchmarks to a file, for native runs: node tests/bench/fabric-file.mjs /tmp/fabric.yaml 5000

import { writeFileSync } from 'node:fs';
import { clashing, fabric } from './fabric.mjs';

const [file, count = '5000', kind = 'valid'] = process.argv.slice(2);
if (file === undefined) {
  console.error('Name the file to write, how many resources, and perhaps `clashing`.');
  process.exit(2);
}
const marked = ({ path, content }) => `--- # ${path}\n${content}`;
writeFileSync(file, kind === 'clashing' ? clashing(Number(count)) : fabric(Number(count)).map(marked).join(''));
