import { join } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import type { Files, FileStat } from '../ports.js';
import type { Skipped } from './candidates.js';

/** What is no folder, relative to where the walk began. */
interface Walked {
  readonly path: string;
  readonly kind: FileStat['kind'];
}

/** Files below a folder that is in no repository, by its `.gitignore` files. Links to folders are not followed, so that no loop is walked. */
export function walk(files: Files, folder: string): { files: Walked[]; skipped: Skipped[] } {
  const found: Walked[] = [];
  const skipped: Skipped[] = [];
  const visit = (below: string, rules: readonly { base: string; rules: Ignore }[]): void => {
    const here = join(folder, below);
    const own = readIgnore(files, here);
    const active = own ? [...rules, { base: below, rules: own }] : rules;
    for (const { name, kind } of files.list(here)) {
      const path = below === '' ? name : `${below}/${name}`;
      if (name === '.git' || name === 'node_modules') continue;
      const probe = kind === 'folder' ? `${path}/` : path;
      if (active.some(({ base, rules: set }) => set.ignores(base === '' ? probe : probe.slice(base.length + 1)))) {
        skipped.push({ path: probe, reason: 'ignored by .gitignore', notable: false });
      } else if (kind === 'folder') {
        if (name.startsWith('.')) skipped.push({ path: probe, reason: 'its name begins with a dot', notable: false });
        else visit(path, active);
      } else found.push({ path, kind });
    }
  };
  visit('', []);
  return { files: found, skipped };
}

function readIgnore(files: Files, folder: string): Ignore | undefined {
  const file = join(folder, '.gitignore');
  if (files.stat(file)?.kind !== 'file') return undefined;
  try {
    return ignore().add(files.read(file).toString('utf8'));
  } catch {
    // An unreadable ignore file hides nothing.
    return undefined;
  }
}
