import type { Edit, Fix } from '../findings.js';
import { applyEdits } from './apply.js';
import { importEditsFor, ownEdits, type Sources } from './complete.js';
import { EditSet } from './merge.js';

export interface Plan<F extends Fix = Fix> {
  /** What to change, imports included: sorted, never overlapping. */
  readonly edits: ReadonlyMap<string, readonly Edit[]>;
  /** The text of each changed file after it. */
  readonly texts: ReadonlyMap<string, string>;
  readonly applied: readonly F[];
  /** Fixes that have to wait for a round of their own: their edits overlap those of an earlier one. */
  readonly deferred: readonly F[];
}

/** Puts fixes together, the earlier ones first. Each is applied as a whole or not at all; their imports are folded once per file. */
export function planFixes<F extends Fix>(fixes: readonly F[], sources: Sources): Plan<F> {
  const set = new EditSet();
  const applied: F[] = [];
  const deferred: F[] = [];
  for (const fix of fixes) (set.add(ownEdits(fix)) ? applied : deferred).push(fix);

  const own = new Map<string, readonly Edit[]>(set);
  const requests = applied.flatMap((fix) => fix.imports);
  const edits = new Map<string, readonly Edit[]>();
  const texts = new Map<string, string>();
  for (const path of [...new Set([...own.keys(), ...requests.map((request) => request.path)])].sort()) {
    const text = sources.text(path);
    if (text === undefined) continue;
    const ofFile = own.get(path) ?? [];
    const all = [
      ...ofFile,
      ...importEditsFor(
        path,
        ofFile,
        requests.filter((r) => r.path === path),
        sources,
      ),
    ];
    edits.set(
      path,
      all.sort((a, b) => a.span[0] - b.span[0] || a.span[1] - b.span[1]),
    );
    texts.set(path, applyEdits(text, all));
  }
  return { edits, texts, applied, deferred };
}
