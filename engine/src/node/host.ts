import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../project.js';
import { decode } from './decode.js';
import { parseSource } from './parse.js';
import { ModuleResolver } from './resolver.js';

export interface NodeHostOptions {
  /** The folder that paths are relative to. */
  readonly root: string;
  /** The bytes of a file by its absolute path; the disk unless told. */
  readonly readBytes?: (file: string) => Buffer;
}

/** The engine's surroundings on Node: `oxc-parser`, `oxc-resolver` and the disk. */
export function createNodeHost({
  root,
  readBytes = (file) => readFileSync(file),
}: NodeHostOptions): Host & { clear(): void } {
  const real = realpathSync(root);
  const resolver = new ModuleResolver(real);
  return {
    parse: (path, text) => parseSource(path, text),
    read: (path) => {
      try {
        const decoded = decode(readBytes(join(real, path)));
        return 'text' in decoded ? decoded.text : undefined;
      } catch {
        return undefined;
      }
    },
    resolve: (specifier, from) => resolver.resolve(specifier, from),
    clear: () => resolver.clear(),
  };
}
