// Takes the place of `oxc-resolver` in the bundle: enhanced-resolve, of which it is a port, has no native module.
import { existsSync, readFileSync } from 'node:fs';
import * as fs from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import {
  CachedInputFileSystem,
  ResolverFactory as EnhancedFactory,
  type ResolveOptions,
  type Resolver,
} from 'enhanced-resolve';
import type { NapiResolveOptions } from 'oxc-resolver';

/** How long what was read of the disk is trusted, in milliseconds. */
const trusted = 4000;

/** The members of `oxc-resolver`'s class that the engine uses. */
export class ResolverFactory {
  readonly #options: NapiResolveOptions;
  readonly #disk = new CachedInputFileSystem(fs, trusted);
  readonly #resolvers = new Map<string, Resolver>();

  constructor(options: NapiResolveOptions = {}) {
    this.#options = options;
  }

  cloneWithOptions(options: NapiResolveOptions): ResolverFactory {
    const { tsconfig: _, ...own } = this.#options;
    return new ResolverFactory({ ...own, ...options });
  }

  clearCache(): void {
    this.#disk.purge();
    this.#resolvers.clear();
  }

  /** Resolves for a file, by the paths of the nearest `tsconfig.json`. */
  resolveFileSync(file: string, specifier: string): { path?: string; builtin?: { resolved: string } } {
    if (isBuiltin(specifier)) return { builtin: { resolved: specifier } };
    return this.#resolve(dirname(file), specifier, nearestTsconfig(dirname(file)));
  }

  sync(folder: string, specifier: string): { path?: string } {
    if (isBuiltin(specifier)) return {};
    return this.#resolve(folder, specifier, undefined);
  }

  #resolve(folder: string, specifier: string, tsconfig: string | undefined): { path?: string } {
    const key = tsconfig ?? '';
    let resolver = this.#resolvers.get(key);
    if (resolver === undefined) this.#resolvers.set(key, (resolver = this.#create(tsconfig)));
    const path = resolver.resolveSync({}, folder, specifier);
    return typeof path === 'string' ? { path } : {};
  }

  #create(tsconfig: string | undefined): Resolver {
    const { conditionNames, mainFields, extensions, extensionAlias } = this.#options;
    const options = { conditionNames, mainFields, extensions, extensionAlias, tsconfig };
    const known = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    return EnhancedFactory.createResolver({
      ...(known as Partial<ResolveOptions>),
      fileSystem: this.#disk,
      useSyncFileSystemCalls: true,
    } as ResolveOptions & { fileSystem: CachedInputFileSystem });
  }
}

function nearestTsconfig(folder: string): string | undefined {
  const file = join(folder, 'tsconfig.json');
  if (existsSync(file) && isObject(file)) return file;
  const above = dirname(folder);
  return above === folder ? undefined : nearestTsconfig(above);
}

/** An empty or binary file of that name would fail every resolution below it. */
function isObject(file: string): boolean {
  return readFileSync(file, 'utf8').includes('{');
}
