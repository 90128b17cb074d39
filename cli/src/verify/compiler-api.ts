import { join, relative, sep } from 'node:path';
import type ts from 'typescript';
import { runtimePackage } from '../plan/tiers.js';
import { runtimeDeclarations } from './runtime-types.js';
import { TypesUnavailable, without, type TypeChecker, type TypeDiagnostic } from './type-checker.js';

/** Checks types in this process, by the API of the project's own compiler: only what a change can reach. */
export class CompilerApi implements TypeChecker {
  readonly #ts: typeof ts;
  readonly #root: string;
  readonly #config: string;
  readonly #paths: readonly string[];
  /** By file, those that import it. */
  readonly #importers = new Map<string, Set<string>>();
  readonly #sources = new Map<string, ts.SourceFile>();
  #before: ts.Program | undefined;

  constructor(compiler: typeof ts, root: string, config: string, paths: readonly string[]) {
    this.#ts = compiler;
    this.#root = root;
    this.#config = config;
    this.#paths = paths;
  }

  get name(): string {
    return `TypeScript ${this.#ts.version}`;
  }

  async fresh(texts: ReadonlyMap<string, string>): Promise<TypeDiagnostic[]> {
    try {
      return this.#fresh(texts);
    } catch (error) {
      throw new TypesUnavailable(`${this.name} failed: ${(error as Error).message.split('\n')[0]}`);
    }
  }

  close(): void {
    this.#before = undefined;
    this.#sources.clear();
  }

  #fresh(texts: ReadonlyMap<string, string>): TypeDiagnostic[] {
    const before = (this.#before ??= this.#program(new Map()));
    const after = this.#program(texts, before);
    const changed = [...texts.keys()].map((path) => this.#fileOf(path));
    const affected = this.#affected(before, after, changed);
    const diagnosticsOf = (program: ts.Program): TypeDiagnostic[] =>
      affected.flatMap((file) => this.#diagnose(program, file));
    return without(diagnosticsOf(after), diagnosticsOf(before));
  }

  /** The files whose diagnostics may have changed: the changed ones, and, as `tsc --watch` has it, those that import what shows another face now. */
  #affected(before: ts.Program, after: ts.Program, changed: readonly string[]): readonly string[] {
    const affected = new Set(changed);
    for (const file of affected) {
      if (this.#speaksForAll(after, file)) return after.getSourceFiles().map(({ fileName }) => fileName);
      if (this.#declarations(before, file) !== this.#declarations(after, file))
        for (const importer of this.#importers.get(file) ?? []) affected.add(importer);
    }
    return [...affected];
  }

  /** A script, whose names are global, or a module that adds to others. */
  #speaksForAll(program: ts.Program, file: string): boolean {
    const source = program.getSourceFile(file);
    if (!source) return false;
    return !this.#ts.isExternalModule(source) || source.statements.some((one) => this.#ts.isModuleDeclaration(one));
  }

  #declarations(program: ts.Program, file: string): string {
    let text = '';
    const source = program.getSourceFile(file);
    if (source && !source.isDeclarationFile)
      program.emit(source, (_name, written) => void (text += written), undefined, true);
    return text;
  }

  #diagnose(program: ts.Program, file: string): TypeDiagnostic[] {
    const source = program.getSourceFile(file);
    if (!source) return [];
    const path = relative(this.#root, source.fileName).split(sep).join('/');
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ start = 0, code, messageText }) => ({
        path,
        offset: start,
        line: source.getLineAndCharacterOfPosition(start).line + 1,
        code,
        message: this.#ts.flattenDiagnosticMessageText(messageText, ' '),
      }),
    );
  }

  #program(texts: ReadonlyMap<string, string>, old?: ts.Program): ts.Program {
    const compiler = this.#ts;
    const parsed = compiler.getParsedCommandLineOfConfigFile(this.#config, {}, {
      ...compiler.sys,
      onUnRecoverableConfigFileDiagnostic: () => undefined,
    } as ts.ParseConfigFileHost);
    const options: ts.CompilerOptions = {
      ...parsed?.options,
      // Declarations are asked for one by one, and go nowhere.
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      noEmitOnError: false,
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
      if (text !== undefined) return compiler.createSourceFile(file, text, languageVersion, true);
      // What has not changed is the same to the next program, which then need not bind it again.
      const source = this.#sources.get(file) ?? getSourceFile(file, languageVersion, onError, fresh);
      if (source) this.#sources.set(file, source);
      return source;
    };
    this.#resolve(host, options);
    const roots = new Set([...(parsed?.fileNames ?? []), ...this.#paths.map((path) => this.#fileOf(path))]);
    return compiler.createProgram([...roots], options, host, old);
  }

  /** The compiler writes every path with `/`. */
  #fileOf(path: string): string {
    return join(this.#root, path).split(sep).join('/');
  }

  /** Notes who imports what. A runtime that is not installed yet must not make a fix look wrong: its declarations come with this package. */
  #resolve(host: ts.CompilerHost, options: ts.CompilerOptions): void {
    const compiler = this.#ts;
    const cache = compiler.createModuleResolutionCache(this.#root, (name) => name, options);
    host.resolveModuleNameLiterals = (literals, containing, redirected, settings, file) =>
      literals.map((literal) => {
        const mode = compiler.getModeForUsageLocation(file, literal, settings);
        const found = compiler.resolveModuleName(literal.text, containing, settings, host, cache, redirected, mode);
        if (found.resolvedModule) this.#note(containing, found.resolvedModule.resolvedFileName);
        if (found.resolvedModule || !literal.text.startsWith(runtimePackage)) return found;
        const declarations = runtimeDeclarations(literal.text);
        return declarations === undefined
          ? found
          : { resolvedModule: { resolvedFileName: declarations, extension: '.d.ts', isExternalLibraryImport: true } };
      });
  }

  #note(importer: string, imported: string): void {
    const known = this.#importers.get(imported);
    if (known) known.add(importer);
    else this.#importers.set(imported, new Set([importer]));
  }
}
