import { createRequire } from 'node:module';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { parse } from 'jsonc-parser';
import type { Files } from '../ports.js';

/** What an install leaves behind anew whenever it links packages, in the folder of the modules. */
const INSTALLED = ['.package-lock.json', '.modules.yaml', '.yarn-state.yml'];
const MODULES = 'node_modules';
const DECIDING = ['tsconfig.json', 'package.json', 'pnpm-workspace.yaml', MODULES];

/** What decides what the imports of some files mean. All paths are relative to the root. */
export interface Surroundings {
  /** Manifests, and tsconfigs with all that they extend, there or not. */
  readonly files: readonly string[];
  /** Folders where another such file would count as soon as it came. */
  readonly folders: readonly string[];
}

export function surroundingsOf(files: Files, root: string, paths: readonly string[]): Surroundings {
  const folders = new Set<string>();
  for (const path of paths)
    for (let folder = dirname(join(root, path)); !folders.has(folder); folder = dirname(folder)) folders.add(folder);
  for (const folder of [...folders]) {
    const modules = join(folder, MODULES);
    if (files.stat(modules)?.kind === 'folder') folders.add(modules);
  }
  const found = new Set([...folders].flatMap((folder) => decidingIn(folder).filter((file) => files.stat(file))));
  for (const folder of folders) found.delete(folder);
  // Grows while it is gone through.
  for (const file of found)
    if (/tsconfig[^/\\]*\.json$/.test(file)) for (const base of basesOf(files, file)) found.add(base);
  const relatively = (path: string): string => relative(root, path).split(sep).join('/');
  return { files: [...found].map(relatively), folders: [...folders].map(relatively) };
}

/** The paths in a folder that would decide if they were there. */
export function decidingIn(folder: string): string[] {
  const names = basename(folder) === MODULES ? INSTALLED : DECIDING;
  return names.map((name) => (folder === '' ? name : `${folder}/${name}`));
}

function basesOf(files: Files, tsconfig: string): string[] {
  if (!files.stat(tsconfig)) return [];
  try {
    const config = parse(files.read(tsconfig).toString('utf8')) as { extends?: unknown } | undefined;
    return [config?.extends].flat().flatMap((base) => (typeof base === 'string' ? baseOf(tsconfig, base) : []));
  } catch {
    // Reported where tsconfigs are read.
    return [];
  }
}

function baseOf(tsconfig: string, base: string): string[] {
  if (base.startsWith('.') || isAbsolute(base)) {
    const file = join(isAbsolute(base) ? '' : dirname(tsconfig), base);
    return [file, `${file}.json`];
  }
  try {
    return [createRequire(tsconfig).resolve(base)];
  } catch {
    return [];
  }
}
