import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { parse } from 'jsonc-parser';
import type { Files } from '../ports.js';

/** What an install leaves behind anew whenever it links packages. */
const INSTALLED = ['node_modules/.package-lock.json', 'node_modules/.modules.yaml', 'node_modules/.yarn-state.yml'];
const DECIDING = ['tsconfig.json', 'package.json', 'pnpm-workspace.yaml', ...INSTALLED];

/** The files, there or not, that decide what the imports of these files mean, relative to the root: manifests and tsconfigs with all that they extend. */
export function surroundingsOf(files: Files, root: string, paths: readonly string[]): string[] {
  const folders = new Set<string>();
  for (const path of paths)
    for (let folder = dirname(join(root, path)); !folders.has(folder); folder = dirname(folder)) folders.add(folder);
  const found = new Set([...folders].flatMap((folder) => DECIDING.map((name) => join(folder, name))));
  // Grows while it is gone through.
  for (const file of found)
    if (/tsconfig[^/\\]*\.json$/.test(file)) for (const base of basesOf(files, file)) found.add(base);
  return [...found].map((file) => relative(root, file).split(sep).join('/'));
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
