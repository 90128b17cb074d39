/**
 * Reports what is read, asserted or defaulted before a lock is granted and goes by in the section: whoever held the lock
 * may have changed it. Silent where the section reads it again, for state that no section of the lock writes, for what is
 * there for good once it is, for tests that only turn away early or look at what a call has made of it, and under locks that
 * admit several holders. The strict preset also reports an assertion of what another task ends for good, and what
 * is asked of an object that keeps its state to itself: the section may change another part of it.
 */
import type { Value } from '../../facts/format.js';
import { recheckFix } from '../../fixes/recheck-in-lock.js';
import { capacityOf } from '../../link/capacity.js';
import { overlap } from '../../link/cell.js';
import { contains } from '../../link/enclosing.js';
import type { Linked } from '../../link/linked.js';
import { declarationOf, makings } from '../../link/lock-declaration.js';
import type { LockRef } from '../../link/lock-ref.js';
import { isWrittenUnder } from '../../link/guarded.js';
import { replaces } from '../../link/dependence/dependence.js';
import { looksAt } from '../../link/dependence/looks-at.js';
import { staysThere } from '../../link/dependence/presence.js';
import { racesOf, writesIn, type Race } from '../../link/dependence/races.js';
import { isPlainContainer } from '../../link/settled.js';
import type { Unit } from '../../link/unit.js';
import { at, type Check } from '../check.js';
import { placesOf } from './wording.js';

export const requireRecheckInLock: Check = {
  name: 'require-recheck-in-lock',
  summary: 'What is decided under a lock should go by what is read under it.',
  category: 'atomicity',
  levels: { recommended: 'warn', strict: 'warn' },
  run({ project, unit, preset, report }) {
    const races = racesOf(project, unit).filter(
      (race) =>
        race.kind === 'before-lock' &&
        admitsOne(project, race.lock!) &&
        goesBy(unit, race) &&
        !choosesLock(unit, race) &&
        !staysThere(project, race, preset === 'strict') &&
        (changedByHolder(project, race)
          ? preset === 'strict' || !isAsked(project, unit, race)
          : preset === 'strict' && endsForGood(project, unit, race)),
    );
    for (const [first, ...others] of groupsOf(unit, races)) {
      const { lock, read } = first;
      report({
        span: read.cell.span,
        message: `\`${read.cell.name}\` is ${verb(first)} before \`${lock!.name}\` is granted, and ${use(first)}: while this waits for the lock, ${changer(project, first)} may change it. Read it after the lock is taken.${elsewhere(unit, first, others)}`,
        related: [
          ...placesOf(unit, first).slice(1),
          { path: unit.path, span: first.op.span, message: 'what goes by it' },
          ...others.map((race) =>
            at({ path: unit.path, span: race.read.cell.span }, `\`${read.cell.name}\` is ${verb(race)} here too`),
          ),
        ],
        fix: () => recheckFix(project, unit, [first, ...others]),
      });
    }
  },
};

/**
 * What is one remark to a reader: several readings of a cell before one section, or one assertion before several sections of
 * a lock, which is a habit of the class and is told at its first place.
 */
function groupsOf(unit: Unit, races: readonly Race[]): readonly [Race, ...Race[]][] {
  const groups: [Race, ...Race[]][] = [];
  const inOrder = [...races].sort((one, other) => one.read.cell.span[0] - other.read.cell.span[0]);
  for (const race of inOrder) {
    const group = groups.find(([first]) => isOneRemark(unit, first, race));
    if (!group) groups.push([race]);
    else if (group.every((other) => other.read.op !== race.read.op)) group.push(race);
  }
  return groups;
}

function isOneRemark(unit: Unit, one: Race, other: Race): boolean {
  if (one.lock!.id !== other.lock!.id || !overlap(one.read.cell.id, other.read.cell.id)) return false;
  const asserted = assertion(unit, one);
  return sectionOf(one) === sectionOf(other) || (asserted !== undefined && asserted === assertion(unit, other));
}

/** The function that asserts, as written: `this.assertOpen`. */
function assertion(unit: Unit, { through, guard, read }: Race): string | undefined {
  const asserts = through === 'guard' && guard?.asserts === true && read.op.op === 'call';
  return asserts ? unit.slice(guard.test.span) : undefined;
}

function sectionOf({ lock, under }: Race): number | undefined {
  return under.find((hold) => hold.ref.id === lock!.id)?.call;
}

/** The functions that do the same, besides the one that is told of. */
function elsewhere(unit: Unit, { root }: Race, others: readonly Race[]): string {
  const roots = new Set(others.map((race) => race.root).filter((fn) => fn !== root));
  const functions = [...roots].map((fn) => unit.fn(fn).name);
  if (functions.length === 0) return '';
  const named = functions.slice(0, 2).map((name) => `\`${name}\``);
  const rest = functions.length - named.length;
  return ` The same goes for ${named.join(rest > 0 ? ', ' : ' and ')}${rest > 0 ? ` and ${rest} more` : ''}.`;
}

/** `new Semaphore(1)`, of the project's own class too; one of which the number is not to be told may admit several. */
function admitsOne(project: Linked, lock: LockRef): boolean {
  const capacity = capacityOf(lock);
  if (capacity !== undefined) return capacity === 1;
  const known = project.lock(lock.id);
  const own = known && declarationOf(project, known);
  const places = own ? makings(own).map(({ args }) => args[0]) : [];
  return places.length > 0 && places.every((place) => place === undefined || (place.v === 'lit' && place.value === 1));
}

/** A test that only turns away early is no decision of the section: it must assert, or be of what the section sets. */
function goesBy(unit: Unit, { through, guard, write, read, op }: Race): boolean {
  if (through !== 'guard') return true;
  if (!looksAt(unit, guard!.test, read.op.span)) return false;
  if (guard!.asserts) return true;
  if (guard!.waits) return false;
  return op.op === 'assign' && write !== undefined && replaces(write, read.cell);
}

/** `this.entry.lock`, which cannot be taken before `this.entry` is read; and what a lock's key is made of, for the section is about that key. */
function choosesLock(unit: Unit, { lock, read }: Race): boolean {
  const { name, key } = lock!;
  if (name === read.cell.name || name.startsWith(`${read.cell.name}.`)) return true;
  // Of `tool.server`, what `tool` is.
  const [root] = key?.text.split(/[.[(]/, 1) ?? [];
  return unit.facts.bindings.some(
    ({ name: of, init }) => of === root && init !== undefined && contains(init.span, read.op.span),
  );
}

/** What a method of an object answers, other than a map, a list or the like: `this.repository.byId(id)`. */
function isAsked(project: Linked, unit: Unit, { read, root }: Race): boolean {
  const { op } = read;
  if (op.op !== 'call' || op.callee.v !== 'member') return false;
  const { of } = op.callee;
  return unit.slice(of.span) === read.cell.name && !isPlainContainer(project, unit, root, of);
}

function changedByHolder(project: Linked, race: Race): boolean {
  return isWrittenUnder(project, race.lock!, race.read.cell) && !isFlagOfLock(project, race);
}

/** What is asserted is ended by another task, once and for good, with no regard for the lock: `closed = true`. */
function endsForGood(project: Linked, unit: Unit, { through, guard, read }: Race): boolean {
  if (through !== 'guard' || !guard!.asserts) return false;
  const writes = writesIn(project, unit).filter(({ cell }) => cell.id === read.cell.id);
  const values = new Set(writes.map(({ cell }) => (cell.value?.v === 'lit' ? cell.value.value : undefined)));
  const [value] = values;
  return values.size === 1 && typeof value === 'boolean';
}

function changer(project: Linked, race: Race): string {
  return changedByHolder(project, race) ? 'its holder' : 'another task';
}

/** A flag that each section which writes it raises and lowers says that the lock is held, and nothing that its holder may change for others. */
function isFlagOfLock(project: Linked, { lock, read }: Race): boolean {
  const written = (project.lock(lock!.id)?.sections ?? []).map(({ accesses }) =>
    accesses.flatMap(({ op, cell }) => (op.op === 'assign' && cell.id === read.cell.id ? [op.value] : [])),
  );
  const writing = written.filter((values) => values.length > 0);
  return writing.length > 0 && writing.every((values) => isSetTo(values, true) && isSetTo(values, false));
}

function isSetTo(values: readonly Value[], flag: boolean): boolean {
  return values.some((value) => value.v === 'lit' && value.value === flag);
}

function verb({ through, guard }: Race): string {
  return through === 'guard' && guard ? 'tested' : 'read';
}

function use({ through }: Race): string {
  if (through === 'test') return 'decides in the section';
  return through === 'guard' ? 'the section goes by the outcome' : 'what the section writes comes from it';
}
