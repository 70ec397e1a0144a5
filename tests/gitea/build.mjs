/**
 * Builds the real Gitea that tests and the demo speak to. It is a tool of the tests only: fetched by Go from the module
 * proxy, pinned by `go.mod` and `go.sum` beside this file, and never linked, copied or shipped.
 */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { quietly, root, which } from '../../.ci/step.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const version = '1.26.0';
const binary = join(root, 'tests', 'out', 'gitea', `gitea-${version}`);

/** Finds Go; undefined where it is not. */
export function findGo() {
  const usual = '/usr/local/go/bin/go';
  return which('go') ?? (existsSync(usual) ? usual : undefined);
}

/** Builds Gitea unless it is there, and says where it is and where its templates are. */
export async function buildGitea() {
  const go = findGo();
  if (go === undefined) throw new Error('Go is not installed');
  const env = { ...process.env, PATH: `${join(go, '..')}${delimiter}${process.env.PATH}` };
  if (!existsSync(binary)) {
    const flags = ['-tags', 'sqlite sqlite_unlock_notify', '-ldflags', `-s -w -X main.Version=${version}`];
    await quietly(
      `Gitea ${version} (some minutes the first time)`,
      go,
      ['build', ...flags, '-o', binary, 'code.gitea.io/gitea'],
      {
        cwd: here,
        env,
        hint: 'Go needs its module proxy, and a C compiler.',
      },
    );
  }
  const asked = ['list', '-m', '-f', '{{.Dir}}', 'code.gitea.io/gitea'];
  const { stdout } = await promisify(execFile)(go, asked, { cwd: here, env });
  return { binary, resources: stdout.trim() };
}
