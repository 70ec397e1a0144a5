// Serves folders on the loopback interface: the page, and what tests open in a browser.

import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';

const types = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.yaml': 'text/yaml; charset=utf-8',
};

/**
 * What the page may do when we serve it: scripts, workers and WebAssembly of
 * its own, and calls to the Git host. The editor writes its style rules into
 * the document, hence the unsafe styles.
 */
export const pagePolicy = (...hosts) =>
  [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' https: ${hosts.join(' ')}`.trim(),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/**
 * Starts a server for `folders`, given as URL prefix → folder, and gives back
 * its address and the way to stop it. Port 0 takes a free one; `answers` are
 * texts by path, `headers` go with every answer, and `contentTypes` override
 * the type by file ending.
 */
export async function serve({ folders, port = 0, headers = {}, answers = {}, contentTypes = {} }) {
  const typeOf = (path) => contentTypes[extname(path)] ?? types[extname(path)] ?? 'application/octet-stream';
  const server = createServer((request, response) => {
    const path = pathOf(request.url);
    const common = { 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff', ...headers };
    if (path !== undefined && path in answers) {
      response.writeHead(200, { ...common, 'content-type': typeOf(path) });
      return response.end(answers[path]);
    }
    const file = path === undefined ? undefined : fileOf(path, folders);
    if (file === undefined) {
      response.writeHead(404, { ...common, 'content-type': 'text/plain' });
      return response.end('There is no such file here.\n');
    }
    response.writeHead(200, { ...common, 'content-type': typeOf(file), 'content-length': statSync(file).size });
    if (request.method === 'HEAD') return response.end();
    return createReadStream(file).pipe(response);
  });
  await new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

function pathOf(url) {
  try {
    const path = decodeURIComponent(new URL(url ?? '/', 'http://localhost').pathname);
    return path.endsWith('/') ? `${path}index.html` : path;
  } catch {
    return undefined;
  }
}

function fileOf(path, folders) {
  const prefixes = Object.keys(folders).toSorted((a, b) => b.length - a.length);
  const prefix = prefixes.find((candidate) => path.startsWith(candidate));
  if (prefix === undefined || path.includes('\0')) return undefined;
  const folder = normalize(folders[prefix]);
  const file = normalize(join(folder, path.slice(prefix.length)));
  const isInside = file.startsWith(folder.endsWith(sep) ? folder : folder + sep);
  return isInside && existsSync(file) && statSync(file).isFile() ? file : undefined;
}
