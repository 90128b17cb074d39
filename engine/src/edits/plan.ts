import type { Edit, Fix, ImportRequest } from '../findings.js';
import type { Unit } from '../link/unit.js';
import { inTextOrder } from './apply.js';
import { importEdits } from './imports.js';
import { EditSet } from './merge.js';

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
  const set = new EditSet();
  const applied: Fix[] = [];
  const deferred: Fix[] = [];
  for (const fix of fixes) (set.add(fix.ownEdits) ? applied : deferred).push(fix);

  const requests = applied.flatMap((fix) => fix.imports);
  const own = new Map<string, readonly Edit[]>(set);
  const edits = new Map<string, readonly Edit[]>();
  for (const path of [...new Set([...own.keys(), ...requests.map((request) => request.path)])].sort())
    edits.set(
      path,
      withImports(
        unitOf(path),
        own.get(path) ?? [],
        requests.filter((request) => request.path === path),
      ),
    );
  return { edits, applied, deferred };
}

function withImports(unit: Unit | undefined, own: readonly Edit[], requests: readonly ImportRequest[]): Edit[] {
  return [...own, ...(unit ? importEdits(unit, requests, own) : [])].sort(inTextOrder);
}
