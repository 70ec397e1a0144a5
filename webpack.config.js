// Bundles the page: one module that others may load, `mount` its export, and the stand-alone page around it.
//
// The engine's worker and the wasm file are found relative to the bundle, wherever it is served from.

import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const source = join(root, 'www', 'src');
const output = join(root, 'www', 'dist');
const asIs = join(root, 'www', 'static');

export default (_env, { mode = 'production' } = {}) => ({
  mode,
  target: ['web', 'es2022'],
  // `eval` is what a strict Content-Security-Policy forbids; so no mode uses it.
  devtool: mode === 'production' ? false : 'source-map',
  context: root,
  entry: entries(),
  externalsType: 'module',
  externals: [theBundleItself],
  output: {
    path: output,
    clean: true,
    module: true,
    filename: '[name].js',
    chunkFilename: '[name].[contenthash:8].js',
    assetModuleFilename: '[name].[contenthash:8][ext]',
    publicPath: 'auto',
  },
  experiments: { outputModule: true },
  resolve: {
    extensions: ['.ts', '.js'],
    // The sources name what they import as it will be called, `.js`.
    extensionAlias: { '.js': ['.ts', '.js'] },
  },
  module: {
    rules: [
      {
        test: /\.ts$/,
        exclude: /node_modules/,
        use: {
          loader: 'ts-loader',
          // `npm run check` checks the types; here they are only taken off.
          options: {
            transpileOnly: true,
            compilerOptions: { noEmit: false, module: 'esnext', moduleResolution: 'bundler' },
          },
        },
      },
      { test: /\.css$/, type: 'asset/resource' },
    ],
  },
  performance: { hints: false },
  plugins: [{ apply: copyStatic }],
});

/** `hedgerow.js` is for any page, and alone exports something; `page.js` mounts it in ours. */
function entries() {
  return {
    hedgerow: { import: join(source, 'index.ts'), library: { type: 'module' } },
    page: join(source, 'page.ts'),
  };
}

/** Our own page loads `hedgerow.js` as any other page does. */
function theBundleItself({ request, contextInfo }, callback) {
  if (request === './index.js' && contextInfo.issuer === join(source, 'page.ts')) {
    return callback(null, 'module ./hedgerow.js');
  }
  return callback();
}

function copyStatic(compiler) {
  compiler.hooks.afterEmit.tap('copy-static', () => {
    if (!existsSync(asIs)) return;
    mkdirSync(output, { recursive: true });
    for (const name of readdirSync(asIs)) copyFileSync(join(asIs, name), join(output, name));
  });
}
