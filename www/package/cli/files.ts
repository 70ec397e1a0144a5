// Finds the files that a command is to read, and reads them.

import { readFile, readdir, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { FileInput } from '../engine.js';
import { matcher, patternBase } from './glob.js';
import { Problem, reasonOf } from './problem.js';

/** What standard input is called in findings. */
export const standardInput = '<stdin>';

/** The engine says that files over 10 MiB are too large; far larger ones are not even read. */
const mostBytes = 64 * 1024 * 1024;

const yamlEndings = ['.yaml', '.yml'];
const otherEndings = ['.json'];

/** A file as it lies on the disk. */
export interface DiskFile extends FileInput {
  content: Uint8Array;
}

/** Files to look at, and what has to be said about those that are left out. */
export interface Found {
  files: DiskFile[];
  notes: string[];
}

/** Reads files, all YAML files of folders and patterns, and `-` for standard input. */
export async function readPaths(paths: readonly string[]): Promise<Found> {
  const found = new Map<string, string>();
  const notes: string[] = [];
  const files: DiskFile[] = [];
  for (const path of paths) {
    if (path === '-') {
      if (files.length === 0) files.push({ path: standardInput, content: await readStandardInput() });
      continue;
    }
    const kind = await kindOf(path);
    if (kind === undefined) {
      const matches = await matching(path);
      if (matches.length === 0) throw await missing(path);
      for (const match of matches) found.set(resolve(match), match);
    } else if (kind === 'folder') {
      const inside = await walk(path);
      if (inside.length === 0) notes.push(`\`${path}\` holds no file that ends in .yaml or .yml.`);
      for (const file of inside) found.set(resolve(file), file);
    } else if (kind === 'file' && !hasEnding(path, [...yamlEndings, ...otherEndings])) {
      notes.push(`\`${path}\` was not read: its name does not end in .yaml, .yml or .json.`);
    } else {
      found.set(resolve(path), path);
    }
  }
  for (const path of found.values()) files.push({ path: shown(path), content: await readBytes(path) });
  return { files, notes };
}

/** Reads the YAML files of a folder, named as seen from it. */
export async function readFolder(folder: string): Promise<DiskFile[]> {
  const paths = await walk(folder);
  return Promise.all(
    paths.map(async (path) => ({ path: slashed(relative(folder, path)), content: await readBytes(path) })),
  );
}

/** Reads one file; `-` stands for standard input. */
export async function readBytes(path: string): Promise<Uint8Array> {
  if (path === '-') return readStandardInput();
  try {
    const { size } = await stat(path);
    if (size > mostBytes) {
      throw new Problem(
        `\`${path}\` has ${Math.round(size / 1024 / 1024)} MiB; no file may have more than 10. Split it.`,
      );
    }
    return await readFile(path);
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (isMissing(error)) throw await missing(path);
    throw new Problem(`\`${path}\` cannot be read: ${reasonOf(error)}.`);
  }
}

/** Says what there is at a path. Devices and pipes, as a shell makes them, are read like files. */
export async function kindOf(path: string): Promise<'file' | 'folder' | 'pipe' | undefined> {
  try {
    const there = await stat(path);
    if (there.isDirectory()) return 'folder';
    return there.isFile() ? 'file' : 'pipe';
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new Problem(`\`${path}\` cannot be read: ${reasonOf(error)}.`);
  }
}

/** Writes a path as findings show it: as seen from here, with `/` between its parts. */
export function shown(path: string): string {
  const fromHere = isAbsolute(path) ? relative(process.cwd(), path) : path;
  const isElsewhere = isAbsolute(path) && (fromHere.startsWith('..') || isAbsolute(fromHere));
  return slashed(isElsewhere ? path : join(fromHere));
}

/** Writes a path with `/` between its parts. */
export function slashed(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}

async function readStandardInput(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > mostBytes) {
      throw new Problem('Standard input is too large; no file may have more than 10 MiB. Split it.');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Lists the YAML files below a folder, in order. Hidden folders, `node_modules` and linked folders are left out. */
async function walk(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new Problem(`The folder \`${folder}\` cannot be read: ${reasonOf(error)}.`);
  });
  entries.sort((one, two) => (one.name < two.name ? -1 : 1));
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!entry.name.startsWith('.') && entry.name !== 'node_modules') found.push(...(await walk(path)));
    } else if (hasEnding(entry.name, yamlEndings)) {
      const isLinkedFolder = entry.isSymbolicLink() && (await kindOf(path)) === 'folder';
      if (!isLinkedFolder) found.push(path);
    }
  }
  return found;
}

async function matching(pattern: string): Promise<string[]> {
  const written = slashed(pattern);
  const base = patternBase(written);
  if (base === undefined || (await kindOf(base)) !== 'folder') return [];
  const matches = matcher(written);
  return (await walk(base)).filter((path) => matches(slashed(base === '.' && !written.startsWith('./') ? path : path)));
}

async function missing(path: string): Promise<Problem> {
  const other = path.replaceAll('\\', '/');
  if (other !== path && (await kindOf(other)) !== undefined) {
    return new Problem(`There is no \`${path}\`. Did you mean \`${other}\`?`);
  }
  if (patternBase(slashed(path)) !== undefined) {
    return new Problem(`No YAML file matches \`${path}\`. Check the pattern, and the folder you are in.`);
  }
  return new Problem(`There is no file or folder \`${path}\`. Check the path, and the folder you are in.`);
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}

function hasEnding(path: string, endings: readonly string[]): boolean {
  const name = path.toLowerCase();
  return endings.some((ending) => name.endsWith(ending));
}
