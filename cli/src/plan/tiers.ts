import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Finding, Fix } from '@lockwise/engine';
import { workspaceRoot } from '@lockwise/engine/node';

export const runtimePackage = '@lockwise/runtime';

/** Tells which files may import the runtime. */
export class RuntimePresence {
  readonly #answers = new Map<string, boolean>();
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Whether a file, relative to the root, finds the runtime, and its package has a right to it. */
  isThereFor(path: string): boolean {
    const folder = dirname(join(this.#root, path));
    const known = this.#answers.get(folder);
    if (known !== undefined) return known;
    const found = isThereFor(folder);
    this.#answers.set(folder, found);
    return found;
  }
}

function isThereFor(folder: string): boolean {
  const owner = nearest(folder, 'package.json');
  const modules = nearest(folder, join('node_modules', runtimePackage, 'package.json'));
  if (modules === undefined) {
    // Plug'n'Play keeps no modules: what a package lists is what it has.
    const top = nearest(folder, '.pnp.cjs');
    return top !== undefined && [owner, top].some((place) => place !== undefined && lists(place));
  }
  if (owner === undefined || owner === modules || workspaceRoot(owner) !== modules) return true;
  // In a workspace, what one package lists lies where all find it; another one that relies on that breaks when it is published alone.
  return lists(owner) || lists(modules);
}

/** The nearest folder at or above this one that has such a file. */
function nearest(folder: string, file: string): string | undefined {
  if (existsSync(join(folder, file))) return folder;
  return dirname(folder) === folder ? undefined : nearest(dirname(folder), file);
}

function lists(folder: string): boolean {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, object>;
    return ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'].some(
      (kind) => runtimePackage in (manifest[kind] ?? {}),
    );
  } catch {
    return false;
  }
}

/** The files that a fix of these findings would import the runtime into, where it cannot be found. */
export function filesThatLackRuntime(findings: readonly Finding[], presence: RuntimePresence): Set<string> {
  const requests = findings.flatMap(({ fixes }) => fixes.flatMap(({ imports }) => imports));
  const lacking = requests.filter(({ module, path }) => isRuntime(module) && !presence.isThereFor(path));
  return new Set(lacking.map(({ path }) => path));
}

function isRuntime(module: string): boolean {
  return module === runtimePackage || module.startsWith(`${runtimePackage}/`);
}

/** The findings with each fix at most `unsafe` where it imports a runtime that its package does not have: its reason then names the command. */
export function tieredByRuntime(findings: readonly Finding[], commands: ReadonlyMap<string, string>): Finding[] {
  const lowered = (fix: Fix): Fix => {
    const missing = fix.imports.find(({ module, path }) => isRuntime(module) && commands.has(path));
    if (!missing || fix.tier === 'manual') return fix;
    const needs = `needs ${runtimePackage}, which is not a dependency here: ${commands.get(missing.path)!}`;
    return { ...fix, tier: 'unsafe', reason: fix.reason === undefined ? needs : `${fix.reason}; ${needs}` };
  };
  return findings.map((finding) =>
    finding.fixes.some((fix) => fix.imports.length > 0) ? { ...finding, fixes: finding.fixes.map(lowered) } : finding,
  );
}
