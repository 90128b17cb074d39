import type { Preparation } from '../analyse/preparation.js';
import type { Ports } from '../ports.js';

/** Tells which files are checked, and why the rest is not. */
export function listFiles({ terminal }: Ports, { analysis, discovered, read, problems }: Preparation): number {
  const apart = new Map<string, string>();
  for (const { path, reason } of [...discovered.skipped, ...read.skipped]) apart.set(path, reason);
  for (const { path, message } of read.problems) apart.set(path, message);
  const checked = discovered.paths.filter((path) => !apart.has(path));
  const concerned = new Set(analysis.paths);
  for (const path of checked) terminal.out(`${path}${concerned.has(path) ? '' : '  (no lock word in it)'}\n`);
  for (const [path, reason] of [...apart].sort(([a], [b]) => (a < b ? -1 : 1))) terminal.out(`- ${path}  ${reason}\n`);
  return problems.length > 0 ? 2 : 0;
}
