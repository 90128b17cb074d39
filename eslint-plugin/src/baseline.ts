import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Baseline, baselineFile } from '@lockwise/engine';
import { stateOf } from './host.js';
import type { Settings } from './settings.js';

const read = new Map<string, { readonly state: string; readonly baseline: Baseline }>();

/**
 * The findings that are known and do not count: those of the file that `lockwise baseline update` writes.
 * @param root absolute
 * @throws Error when a file was named that is not there
 */
export function baselineOf({ baseline: name }: Settings, root: string): Baseline {
  if (name === false) return Baseline.empty();
  const file = nearest(root, name);
  const state = stateOf(file);
  const kept = read.get(file);
  if (kept?.state === state) return kept.baseline;
  if (state === 'absent' && name !== baselineFile)
    throw new Error(`settings.lockwise.baseline names ${name}, which does not exist`);
  const baseline = state === 'absent' ? Baseline.empty() : Baseline.parse(readFileSync(file, 'utf8'));
  read.set(file, { state, baseline });
  return baseline;
}

/** The file in the root, or the nearest one above it in the same repository: a linter is often run in each package by itself. */
function nearest(root: string, name: string): string {
  for (let folder = root; ; folder = dirname(folder)) {
    const file = resolve(folder, name);
    if (stateOf(file) !== 'absent') return file;
    if (dirname(folder) === folder || stateOf(join(folder, '.git')) !== 'absent') return resolve(root, name);
  }
}
