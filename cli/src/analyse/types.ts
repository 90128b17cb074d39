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

/** TypeScript up to 6: one program for each tsconfig, made when a file of it is first asked about. */
class Programs implements TypeOracle {
  readonly #ts: typeof ts;
  readonly #root: string;
  readonly #oracles = new Map<string, TypeOracle>();

  constructor(compiler: typeof ts, root: string) {
    this.#ts = compiler;
    this.#root = root;
  }

  membersAt(path: string, offsets: readonly number[]): ReturnType<TypeOracle['membersAt']> {
    const config = compilingConfig(join(this.#root, path));
    if (config === undefined) return offsets.map(() => undefined);
    let oracle = this.#oracles.get(config);
    if (!oracle) this.#oracles.set(config, (oracle = programOracle(this.#program(config), this.#root)));
    return oracle.membersAt(path, offsets);
  }

  #program(config: string): TypedProgram {
    const compiler = this.#ts;
    const { config: read } = compiler.readConfigFile(config, compiler.sys.readFile);
    const { fileNames, options } = compiler.parseJsonConfigFileContent(read, compiler.sys, dirname(config), {
      noEmit: true,
      skipLibCheck: true,
    });
    return compiler.createProgram(fileNames, options) as TypedProgram;
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
