import { importClausesOf } from './import-clauses.js';

/** What a host can tell that has every file of a project before it, those that were not added included. */
export interface WholeProject {
  /** Why code outside of the project may use what a file exports, as a clause; undefined where none can. */
  published(path: string): string | undefined;
  /** The files, in whatever language, in whose text a name occurs as it is on the disk, sorted. */
  naming(name: string): readonly string[];
}

/** A `package.json`, as far as it was read. */
export type Manifest = Readonly<Record<string, unknown>>;

/** The files of a whole project, as a host has them. */
export interface ProjectFiles {
  /** Every file that may use code of the project: sources, tests, and what is written in other languages. Sorted. */
  readonly paths: readonly string[];
  /** The manifest of a folder, `''` for the root; undefined where there is none. */
  manifest(folder: string): Manifest | undefined;
  /** Whether a file has a text in it. One that cannot be read may have. */
  mayContain(path: string, text: string): boolean;
  read(path: string): string | undefined;
  resolve(specifier: string, from: string): string | undefined;
  /** The source that a file of a package is made from, or the file itself; undefined where it is no file of the project. */
  source(folder: string, target: string): string | undefined;
}

export function wholeProject(files: ProjectFiles): WholeProject {
  return new Whole(files);
}

class Whole implements WholeProject {
  readonly #files: ProjectFiles;
  readonly #named = new Map<string, readonly string[]>();
  #publishing: Publishing | undefined;

  constructor(files: ProjectFiles) {
    this.#files = files;
  }

  published(path: string): string | undefined {
    return (this.#publishing ??= new Publishing(this.#files)).of(path);
  }

  naming(name: string): readonly string[] {
    let named = this.#named.get(name);
    if (!named) {
      named = this.#files.paths.filter((path) => this.#files.mayContain(path, name));
      this.#named.set(name, named);
    }
    return named;
  }
}

/**
 * What the packages of a project give to others. A package that npm would not publish gives nothing: it is `private`, or has no name or no version. Another
 * one gives whatever its entries lead to, for an object may be handed out by a function of any file.
 */
class Publishing {
  readonly #files: ProjectFiles;
  /** By file, how others come by it. */
  readonly #given = new Map<string, string>();
  /** How others come by any file. */
  #all: string | undefined;

  constructor(files: ProjectFiles) {
    this.#files = files;
    if (!files.manifest('')) this.#all = 'no `package.json` here says that the code is private';
    for (const folder of foldersOf(files.paths)) {
      const manifest = files.manifest(folder);
      if (manifest) this.#add(folder, manifest);
    }
  }

  of(path: string): string | undefined {
    return this.#given.get(path) ?? this.#all;
  }

  #add(folder: string, manifest: Manifest): void {
    const { name, version, private: isPrivate } = manifest;
    if (isPrivate === true || typeof name !== 'string' || version === undefined) return;
    const open = `\`${name}\` is not private`;
    const targets = targetsOf(manifest['exports']);
    if (!targets) {
      const own = this.#files.paths.filter((path) => folder === '' || path.startsWith(`${folder}/`));
      return this.#lead(own, open, 'and every file of it can be imported');
    }
    for (const target of targets) {
      const source = this.#files.source(folder, target);
      if (source === undefined) this.#all ??= `${open}, and its entry \`${target}\` is no file here`;
      else this.#lead([source], open, `and its entry \`${source}\` leads here`);
    }
  }

  /** Goes wherever the imports of some files lead. */
  #lead(from: readonly string[], open: string, how: string): void {
    const paths = [...from];
    for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
      if (this.#given.has(path)) continue;
      this.#given.set(path, `${open}, ${how}`);
      const text = this.#files.read(path);
      if (text === undefined) continue;
      if (COMPUTED.test(text)) this.#all ??= `${open}, and \`${path}\`, which belongs to it, imports what it computes`;
      for (const { specifier } of importClausesOf(text)) {
        const target = this.#files.resolve(specifier, path);
        if (target !== undefined) paths.push(target);
      }
    }
  }
}

/** `import(name)`, `require(name)`. */
const COMPUTED = /(?<![.\w$])(?:import|require)\s*\(\s*(?!['"\s])/;

/** The code that the `exports` of a manifest name; undefined where others can import any file: it has none, or they are patterns. */
function targetsOf(exports: unknown): string[] | undefined {
  if (exports === undefined || exports === null) return undefined;
  if (typeof exports === 'string')
    return exports.includes('*') ? undefined : /\.(json|css|node|wasm)$/.test(exports) ? [] : [exports];
  if (typeof exports !== 'object') return undefined;
  const found: string[] = [];
  for (const part of Object.values(exports)) {
    // `null` takes a path back.
    const targets = part === null ? [] : targetsOf(part);
    if (!targets) return undefined;
    found.push(...targets);
  }
  return [...new Set(found)];
}

/** The folders that some files lie in, and those above them, `''` for the root. */
function foldersOf(paths: readonly string[]): string[] {
  const folders = new Set(['']);
  for (const path of paths)
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  return [...folders].sort();
}
