import { basename, dirname, join, relative, sep } from 'node:path';
import { LineIndex } from '@lockwise/engine';
import type { Ports } from '../ports.js';
import { readConfig } from './compiling-config.js';
import { ShadowTree } from './shadow-tree.js';
import { TypesUnavailable, without, type TypeChecker, type TypeDiagnostic } from './type-checker.js';
import type { TypeScript } from './typescript.js';

/** What is emitted, or kept from run to run, is not wanted; the declarations of dependencies are not ours to judge. */
const OPTIONS = { noEmit: true, composite: false, incremental: false, skipLibCheck: true };

/** Checks types by running the project's own `tsc` over a shadow of the tree, which has the changed texts in it. */
export class TscProcess implements TypeChecker {
  readonly #ports: Ports;
  readonly #typescript: TypeScript;
  readonly #root: string;
  readonly #paths: readonly string[];
  readonly #original: string;
  #shadow: ShadowTree | undefined;
  #known: readonly TypeDiagnostic[] | undefined;

  /** @param config absolute */
  constructor(ports: Ports, typescript: TypeScript, root: string, config: string, paths: readonly string[]) {
    this.#ports = ports;
    this.#typescript = typescript;
    this.#root = root;
    this.#original = config;
    this.#paths = paths;
  }

  get name(): string {
    return `tsc ${this.#typescript.version}`;
  }

  async fresh(texts: ReadonlyMap<string, string>): Promise<TypeDiagnostic[]> {
    this.#known ??= await this.#diagnose(new Map());
    return without(await this.#diagnose(texts), this.#known);
  }

  close(): void {
    this.#shadow?.remove();
  }

  async #diagnose(texts: ReadonlyMap<string, string>): Promise<TypeDiagnostic[]> {
    const shadow = (this.#shadow ??= ShadowTree.of(this.#original, this.#root));
    for (const path of this.#paths) {
      const text = texts.get(path);
      if (text === undefined) shadow.link(join(this.#root, path));
      else shadow.write(join(this.#root, path), text);
    }
    const config = this.#writeConfig(shadow);
    const args = [this.#typescript.tsc, '--project', config, '--pretty', 'false'];
    const cwd = dirname(config);
    const { code, stdout, stderr } = await this.#ports.processes.run(process.execPath, args, { cwd });
    if (code !== 0 && !/(^|: )error TS\d+:/m.test(stdout)) {
      const [line = 'it told nothing'] = `${stderr}\n${stdout}`.split('\n').filter((one) => one.trim() !== '');
      throw new TypesUnavailable(`${this.name} ended with code ${code}: ${line.trim()}`);
    }
    return this.#read(stdout, (file) => shadow.originalOf(join(cwd, file)), texts);
  }

  /** A configuration beside the project's own, which it extends by what is to be checked and kept from being written. */
  #writeConfig(shadow: ShadowTree): string {
    const folder = dirname(this.#original);
    const files = this.#paths.map((path) => relative(folder, join(this.#root, path)).split(sep).join('/'));
    return shadow.write(
      join(folder, 'tsconfig.lockwise-verify.json'),
      JSON.stringify({
        extends: `./${basename(this.#original)}`,
        compilerOptions: OPTIONS,
        ...withFiles(this.#original, files),
      }),
    );
  }

  #read(output: string, originalOf: (file: string) => string, texts: ReadonlyMap<string, string>): TypeDiagnostic[] {
    const indices = new Map<string, LineIndex>();
    const offsetAt = (path: string, line: number, column: number): number => {
      const text = texts.get(path);
      if (text === undefined) return 0;
      const index = indices.get(path) ?? new LineIndex(text);
      indices.set(path, index);
      return index.offsetOf(line) + column - 1;
    };
    return readDiagnostics(output).map(({ file, line, column, code, message }) => {
      const path = relative(this.#root, originalOf(file)).split(sep).join('/');
      return { path, line, offset: offsetAt(path, line, column), code, message };
    });
  }
}

/** What a configuration compiles, and these files. */
function withFiles(config: string, more: readonly string[]): { files: readonly string[]; include?: readonly string[] } {
  const { files, include } = readConfig(config) ?? {};
  // Naming files takes the place of the files named before, and of all those below the folder where none is named.
  const all = files === undefined && include === undefined ? { include: ['**/*'] } : {};
  return { files: [...new Set([...(files ?? []), ...more])], ...all };
}

interface Printed {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly code: number;
  readonly message: string;
}

/** The diagnostics of `tsc --pretty false` that stand in a file; what belongs to a message on further lines is indented. */
export function readDiagnostics(output: string): Printed[] {
  const printed: Printed[] = [];
  for (const line of output.split(/\r?\n/)) {
    const match = /^(.+)\((\d+),(\d+)\): error TS(\d+): (.*)$/.exec(line);
    const last = printed.at(-1);
    if (match) {
      const [, file, row, column, code, message] = match;
      printed.push({
        file: file!,
        line: Number(row),
        column: Number(column),
        code: Number(code),
        message: message!,
      });
    } else if (last && /^\s+\S/.test(line)) {
      printed[printed.length - 1] = { ...last, message: `${last.message} ${line.trim()}` };
    }
  }
  return printed;
}
