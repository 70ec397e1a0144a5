// The part of ajv that the benchmarks use, for a bundler: it comes as CommonJS, which browsers do not load.

export { Ajv } from 'ajv';
