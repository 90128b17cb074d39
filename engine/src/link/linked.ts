import type { CallOp, Op, Value } from '../facts/format.js';
import type { Place, Span } from '../findings.js';
import { lockAction } from './action.js';
import { ByUnit } from './by-unit.js';
import { symbolAt } from './enclosing.js';
import { Entities } from './entity.js';
import { accessPath, lockRef, type LockRef } from './lock-ref.js';
import type { Program } from './program.js';
import { askedByProperty } from './question.js';
import type { Lock, Query, Section } from './section.js';
import { Sections, type Unplaced } from './sections.js';
import { Reach } from './reach.js';
import { Sight } from './sight.js';
import type { Summaries } from './summary.js';
import { Suspensions } from './suspension.js';
import { everyValue, mentionedIn, type Unit } from './unit.js';
import type { Trace } from './walk/trace.js';

/** The files under analysis as the checks see them: locks, sections and what functions do, never syntax. */
export class Linked {
  readonly program: Program;
  readonly sight: Sight;
  readonly entities: Entities;
  readonly summaries: Summaries;
  readonly suspensions: Suspensions;
  /** What functions touch; like suspensions it follows calls wherever they lead. */
  readonly reach: Reach;
  /** The state of the program that this tells of. */
  readonly revision: number;
  private readonly far: Entities;
  private readonly sectionMaker: Sections;
  private readonly traceLists: ByUnit<'all', readonly Trace[]>;
  private readonly parts: ByUnit<'all', FilePart>;
  private readonly lockMap = new Map<string, Lock>();
  private readonly sectionLists = new Map<Unit, readonly Section[]>();
  private sortedLocks: readonly Lock[] | undefined;
  private listedUnits: readonly Unit[] | undefined;

  /**
   * @param before Of an earlier state of the same program: what it knows of files that are still the same, and led only to
   * files that are, is taken over. What depends on all files is put together anew.
   */
  constructor(program: Program, before?: Linked) {
    this.program = program;
    this.revision = program.revision;
    this.far = before?.far ?? new Entities(program, (path) => program.unit(path));
    this.sight = before?.sight ?? new Sight(program, this.far, new Sight(program, this.far));
    this.entities = this.sight.entities;
    this.summaries = this.sight.summaries;
    this.suspensions = before?.suspensions ?? new Suspensions(this.far, this.summaries);
    this.reach = before?.reach ?? new Reach(this.far);
    this.sectionMaker = new Sections(this.entities, this.suspensions, this.reach);
    this.traceLists = before?.traceLists ?? new ByUnit();
    this.parts = before?.parts ?? new ByUnit();
    this.names = before?.names ?? new Set();
  }

  get units(): readonly Unit[] {
    return (this.listedUnits ??= this.program.paths.flatMap((path) => this.program.unit(path) ?? []));
  }

  /** The traces of a file's functions that do anything with locks. Callbacks that run within another function are part of that one's. */
  traces(unit: Unit): readonly Trace[] {
    let list = this.traceLists.get(unit, 'all');
    if (!list) {
      const all = unit.facts.functions.flatMap((_, fn) =>
        this.summaries.mayLock({ unit, fn }) ? (this.summaries.trace(unit, fn) ?? []) : [],
      );
      const entered = new Set(all.flatMap((trace) => [...trace.entered]));
      list = all.filter((trace) => !entered.has(trace.fn));
      this.traceLists.set(unit, 'all', list);
    }
    return list;
  }

  /** All locks that the analysed files declare or take, promise chains apart, sorted by identity. */
  get locks(): readonly Lock[] {
    return this.allLocks.filter((lock) => !isChain(lock.ref));
  }

  /** Every lock, and every promise chain that serves as one: nothing there can be replaced or made smaller, but tasks wait. */
  get allLocks(): readonly Lock[] {
    this.collect();
    return (this.sortedLocks ??= [...this.lockMap.values()].sort((one, other) =>
      one.id < other.id ? -1 : one.id > other.id ? 1 : 0,
    ));
  }

  lock(id: string): Lock | undefined {
    this.collect();
    return this.lockMap.get(id);
  }

  /** The sections that stand in a file, those of promise chains apart. */
  sections(unit: Unit): readonly Section[] {
    return this.allSections(unit).filter((section) => !isChain(section.ref));
  }

  allSections(unit: Unit): readonly Section[] {
    this.collect();
    return this.sectionLists.get(unit) ?? [];
  }

  /** Does what is to be done for one file before its findings can be told, so that a host can do it file by file. */
  link(unit: Unit): void {
    this.part(unit);
  }

  private collected = false;

  private collect(): void {
    if (this.collected) return;
    this.collected = true;
    const parts = this.units.map((unit) => ({ unit, part: this.part(unit) }));
    // A lock is called what it is called where it is declared, whichever file that uses it comes first.
    for (const { part } of parts) for (const ref of part.declared) this.register(ref);
    for (const { unit, part } of parts)
      this.sectionLists.set(
        unit,
        part.sections.map((section) => this.placed(section)),
      );
    for (const { part } of parts) for (const { ref, ...query } of part.queries) this.register(ref).queries.push(query);
    for (const { name } of this.lockMap.values()) this.names.add(lastName(name));
    for (const { unit, part } of parts)
      for (const { id, span } of this.astray(unit, part)) this.lockMap.get(id)?.escapes.push({ path: unit.path, span });
  }

  private placed(section: Unplaced): Section {
    const lock = this.register(section.ref);
    const placed = { ...section, lock };
    lock.sections.push(placed);
    return placed;
  }

  private part(unit: Unit): FilePart {
    let part = this.parts.get(unit, 'all');
    if (!part) {
      const sections = this.traces(unit).flatMap((trace) =>
        trace.holds.map((hold) => this.sectionMaker.of(unit, trace, hold)),
      );
      sections.sort((one, other) => one.acquire.span[0] - other.acquire.span[0]);
      part = { declared: this.declared(unit), sections, ...this.uses(unit), resolved: { names: 0, astray: [] } };
      this.parts.set(unit, 'all', part);
    }
    return part;
  }

  private register(ref: LockRef): Lock {
    let lock = this.lockMap.get(ref.id);
    if (!lock) {
      const { declaration, part } = ref;
      lock = {
        id: ref.id,
        name: ref.name,
        ref,
        // What holds a lock among other things is not to be renamed, retyped or removed with it.
        ...(declaration && !part ? { declaration } : {}),
        sections: [],
        queries: [],
        escapes: [],
      };
      this.lockMap.set(ref.id, lock);
    }
    return lock;
  }

  /** Locks that fields and variables hold, whether or not anybody takes them. */
  private declared(unit: Unit): LockRef[] {
    const declared: LockRef[] = [];
    unit.facts.bindings.forEach((binding, id) => {
      if (binding.kind !== 'const' && binding.kind !== 'let' && binding.kind !== 'var') return;
      if (binding.init?.v !== 'call' || !unit.call(binding.init.id)) return;
      const ref = lockRef(this.entities, unit, binding.owner, { v: 'bind', id, span: binding.span });
      if (ref && ref.declaration?.path === unit.path) declared.push(ref);
    });
    unit.facts.classes.forEach((fact, cls) => {
      const fields = unit.fieldsFunction(cls);
      for (const member of fact.members) {
        if (member.kind !== 'field') continue;
        const value: Value = {
          v: 'member',
          of: { v: 'this', span: member.nameSpan },
          name: member.name,
          span: member.nameSpan,
        };
        const ref = lockRef(this.entities, unit, fields, value);
        if (ref) declared.push(ref);
      }
    });
    return declared;
  }

  /** What a file does with locks besides taking them, and the values that are part of it. */
  private uses(unit: Unit): Pick<FilePart, 'queries' | 'understood'> {
    const queries: Asked[] = [];
    const understood = new Set<Value>();
    unit.facts.functions.forEach((_, fn) => {
      for (const op of unit.callsIn(fn)) {
        const action = lockAction(this.entities, unit, fn, op);
        if (!action) continue;
        for (const value of everyValue(op.callee)) understood.add(value);
        // The lock may be an argument of the call that takes it: `quickRead(lock, …)`.
        for (const argument of op.args)
          if (accessPath(this.entities, unit, fn, argument)?.id === action.ref.id) understood.add(argument);
        if (action.do === 'query' || action.do === 'wait' || action.do === 'cancel')
          queries.push({ ref: action.ref, unit, fn, what: action.do, name: calledName(op), span: op.span });
      }
    });
    queries.push(...this.askedByProperty(unit, understood));
    return { queries, understood };
  }

  /** Questions that no call shows: `lock.isLocked`. */
  private *askedByProperty(unit: Unit, understood: Set<Value>): Generator<Asked> {
    const asked = new Set<number>();
    for (const { op, fn } of unit.operations())
      for (const value of mentionedIn(op)) {
        const ref = understood.has(value) ? undefined : askedByProperty(this.entities, unit, value);
        if (!ref || value.v !== 'member') continue;
        for (const part of everyValue(value)) understood.add(part);
        // What is read by itself is mentioned by what is done with it, too.
        if (!asked.has(value.span[1])) yield { ref, unit, fn, what: 'query', name: value.name, span: value.span };
        asked.add(value.span[1]);
      }
  }

  /** The last names of all locks that there are or were: what is called otherwise is none. */
  private readonly names: Set<string>;

  /** What is mentioned by the name of a lock and not understood: where its path is one of a lock, the lock escapes there. */
  private astray(unit: Unit, part: FilePart): readonly Astray[] {
    if (part.resolved.names !== this.names.size) {
      const astray = unit.mentions(this.names).flatMap(({ fn, op, value }) => {
        const path =
          part.understood.has(value) || this.isRenaming(unit, op)
            ? undefined
            : accessPath(this.entities, unit, fn, value);
        return path ? [{ id: path.id, span: value.span }] : [];
      });
      part.resolved = { names: this.names.size, astray: astray.sort((one, other) => one.span[0] - other.span[0]) };
    }
    return part.resolved.astray;
  }

  /** `const mutex = this.mutex` is another name, not another owner; the declaration itself is neither. */
  private isRenaming(unit: Unit, op: Op): boolean {
    if (op.op === 'read') return true;
    if (op.op !== 'assign') return false;
    if (op.how === 'declare') return op.target.v === 'bind' && unit.facts.bindings[op.target.id]!.kind === 'const';
    return op.how === 'set' && op.value.v === 'call' && unit.call(op.value.id)?.op.isNew === true;
  }

  /** Whether a file uses the lock that a value names in a way that is known: it is taken, asked, or named anew. */
  understands(unit: Unit, op: Op, value: Value): boolean {
    return this.program.isGiven(unit.path) && (this.part(unit).understood.has(value) || this.isRenaming(unit, op));
  }

  /** The enclosing path of a place, such as `Class.method`. */
  symbolAt(place: Place): string {
    const unit = this.program.unit(place.path);
    return unit ? symbolAt(unit, place.span) : '';
  }
}

/** What one file adds to what is known of all locks. */
interface FilePart {
  readonly declared: readonly LockRef[];
  readonly sections: readonly Unplaced[];
  readonly queries: readonly Asked[];
  /** The values that name a lock in a way that is known. */
  readonly understood: ReadonlySet<Value>;
  /** What goes astray, as of some number of names. */
  resolved: { readonly names: number; readonly astray: readonly Astray[] };
}

type Asked = Query & { readonly ref: LockRef };

interface Astray {
  readonly id: string;
  readonly span: Span;
}

function calledName({ callee }: CallOp): string {
  return callee.v === 'member' ? callee.name : '';
}

function lastName(name: string): string {
  return name.split('.').at(-1)!;
}

function isChain({ model }: LockRef): boolean {
  return model.inferred === 'chain';
}
