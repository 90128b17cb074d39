import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { NativeOracle, programOracle, type NativeApi, type TypedProgram, type TypeOracle } from '@lockwise/engine';
import type ts from 'typescript';
import { compilingConfig } from '../verify/compiling-config.js';
import { TypesUnavailable } from '../verify/type-checker.js';
import { findTypeScript } from '../verify/typescript.js';

/**
 * The type oracle of a run: the project's own TypeScript, asked about each file through the tsconfig that compiles it.
 * @throws TypesUnavailable where there is no TypeScript, or none that can be asked
 */
export async function openTypes(root: string, paths: Iterable<string>): Promise<TypeOracle> {
  const { api, version } = findTypeScript(root, root);
  if (api) return new Programs(api, root);
  const native = await nativeApi(root);
  if (!native) throw new TypesUnavailable(`TypeScript ${version} cannot be asked for types`);
  const configs = new Set([...paths].flatMap((path) => compilingConfig(join(root, path)) ?? []));
  const oracle = new NativeOracle(native, root, [...configs]);
  // Before the end rather than at it: a compiler that is still there then complains on its way out.
  process.once('beforeExit', () => oracle.close());
  return oracle;
}

/** Programs that are kept: files of one package are asked about one after the other, with a look into another now and then. */
const KEPT_PROGRAMS = 3;

/**
 * TypeScript up to 6: one program for each tsconfig, made when a file of it is first asked about. The programs share what they have
 * parsed, the libraries above all, as those of an editor do.
 */
class Programs implements TypeOracle {
  readonly #ts: typeof ts;
  readonly #root: string;
  readonly #parsed: ts.DocumentRegistry;
  /** By the tsconfig, the one that was last asked at the end. */
  readonly #kept = new Map<string, { readonly oracle: TypeOracle; readonly service: ts.LanguageService }>();

  constructor(compiler: typeof ts, root: string) {
    this.#ts = compiler;
    this.#root = root;
    this.#parsed = compiler.createDocumentRegistry();
  }

  membersAt(path: string, offsets: readonly number[]): ReturnType<TypeOracle['membersAt']> {
    return this.#oracleOf(path)?.membersAt(path, offsets) ?? offsets.map(() => undefined);
  }

  typesAt(path: string, offsets: readonly number[]): ReturnType<TypeOracle['typesAt']> {
    return this.#oracleOf(path)?.typesAt(path, offsets) ?? offsets.map(() => undefined);
  }

  #oracleOf(path: string): TypeOracle | undefined {
    const config = compilingConfig(join(this.#root, path));
    if (config === undefined) return undefined;
    let kept = this.#kept.get(config);
    this.#kept.delete(config);
    if (!kept) {
      const [oldest] = this.#kept;
      if (oldest && this.#kept.size >= KEPT_PROGRAMS) {
        // What the next one shares with it is not parsed again: that one is made before this one lets go.
        kept = this.#opened(config);
        oldest[1].service.dispose();
        this.#kept.delete(oldest[0]);
      }
      kept ??= this.#opened(config);
    }
    this.#kept.set(config, kept);
    return kept.oracle;
  }

  #opened(config: string): { readonly oracle: TypeOracle; readonly service: ts.LanguageService } {
    const service = this.#ts.createLanguageService(this.#hostOf(config), this.#parsed);
    return { oracle: programOracle(service.getProgram() as TypedProgram, this.#root), service };
  }

  #hostOf(config: string): ts.LanguageServiceHost {
    const { readConfigFile, parseJsonConfigFileContent, ScriptSnapshot, getDefaultLibFilePath, sys } = this.#ts;
    const { config: read } = readConfigFile(config, sys.readFile);
    const { fileNames, options } = parseJsonConfigFileContent(read, sys, dirname(config), {
      noEmit: true,
      skipLibCheck: true,
    });
    return {
      ...sys,
      getCompilationSettings: () => options,
      getCurrentDirectory: () => dirname(config),
      getDefaultLibFileName: getDefaultLibFilePath,
      getScriptFileNames: () => fileNames,
      // Nothing changes while a run lasts.
      getScriptVersion: () => '0',
      getScriptSnapshot: (file) => {
        const text = sys.readFile(file);
        return text === undefined ? undefined : ScriptSnapshot.fromString(text);
      },
      useCaseSensitiveFileNames: () => sys.useCaseSensitiveFileNames,
    };
  }
}

async function nativeApi(root: string): Promise<NativeApi | undefined> {
  try {
    const script = createRequire(join(root, 'package.json')).resolve('typescript/unstable/sync');
    const { API } = (await import(pathToFileURL(script).href)) as { API: new (options: object) => NativeApi };
    return new API({ cwd: root });
  } catch {
    return undefined;
  }
}
