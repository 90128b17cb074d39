import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { ResolverFactory } from 'oxc-resolver';
import { exports as resolveExports, legacy } from 'resolve.exports';
import { workspacePackages, workspaceRoot, type WorkspacePackage } from './workspaces.js';

const SOURCE = /\.[cm]?[jt]sx?$/;
const CONDITIONS = ['types', 'import', 'module', 'node', 'development', 'require', 'default'];

const OPTIONS = {
  conditionNames: CONDITIONS,
  mainFields: ['module', 'main'],
  extensions: ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.d.ts'],
  extensionAlias: {
    '.js': ['.ts', '.tsx', '.js', '.jsx', '.d.ts'],
    '.jsx': ['.tsx', '.jsx'],
    '.mjs': ['.mts', '.mjs'],
    '.cjs': ['.cts', '.cjs'],
  },
  builtinModules: true,
};

/** Finds the source file that a specifier means, the way a TypeScript project does. */
export class ModuleResolver {
  readonly #root: string;
  readonly #factory = new ResolverFactory({ ...OPTIONS, tsconfig: 'auto' });
  readonly #plain = new ResolverFactory(OPTIONS);
  readonly #answers = new Map<string, string | undefined>();
  #packages: ReadonlyMap<string, WorkspacePackage> | undefined;

  /** @param root absolute and real: the folder that paths are relative to. */
  constructor(root: string) {
    this.#root = root;
  }

  /**
   * The path, relative to the root, of the file of this tree that a specifier means. Undefined for a package from a registry, a built-in,
   * and for what is not found.
   */
  resolve(specifier: string, from: string): string | undefined {
    const file = join(this.#root, from);
    const key = `${dirname(file)}\0${specifier}`;
    if (!this.#answers.has(key)) this.#answers.set(key, this.#find(specifier, file));
    return this.#answers.get(key);
  }

  /** Forgets all answers, after files came or went. */
  clear(): void {
    this.#answers.clear();
    this.#packages = undefined;
    this.#factory.clearCache();
    this.#plain.clearCache();
  }

  #find(specifier: string, file: string): string | undefined {
    const found = this.#onDisk(specifier, file) ?? this.#inWorkspace(specifier);
    if (found === undefined) return undefined;
    const source = this.#sourceOf(found);
    if (!SOURCE.test(source) || source.split(sep).includes('node_modules')) return undefined;
    const path = relative(this.#root, source);
    return isAbsolute(path) ? undefined : path.split(sep).join('/');
  }

  #onDisk(specifier: string, file: string): string | undefined {
    const { path } = this.#attempt(specifier, file);
    // A file that is there is itself, even when its twin in TypeScript is not: `./x.js` beside no `x.ts`.
    return path && existsSync(path) ? path.replace(/\?.*$/, '') : undefined;
  }

  #attempt(specifier: string, file: string): { path?: string } {
    try {
      const first = this.#factory.resolveFileSync(file, specifier);
      if (first.path !== undefined || first.builtin) return first;
    } catch {
      // A broken tsconfig must not hide what plain resolution finds; the broken file is reported where it is read.
    }
    try {
      return this.#plain.sync(dirname(file), specifier);
    } catch {
      return {};
    }
  }

  /** A package of this monorepo that is not linked or not built yet: its manifest tells the target, whose source is there. */
  #inWorkspace(specifier: string): string | undefined {
    const name = /^(@[^/]+\/[^/]+|[^@./][^/]*)/.exec(specifier)?.[0];
    const found = name === undefined ? undefined : this.#workspace().get(name);
    if (!found) return undefined;
    const subpath = `.${specifier.slice(name!.length)}`;
    for (const target of targetsOf(found, subpath)) {
      const file = join(found.folder, target);
      const source = isFile(file) ? file : sourceTwin(found.folder, file);
      if (source !== undefined) return source;
    }
    return undefined;
  }

  #sourceOf(file: string): string {
    const owner = [...this.#workspace().values()].find(({ folder }) => file.startsWith(folder + sep));
    return (owner && sourceTwin(owner.folder, file)) ?? file;
  }

  #workspace(): ReadonlyMap<string, WorkspacePackage> {
    if (!this.#packages) {
      const root = workspaceRoot(this.#root);
      const packages = root === undefined ? [] : workspacePackages(root);
      this.#packages = new Map(packages.map((item) => [item.name, { ...item, folder: realpathSync(item.folder) }]));
    }
    return this.#packages;
  }
}

function targetsOf({ manifest }: WorkspacePackage, subpath: string): string[] {
  const conditions = { conditions: ['types', 'development', 'module'], unsafe: false };
  try {
    const mapped = resolveExports(manifest, subpath, conditions);
    if (mapped) return [...mapped];
  } catch {
    // Not exported: then it cannot be imported from outside either.
    return [];
  }
  if (subpath !== '.') return [subpath];
  const main = legacy(manifest, { browser: false, fields: ['types', 'module', 'main'] });
  return typeof main === 'string' ? [main] : ['index.js', 'src/index.js'];
}

/**
 * The source that a file which a manifest names is made from, or that file itself, relative to the root; undefined where there is none.
 * @param root absolute
 * @param folder of the manifest, relative to the root
 */
export function sourceOf(root: string, folder: string, target: string): string | undefined {
  const base = join(root, folder);
  const file = join(base, target);
  const source = sourceTwin(base, file) ?? (isFile(file) ? file : undefined);
  return source && relative(root, source).split(sep).join('/');
}

const BUILT = new Set(['dist', 'lib', 'build', 'out', 'esm', 'cjs', 'es', 'types', 'output']);
const EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'];

/** The source that a built file of a package was made from: `dist/esm/a.d.ts` → `src/a.ts`, the longest match first. */
function sourceTwin(folder: string, file: string): string | undefined {
  const parts = relative(folder, file).split(sep);
  let built = 0;
  while (built < parts.length - 1 && BUILT.has(parts[built]!)) built++;
  if (built === 0) return undefined;
  const stem = (segments: readonly string[]): string => segments.join(sep).replace(/(\.d)?\.[cm]?[jt]sx?$/, '');
  for (let from = 1; from <= built; from++) {
    const rest = stem(parts.slice(from));
    for (const base of rest.startsWith(`src${sep}`) ? [rest] : [join('src', rest), rest])
      for (const extension of EXTENSIONS) {
        const candidate = join(folder, base + extension);
        if (isFile(candidate)) return candidate;
      }
  }
  return undefined;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
