import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Finding, Fix } from '@lockwise/engine';

export const runtimePackage = '@lockwise/runtime';

/** Tells which files cannot import the runtime yet. */
export class RuntimePresence {
  readonly #answers = new Map<string, boolean>();
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Whether a file, relative to the root, would find the runtime where Node looks for it. */
  resolvesFrom(path: string): boolean {
    return this.#below(dirname(join(this.#root, path)));
  }

  #below(folder: string): boolean {
    const known = this.#answers.get(folder);
    if (known !== undefined) return known;
    const here = existsSync(join(folder, 'node_modules', runtimePackage, 'package.json'));
    const found = here || (dirname(folder) !== folder && this.#below(dirname(folder)));
    this.#answers.set(folder, found);
    return found;
  }
}

/** The files that a fix of these findings would import the runtime into, where it cannot be found. */
export function filesThatLackRuntime(findings: readonly Finding[], presence: RuntimePresence): Set<string> {
  const requests = findings.flatMap(({ fixes }) => fixes.flatMap(({ imports }) => imports));
  const lacking = requests.filter(({ module, path }) => isRuntime(module) && !presence.resolvesFrom(path));
  return new Set(lacking.map(({ path }) => path));
}

function isRuntime(module: string): boolean {
  return module === runtimePackage || module.startsWith(`${runtimePackage}/`);
}

/** The findings with each fix at most `unsafe` where it imports a runtime that is not there: its reason then names the command. */
export function tieredByRuntime(findings: readonly Finding[], commands: ReadonlyMap<string, string>): Finding[] {
  const lowered = (fix: Fix): Fix => {
    const missing = fix.imports.find(({ module, path }) => isRuntime(module) && commands.has(path));
    if (!missing || fix.tier === 'manual') return fix;
    const needs = `needs ${runtimePackage}, which is not installed: ${commands.get(missing.path)!}`;
    return { ...fix, tier: 'unsafe', reason: fix.reason === undefined ? needs : `${fix.reason}; ${needs}` };
  };
  return findings.map((finding) =>
    finding.fixes.some((fix) => fix.imports.length > 0) ? { ...finding, fixes: finding.fixes.map(lowered) } : finding,
  );
}
