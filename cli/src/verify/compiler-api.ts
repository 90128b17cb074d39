import { join, relative, sep } from 'node:path';
import type ts from 'typescript';
import { runtimePackage } from '../plan/tiers.js';
import { runtimeDeclarations } from './runtime-types.js';
import type { TypeChecker, TypeDiagnostic } from './type-checker.js';

/** Checks types in this process, by the API of the project's own compiler. */
export class CompilerApi implements TypeChecker {
  readonly #ts: typeof ts;
  readonly #root: string;
  readonly #config: string;
  readonly #paths: readonly string[];
  #last: ts.Program | undefined;

  constructor(compiler: typeof ts, root: string, config: string, paths: readonly string[]) {
    this.#ts = compiler;
    this.#root = root;
    this.#config = config;
    this.#paths = paths;
  }

  get name(): string {
    return `TypeScript ${this.#ts.version}`;
  }

  diagnose(texts: ReadonlyMap<string, string>): Promise<TypeDiagnostic[]> {
    const compiler = this.#ts;
    const program = (this.#last = this.#program(texts));
    const all = [...program.getSyntacticDiagnostics(), ...program.getSemanticDiagnostics()];
    const diagnostics = all.flatMap(({ file, start = 0, code, messageText }) => {
      if (!file) return [];
      const path = relative(this.#root, file.fileName).split(sep).join('/');
      const message = compiler.flattenDiagnosticMessageText(messageText, ' ');
      return [{ path, offset: start, line: file.getLineAndCharacterOfPosition(start).line + 1, code, message }];
    });
    return Promise.resolve(diagnostics);
  }

  close(): void {
    this.#last = undefined;
  }

  #program(texts: ReadonlyMap<string, string>): ts.Program {
    const compiler = this.#ts;
    const parsed = compiler.getParsedCommandLineOfConfigFile(this.#config, { noEmit: true }, {
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
    const overlay = new Map([...texts].map(([path, text]) => [this.#fileOf(path), text]));
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
    const roots = new Set([...(parsed?.fileNames ?? []), ...this.#paths.map((path) => this.#fileOf(path))]);
    return compiler.createProgram([...roots], options, host, this.#last);
  }

  /** The compiler writes every path with `/`. */
  #fileOf(path: string): string {
    return join(this.#root, path).split(sep).join('/');
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
}
