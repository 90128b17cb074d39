import type { Edit, Fix, ImportRequest } from '../findings.js';
import type { Unit } from '../link/unit.js';
import { importEdits } from './imports.js';

/** Fixes that can be applied together, and those that must wait for another round. */
export interface Plan {
  /** By path: sorted, never overlapping. */
  readonly edits: ReadonlyMap<string, readonly Edit[]>;
  readonly applied: readonly Fix[];
  /** Overlap an earlier fix. */
  readonly deferred: readonly Fix[];
}

/** Puts fixes together, all or nothing each: identical edits merge, an overlap defers the later fix, imports are folded once per file. */
export function planFixes(fixes: readonly Fix[], unitOf: (path: string) => Unit | undefined): Plan {
  const byPath = new Map<string, Edit[]>();
  const applied: Fix[] = [];
  const deferred: Fix[] = [];
  for (const fix of fixes) {
    const fresh = fix.ownEdits.filter((edit) => !byPath.get(edit.path)?.some((other) => isSame(edit, other)));
    if (fresh.some((edit) => byPath.get(edit.path)?.some((other) => overlaps(edit, other)))) {
      deferred.push(fix);
      continue;
    }
    applied.push(fix);
    for (const edit of fresh) byPath.set(edit.path, [...(byPath.get(edit.path) ?? []), edit]);
  }
  const requests = new Map<string, ImportRequest[]>();
  for (const fix of applied)
    for (const request of fix.imports) requests.set(request.path, [...(requests.get(request.path) ?? []), request]);
  for (const path of new Set([...byPath.keys(), ...requests.keys()])) {
    const unit = unitOf(path);
    const own = byPath.get(path) ?? [];
    const folded = unit ? importEdits(unit, requests.get(path) ?? [], own) : [];
    byPath.set(path, sorted([...own, ...folded]));
  }
  return { edits: byPath, applied, deferred };
}

export function sorted(edits: readonly Edit[]): Edit[] {
  return [...edits].sort((one, other) => one.span[0] - other.span[0] || one.span[1] - other.span[1]);
}

function isSame(one: Edit, other: Edit): boolean {
  return one.span[0] === other.span[0] && one.span[1] === other.span[1] && one.text === other.text;
}

/** Two edits that touch: insertions at the same place would depend on their order, so they count too. */
export function overlaps(one: Edit, other: Edit): boolean {
  if (one.span[0] === one.span[1] && other.span[0] === other.span[1]) return one.span[0] === other.span[0];
  return one.span[0] < other.span[1] && other.span[0] < one.span[1];
}
