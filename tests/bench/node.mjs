// The benchmarks in Node: prints their results as one line of JSON.

import * as hedgerow from 'hedgerow';
import * as jsYaml from 'js-yaml';
import * as yaml from 'yaml';
import { runBenchmarks } from './run.mjs';

const say = (message) => console.error(`  Node: ${message}`);
console.log(JSON.stringify(await runBenchmarks({ hedgerow, yaml, jsYaml }, { say })));
