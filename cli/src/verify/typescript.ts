import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type ts from 'typescript';
import { TypesUnavailable } from './type-checker.js';

/** The TypeScript of a project. */
export interface TypeScript {
  readonly version: string;
  /** Absent where it has no programming interface: TypeScript 7. */
  readonly api?: typeof ts;
  /** The script of its `tsc`. */
  readonly tsc: string;
}

/**
 * The TypeScript that a folder would use, else that of the root of the run.
 * @throws TypesUnavailable when neither has one
 */
export function findTypeScript(folder: string, root: string): TypeScript {
  for (const from of [folder, root]) {
    const found = typeScriptOf(createRequire(join(from, 'package.json')));
    if (found) return found;
  }
  throw new TypesUnavailable('typescript is not installed here');
}

function typeScriptOf(require: NodeJS.Require): TypeScript | undefined {
  try {
    const manifest = require.resolve('typescript/package.json');
    const { version, bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string; bin: { tsc: string } };
    const tsc = join(dirname(manifest), bin.tsc);
    const api = require('typescript') as Partial<typeof ts>;
    return { version, tsc, ...(typeof api.createProgram === 'function' && { api: api as typeof ts }) };
  } catch {
    return undefined;
  }
}
