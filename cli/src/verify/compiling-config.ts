import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createFilesMatcher, parseTsconfig, type TsConfigJsonResolved } from 'get-tsconfig';

/**
 * The tsconfig that compiles a file, both absolute: the nearest one, or, where that only refers to others, the one of those that has the file.
 * A TypeScript file that none of them has is seen through the nearest; a JavaScript file is not type-checked then.
 */
export function compilingConfig(file: string): string | undefined {
  const nearest = nearestConfig(dirname(file));
  if (nearest === undefined) return undefined;
  return configThatHas(file, nearest, new Set()) ?? (/\.[cm]?tsx?$/.test(file) ? nearest : undefined);
}

function nearestConfig(folder: string): string | undefined {
  const here = join(folder, 'tsconfig.json');
  if (existsSync(here)) return here;
  return dirname(folder) === folder ? undefined : nearestConfig(dirname(folder));
}

function configThatHas(file: string, path: string, seen: Set<string>): string | undefined {
  if (seen.has(path)) return undefined;
  seen.add(path);
  const config = readConfig(path);
  if (config === undefined) return undefined;
  if (createFilesMatcher({ path, config })(file) !== undefined) return path;
  const referred = (config.references ?? []).map((reference) => configAt(resolve(dirname(path), reference.path)));
  return referred.map((other) => configThatHas(file, other, seen)).find((found) => found !== undefined);
}

/** What a reference names: a tsconfig, or a folder with one. */
function configAt(path: string): string {
  return path.endsWith('.json') ? path : join(path, 'tsconfig.json');
}

/** A tsconfig with what it extends, paths relative to its folder; undefined when it makes no sense. */
export function readConfig(path: string): TsConfigJsonResolved | undefined {
  try {
    return parseTsconfig(path);
  } catch {
    // A broken configuration is told as a problem of its own when the files are read.
    return undefined;
  }
}
