import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type ts from 'typescript';
import type { Settled } from '../plan/fixpoint.js';
import { runtimePackage } from '../plan/tiers.js';
import { blamed, type Refused } from './soundness.js';

export interface TypeDiagnostic {
  /** Relative to the root. */
  readonly path: string;
  readonly offset: number;
  readonly line: number;
  readonly code: number;
  readonly message: string;
}

/** Checks types with the project's own compiler, over texts that are not on the disk. */
export class TypeChecker {
  readonly #ts: typeof ts;
  readonly #root: string;
  readonly version: string;

  private constructor(compiler: typeof ts, root: string) {
    this.#ts = compiler;
    this.#root = root;
    this.version = compiler.version;
  }

  /** The checker of the TypeScript that the project has, or why there is none. */
  static find(root: string): TypeChecker | { readonly unavailable: string } {
    const require = createRequire(join(root, 'package.json'));
    let compiler: typeof ts;
    try {
      compiler = require('typescript') as typeof ts;
    } catch {
      return { unavailable: 'typescript is not installed here' };
    }
    if (typeof compiler.createProgram !== 'function')
      return {
        unavailable: `typescript ${compiler.version ?? ''} has no compiler API for other programs`.replace('  ', ' '),
      };
    return new TypeChecker(compiler, root);
  }

  /** The tsconfig that a file, relative to the root, is compiled by. */
  configOf(path: string): string | undefined {
    return this.#ts.findConfigFile(dirname(join(this.#root, path)), this.#ts.sys.fileExists);
  }

  /** The diagnostics that are there with the texts and were not before. Those of `@lockwise/runtime` come from our own package. */
  fresh(texts: ReadonlyMap<string, string>): TypeDiagnostic[] {
    const configs = new Map<string, string[]>();
    for (const path of texts.keys()) {
      const config = this.configOf(path);
      if (config !== undefined) configs.set(config, [...(configs.get(config) ?? []), path]);
    }
    return [...configs].flatMap(([config, paths]) => this.#freshIn(config, paths, texts));
  }

  #freshIn(config: string, paths: readonly string[], texts: ReadonlyMap<string, string>): TypeDiagnostic[] {
    const before = this.#program(config, paths, new Map());
    const known = new Map<string, number>();
    for (const one of this.#diagnose(before)) known.set(keyOf(one), (known.get(keyOf(one)) ?? 0) + 1);
    const after = this.#program(config, paths, texts, before);
    return this.#diagnose(after).filter((one) => {
      const left = known.get(keyOf(one)) ?? 0;
      known.set(keyOf(one), left - 1);
      return left <= 0;
    });
  }

  #program(config: string, paths: readonly string[], texts: ReadonlyMap<string, string>, old?: ts.Program): ts.Program {
    const compiler = this.#ts;
    const parsed = compiler.getParsedCommandLineOfConfigFile(config, { noEmit: true }, {
      ...compiler.sys,
      onUnRecoverableConfigFileDiagnostic: () => undefined,
    } as ts.ParseConfigFileHost);
    const options: ts.CompilerOptions = {
      ...parsed?.options,
      noEmit: true,
      composite: false,
      incremental: false,
      skipLibCheck: true,
    };
    delete options.tsBuildInfoFile;
    const overlay = new Map([...texts].map(([path, text]) => [join(this.#root, path), text]));
    const host = compiler.createCompilerHost(options, true);
    const { readFile, getSourceFile } = host;
    host.readFile = (file) => overlay.get(file) ?? readFile(file);
    host.getSourceFile = (file, languageVersion, onError, fresh) => {
      const text = overlay.get(file);
      return text === undefined
        ? getSourceFile(file, languageVersion, onError, fresh)
        : compiler.createSourceFile(file, text, languageVersion, true);
    };
    this.#resolveRuntime(host, options);
    const roots = new Set([...(parsed?.fileNames ?? []), ...paths.map((path) => join(this.#root, path))]);
    return compiler.createProgram([...roots], options, host, old);
  }

  /** A runtime that is not installed yet must not make a fix look wrong: its declarations come with this package. */
  #resolveRuntime(host: ts.CompilerHost, options: ts.CompilerOptions): void {
    const compiler = this.#ts;
    const cache = compiler.createModuleResolutionCache(this.#root, (name) => name, options);
    host.resolveModuleNameLiterals = (literals, containing, redirected, settings, file) =>
      literals.map((literal) => {
        const mode = compiler.getModeForUsageLocation(file, literal, settings);
        const found = compiler.resolveModuleName(literal.text, containing, settings, host, cache, redirected, mode);
        if (found.resolvedModule || !literal.text.startsWith(runtimePackage)) return found;
        const declarations = runtimeDeclarations(literal.text);
        return declarations === undefined
          ? found
          : { resolvedModule: { resolvedFileName: declarations, extension: '.d.ts', isExternalLibraryImport: true } };
      });
  }

  #diagnose(program: ts.Program): TypeDiagnostic[] {
    const compiler = this.#ts;
    const all = [...program.getSyntacticDiagnostics(), ...program.getSemanticDiagnostics()];
    return all.flatMap(({ file, start = 0, code, messageText }) => {
      if (!file) return [];
      const path = relative(this.#root, file.fileName).split(sep).join('/');
      const message = compiler.flattenDiagnosticMessageText(messageText, ' ');
      return [{ path, offset: start, line: file.getLineAndCharacterOfPosition(start).line + 1, code, message }];
    });
  }
}

function keyOf({ path, code, message }: TypeDiagnostic): string {
  return `${path}\0${code}\0${message}`;
}

/** The declarations of the runtime that this package carries. */
function runtimeDeclarations(specifier: string): string | undefined {
  const name = specifier === runtimePackage ? 'index' : `${specifier.slice(runtimePackage.length + 1)}/index`;
  for (const folder of [
    './runtime-types/',
    '../runtime-types/',
    '../../dist/runtime-types/',
    '../../../runtime/dist/',
  ]) {
    const file = fileURLToPath(new URL(`${folder}${name}.d.ts`, import.meta.url));
    try {
      readFileSync(file);
      return file;
    } catch {
      // The next place: the bundle, its chunks, and the sources have it at different distances.
    }
  }
  return undefined;
}

/** Fixes that bring type errors which were not there before. */
export function refusedByTypes(checker: TypeChecker, { texts, applied }: Settled): Refused[] {
  const refused = new Map<string, Refused>();
  for (const { path, offset, line, code, message } of checker.fresh(texts)) {
    const because = `${path}:${line} TS${code}: ${message}`;
    for (const one of blamed(applied, path, offset, 1))
      if (!refused.has(one.key)) refused.set(one.key, { applied: one, because });
  }
  return [...refused.values()];
}
