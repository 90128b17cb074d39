import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join, relative, sep } from 'node:path';
import type { Host, Parsed } from '@lockwise/engine';
import type * as oxcParser from 'oxc-parser';
import type * as oxcResolver from 'oxc-resolver';

type OxcParser = typeof oxcParser;
type OxcResolver = typeof oxcResolver;
type Resolver = InstanceType<OxcResolver['ResolverFactory']>;

/** Sees no file but the one that is linted. */
export const lonelyHost: Host = {
  parse: () => {
    throw new Error('no other file is seen');
  },
  read: () => undefined,
  resolve: () => undefined,
};

/** How long files that were read are taken as unchanged, in milliseconds: an editor keeps ESLint running while they are edited. */
const FRESH = 1000;
const MAX_BYTES = 1 << 20;
const optional = createRequire(import.meta.url);

/** The files below a folder, for calls that lead out of the linted file. Without `oxc-parser` and `oxc-resolver`, which may be absent, it sees none. */
export class TreeHost implements Host {
  private readonly root: string;
  private readonly seen = new Map<string, string>();
  private readonly resolver: Resolver | undefined;
  private readonly parser: OxcParser | undefined;
  private validated = Date.now();

  constructor(root: string) {
    this.root = root;
    this.parser = load<OxcParser>('oxc-parser');
    this.resolver = this.parser && resolverOf(load<OxcResolver>('oxc-resolver'));
  }

  parse(path: string, text: string): Parsed {
    const { program, comments, errors } = this.parser!.parseSync(path, text, { range: true, astType: 'ts' });
    return {
      program,
      comments,
      errors: errors
        .filter((error) => error.severity === 'Error')
        .map((error) => ({ message: error.message, offset: error.labels[0]?.start ?? 0 })),
    };
  }

  read(path: string): string | undefined {
    const file = join(this.root, path);
    try {
      const text = readFileSync(file, 'utf8');
      this.seen.set(file, stateOf(file));
      if (text.length > MAX_BYTES) return undefined;
      return text.startsWith('\uFEFF') ? text.slice(1) : text;
    } catch {
      return undefined;
    }
  }

  resolve(specifier: string, from: string): string | undefined {
    const found = this.resolver?.resolveFileSync(join(this.root, from), specifier).path;
    if (found === undefined) return undefined;
    const path = relative(this.root, found);
    const outside = path.startsWith('..') || isAbsolute(path) || path.split(sep).includes('node_modules');
    return outside ? undefined : path.split(sep).join('/');
  }

  /** Whether a file that was read is another by now. */
  hasChanged(): boolean {
    if (Date.now() - this.validated < FRESH) return false;
    this.validated = Date.now();
    for (const [file, state] of this.seen) if (stateOf(file) !== state) return true;
    return false;
  }
}

function stateOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats ? `${stats.mtimeMs} ${stats.size}` : 'absent';
}

function resolverOf(resolver: OxcResolver | undefined): Resolver | undefined {
  return (
    resolver &&
    new resolver.ResolverFactory({
      tsconfig: 'auto',
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'],
      extensionAlias: {
        '.js': ['.ts', '.tsx', '.js', '.jsx'],
        '.mjs': ['.mts', '.mjs'],
        '.cjs': ['.cts', '.cjs'],
        '.jsx': ['.tsx', '.jsx'],
      },
    })
  );
}

function load<T>(module: string): T | undefined {
  try {
    return optional(module) as T;
  } catch {
    // Not installed, or no binary for this platform: the rules then see one file at a time.
    return undefined;
  }
}
