import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { globSync } from 'tinyglobby';
import { parse as parseYaml } from 'yaml';

/** A package of a monorepo. */
export interface WorkspacePackage {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  readonly manifest: Readonly<Record<string, unknown>>;
}

function readManifest(folder: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8').replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The folder patterns of the workspaces of npm, yarn, bun (`workspaces`) or pnpm (`pnpm-workspace.yaml`). */
function workspacePatterns(folder: string): string[] {
  const pnpm = join(folder, 'pnpm-workspace.yaml');
  if (existsSync(pnpm)) {
    try {
      const { packages } = (parseYaml(readFileSync(pnpm, 'utf8')) ?? {}) as { packages?: unknown };
      if (Array.isArray(packages)) return packages.filter((item) => typeof item === 'string');
    } catch {
      // A broken file is the package manager's to report; here it only means that no package is known.
    }
  }
  const workspaces = readManifest(folder)?.['workspaces'];
  const listed: unknown = Array.isArray(workspaces)
    ? workspaces
    : (workspaces as { packages?: unknown } | undefined)?.packages;
  return Array.isArray(listed) ? listed.filter((item) => typeof item === 'string') : [];
}

/** The nearest folder at or above this one that declares workspaces. */
export function workspaceRoot(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (workspacePatterns(folder).length > 0) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/** The packages of the monorepo whose root this is, sorted by name. */
export function workspacePackages(root: string): WorkspacePackage[] {
  const patterns = workspacePatterns(root);
  if (patterns.length === 0) return [];
  const manifests = globSync(
    patterns.map((pattern) => `${pattern.replace(/\/+$/, '')}/package.json`),
    { cwd: root, absolute: true, ignore: ['**/node_modules/**'], expandDirectories: false },
  );
  return manifests
    .flatMap((file) => {
      const folder = dirname(file);
      const manifest = readManifest(folder);
      return typeof manifest?.['name'] === 'string' ? [{ name: manifest['name'], folder, manifest }] : [];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
