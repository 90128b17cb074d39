import { ByUnit } from '../by-unit.js';
import { bindingsAt } from '../by-offset.js';
import { cellAccesses, overlap, type CellAccess } from '../cell.js';
import { mayRunTwiceAtOnce } from '../concurrency.js';
import { locksOfCallers } from '../callers-locks.js';
import type { Linked } from '../linked.js';
import type { LockRef } from '../lock-ref.js';
import type { Hold } from '../state.js';
import { isUnderSuspectedLock } from '../suspected-lock.js';
import { isTest } from '../test-file.js';
import { everyOp, type Unit } from '../unit.js';
import { replaces, type Dependence } from './dependence.js';
import { flowsOf } from './flows.js';

/** A dependence that another task can make wrong: what was read may have changed, and nothing looks again or keeps others out. */
export interface Race extends Dependence {
  /** The function whose flow it is. */
  readonly root: number;
  /**
   * `unlocked`: no lock has to do with it; `before-lock`: read before a lock was granted under which it is used;
   * `between-sections`: read in one section of a lock and used in a later one.
   */
  readonly kind: 'unlocked' | 'before-lock' | 'between-sections';
  readonly lock?: LockRef;
}

const known = new WeakMap<Linked, WeakMap<Unit, readonly Race[]>>();
const knownIn = new WeakMap<Unit, readonly Race[]>();

/** The races of a file, in source order. Tests are left out: what they share they share on purpose. */
export function racesOf(project: Linked, unit: Unit): readonly Race[] {
  let ofProject = known.get(project);
  if (!ofProject) known.set(project, (ofProject = new WeakMap()));
  let races = ofProject.get(unit);
  if (!races) ofProject.set(unit, (races = find(project, unit)));
  return races;
}

function find(project: Linked, unit: Unit): readonly Race[] {
  if (isTest(unit.path)) return [];
  let races = knownIn.get(unit);
  if (!races) knownIn.set(unit, (races = findHere(project, unit)));
  return races.filter(({ root }) => {
    const callers = locksOfCallers(project, unit, root);
    return callers !== 'by-convention' && callers.size === 0;
  });
}

/** What is a race if no caller holds a lock, which files that come and go may decide. */
function findHere(project: Linked, unit: Unit): Race[] {
  const races: Race[] = [];
  for (const flow of flowsOf(project, unit)) {
    for (const dependence of flow.dependences) {
      if (dependence.renewed || dependence.excluding.size > 0) continue;
      const owner = ownerOf(unit, dependence.read.cell);
      if (owner === undefined || owner === flow.fn) continue;
      const { kind, lock } = kindOf(dependence);
      // Outside, sections of one lock are all that is known to belong together.
      if (dependence.read.cell.outside && kind !== 'between-sections') continue;
      if (kind === 'unlocked' && !(dependence.write && replaces(dependence.write, dependence.read.cell))) continue;
      if (!othersMayChange(project, unit, flow.fn, owner, dependence)) continue;
      if (isUnderSuspectedLock(project, unit, flow.fn, dependence.op.span)) continue;
      races.push({ ...dependence, root: flow.fn, kind, ...(lock ? { lock } : {}) });
    }
  }
  return races.sort((one, other) => one.op.span[0] - other.op.span[0]);
}

function kindOf({ read, under, crossed }: Dependence): Pick<Race, 'kind' | 'lock'> {
  const twice = under.find((hold) => read.under.some((other) => other !== hold && isSameLock(other, hold)));
  if (twice) return { kind: 'between-sections', lock: twice.ref };
  const entered = under.find((hold) => crossed.some(({ acquires }) => acquires && acquires.id === hold.ref.id));
  return entered ? { kind: 'before-lock', lock: entered.ref } : { kind: 'unlocked' };
}

/** Whether two holds are of one lock: of the same object, and by the same key. */
export function isSameLock(one: Hold, other: Hold): boolean {
  return (
    one.ref.id === other.ref.id && one.ref.receiver === other.ref.receiver && one.ref.key?.text === other.ref.key?.text
  );
}

/** The function whose activation owns a cell, 0 for fields and module variables; undefined for what a caller hands in. */
function ownerOf(unit: Unit, cell: CellAccess): number | undefined {
  if (cell.outside || /^this\b/.test(cell.receiver) || /^this\b/.test(cell.name)) return 0;
  const { declaration } = cell;
  if (!declaration) return undefined;
  if (declaration.path !== unit.path) return 0;
  const [id] = bindingsAt(unit, declaration.span[0]);
  const binding = id === undefined ? undefined : unit.facts.bindings[id];
  if (!binding) return 0;
  return binding.kind === 'param' || binding.kind === 'catch' ? undefined : binding.owner;
}

function othersMayChange(
  project: Linked,
  unit: Unit,
  fn: number,
  owner: number,
  { read, through }: Dependence,
): boolean {
  const writers = writersOf(project, unit, read.cell);
  // What another file declares is written there.
  const { declaration, outside } = read.cell;
  const isElsewhere = outside === true || (declaration !== undefined && declaration.path !== unit.path);
  if (mayRunTwiceAtOnce(project, unit, fn, owner)) return isElsewhere || writers.size > 0;
  // A value that goes by an old one is wrong as soon as anybody else writes; a test, where another task does the same.
  return (
    through !== 'guard' &&
    [...writers].some((writer) => writer !== fn && mayRunTwiceAtOnce(project, unit, writer, owner))
  );
}

interface CellWrite {
  readonly cell: CellAccess;
  readonly fn: number;
}

const writes = new WeakMap<Unit, readonly CellWrite[]>();
const writers = new ByUnit<string, ReadonlySet<number>>();

/** The functions of a file that write a cell after its making. */
function writersOf(project: Linked, unit: Unit, cell: CellAccess): ReadonlySet<number> {
  let found = writers.get(unit, cell.id);
  if (!found) {
    const all = writesIn(project, unit).filter((write) => overlap(write.cell.id, cell.id));
    writers.set(unit, cell.id, (found = new Set(all.map((write) => write.fn))));
  }
  return found;
}

/** Every write of shared state in a file, constructors and initial values apart. */
export function writesIn(project: Linked, unit: Unit): readonly CellWrite[] {
  let list = writes.get(unit);
  if (!list) writes.set(unit, (list = unit.facts.functions.flatMap((_, fn) => writesOf(project, unit, fn))));
  return list;
}

function writesOf(project: Linked, unit: Unit, fn: number): CellWrite[] {
  const { kind, body } = unit.fn(fn);
  if (kind === 'constructor' || kind === 'fields' || kind === 'module') return [];
  return [...everyOp(body)]
    .filter((op) => op.op === 'assign' || op.op === 'call')
    .flatMap((op) => cellAccesses(project.entities, unit, fn, op))
    .filter((cell) => cell.how === 'write')
    .map((cell) => ({ cell, fn }));
}
