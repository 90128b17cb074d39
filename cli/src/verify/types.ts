import { dirname, join } from 'node:path';
import type { Ports } from '../ports.js';
import type { Settled } from '../plan/fixpoint.js';
import { compilingConfig } from './compiling-config.js';
import { CompilerApi } from './compiler-api.js';
import { blamed, type Refused } from './soundness.js';
import { TscProcess } from './tsc-process.js';
import { TypesUnavailable, type TypeChecker, type TypeDiagnostic } from './type-checker.js';
import { findTypeScript } from './typescript.js';

/** Verifies types with each project's own compiler: by its API, or, where it has none, by running its `tsc --noEmit` before and after. */
export class TypeVerification {
  readonly #ports: Ports;
  readonly #root: string;
  readonly #configs = new Map<string, string | undefined>();
  readonly #checkers = new Map<string, Checked>();
  readonly #names = new Set<string>();
  readonly #unavailable = new Map<string, string>();

  constructor(ports: Ports, root: string) {
    this.#ports = ports;
    this.#root = root;
  }

  /** Fixes that bring type errors which were not there before. Diagnostics of `@lockwise/runtime` come from our own package where it is not installed. */
  async refused({ texts, applied }: Settled): Promise<Refused[]> {
    const refused = new Map<string, Refused>();
    for (const { path, offset, line, code, message } of await this.#fresh(texts)) {
      const because = `${path}:${line} TS${code}: ${message}`;
      for (const one of blamed(applied, path, offset, 1))
        if (!refused.has(one.key)) refused.set(one.key, { applied: one, because });
    }
    return [...refused.values()];
  }

  /** How types were verified, in a clause. */
  get how(): string {
    const names = [...this.#names];
    const verified = names.length > 0 ? [`types verified by ${names.join(' and ')}`] : [];
    const { reasons } = this;
    const some = names.length > 0 ? 'types of some files' : 'types';
    return [...verified, ...(reasons.length > 0 ? [`${some} not verified: ${reasons.join('; ')}`] : [])].join(', ');
  }

  /** Why types of some file were not verified; empty when all were. */
  get reasons(): readonly string[] {
    const isWithout = [...this.#configs.values()].includes(undefined);
    return [...new Set([...this.#unavailable.values(), ...(isWithout ? ['no tsconfig.json compiles them'] : [])])];
  }

  close(): void {
    for (const { checker } of this.#checkers.values()) checker.close();
  }

  async #fresh(texts: ReadonlyMap<string, string>): Promise<TypeDiagnostic[]> {
    const byConfig = new Map<string, string[]>();
    for (const path of texts.keys()) {
      if (!this.#configs.has(path)) this.#configs.set(path, compilingConfig(join(this.#root, path)));
      const config = this.#configs.get(path);
      if (config !== undefined) byConfig.set(config, [...(byConfig.get(config) ?? []), path]);
    }
    const fresh: TypeDiagnostic[] = [];
    for (const [config, paths] of byConfig) fresh.push(...(await this.#freshIn(config, paths, texts)));
    return fresh;
  }

  async #freshIn(
    config: string,
    paths: readonly string[],
    texts: ReadonlyMap<string, string>,
  ): Promise<readonly TypeDiagnostic[]> {
    if (this.#unavailable.has(config)) return [];
    try {
      const checker = this.#checkerOf(config, paths);
      const fresh = await checker.fresh(texts);
      this.#names.add(checker.name);
      return fresh;
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === undefined) throw error;
      this.#drop(config);
      this.#unavailable.set(config, reason);
      return [];
    }
  }

  #checkerOf(config: string, paths: readonly string[]): TypeChecker {
    const found = this.#checkers.get(config);
    // A file that was not known to the checker may have errors of its own.
    if (found && paths.every((path) => found.paths.has(path))) return found.checker;
    found?.checker.close();
    const all = new Set([...(found?.paths ?? []), ...paths]);
    const checker = this.#checkerFor(config, [...all]);
    this.#checkers.delete(config);
    this.#checkers.set(config, { checker, paths: all });
    const [oldest] = this.#checkers;
    if (oldest && this.#checkers.size > MOST_CHECKERS) this.#drop(oldest[0]);
    return checker;
  }

  #drop(config: string): void {
    this.#checkers.get(config)?.checker.close();
    this.#checkers.delete(config);
  }

  #checkerFor(config: string, paths: readonly string[]): TypeChecker {
    const typescript = findTypeScript(dirname(config), this.#root);
    return typescript.api
      ? new CompilerApi(typescript.api, this.#root, config, paths)
      : new TscProcess(this.#ports, typescript, this.#root, config, paths);
  }
}

/** Why a compiler came to no result; undefined for a mistake of ours. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof TypesUnavailable) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? undefined : `the disk refused a copy beside the tree (${message})`;
}

/** How many are kept for another round: each holds a whole program. */
const MOST_CHECKERS = 3;

interface Checked {
  readonly checker: TypeChecker;
  readonly paths: ReadonlySet<string>;
}
