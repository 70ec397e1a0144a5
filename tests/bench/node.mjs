// The benchmarks in Node: prints their results as one line of JSON.

import * as hedgerow from 'hedgerow';
import * as jsYaml from 'js-yaml';
import * as nodeDiff3 from 'node-diff3';
import * as yaml from 'yaml';
import { Ajv } from 'ajv';
import startEngine from '../../pkg/engine.js';
import { commitToHost } from './committing.mjs';
import { readCrds } from './crds.mjs';
import { runBenchmarks } from './run.mjs';

const say = (message) => console.error(`  Node: ${message}`);
await hedgerow.init();
const { memory } = await startEngine();
const memoryBytes = () => memory.buffer.byteLength;
const packages = { hedgerow, memoryBytes, yaml, jsYaml, nodeDiff3, Ajv, crds: readCrds() };
const results = await runBenchmarks(packages, { say });
console.log(JSON.stringify([...results, ...(await commitToHost({ hedgerow, say }))]));
