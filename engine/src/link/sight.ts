import { importClausesOf, type ImportClause } from '../import-clauses.js';
import { Answers, OpenQuestions } from './answers.js';
import { Entities, type Entity } from './entity.js';
import type { Program } from './program.js';
import type { Target } from './called-function.js';
import { Summaries } from './summary.js';
import type { Unit } from './unit.js';

/** How deep a value is looked into for a method or member that takes a lock. */
const MAX_DEPTH = 3;

/**
 * Which files are seen in search of locks: those with a word of a lock, and those that take one through a helper which they import under a name that says
 * nothing of it. That depends on the texts alone, whichever files were given or asked for before: each hop is seen by what the one before has settled.
 */
export class Sight {
  readonly entities: Entities;
  readonly summaries: Summaries;
  private readonly program: Program;
  private readonly nearer: Sight | undefined;
  private readonly lent = new Answers<string, boolean>(new OpenQuestions());

  /**
   * @param wide What is seen where every file is entered: what an object has from its super class is looked for there.
   * @param nearer What is seen without the last hop; with none, only files with a word of a lock are seen.
   */
  constructor(program: Program, wide: Entities, nearer?: Sight) {
    this.program = program;
    this.nearer = nearer;
    this.entities = new Entities(program, (path) => this.unit(path), wide);
    this.summaries = new Summaries(this.entities);
  }

  /** A file if a lock may come of it; others are not even parsed for this question. */
  unit(path: string): Unit | undefined {
    return this.program.hasLockWords(path) || this.isHelped(path) ? this.program.unit(path) : undefined;
  }

  /** Whether something that a file imports takes a lock for whoever uses it. */
  isConcerned(path: string, clauses: readonly ImportClause[]): boolean {
    return clauses.some(({ specifier, names }) => {
      const target = this.program.resolve(specifier, path);
      const unit = target === undefined ? undefined : this.unit(target);
      return unit !== undefined && names.some((name) => this.lends(unit, name));
    });
  }

  /** The exported names of a file, of those that anybody asks for, that take a lock for whoever uses them. */
  private namesLentBy(unit: Unit, asked: ReadonlySet<string>): string[] {
    return unit.facts.exports
      .map(({ name }) => name)
      .filter((name) => (name === '*' || asked.has('*') || asked.has(name)) && this.lends(unit, name));
  }

  /**
   * Says of files that do nothing with a lock by themselves, by what they import, which of them a call is followed into: all at once, by the few names that lend a lock,
   * instead of one by one.
   */
  settle(rest: ReadonlyMap<string, readonly ImportClause[]>, speaking: ReadonlySet<string>): void {
    for (const [path, clauses] of rest) {
      const leadsOn = speaking.has(path) || clauses.some(({ again }) => again);
      this.program.knowsLockWords(path, leadsOn);
    }
    const wordless = new Map(rest);
    for (const path of this.program.paths)
      if (!this.program.hasLockWords(path)) wordless.set(path, importClausesOf(this.program.text(path) ?? ''));
    const users = new Set(this.nearer?.users(wordless));
    for (const path of wordless.keys()) this.program.helped.set(path, users.has(path));
  }

  /** Those of the files that use a name which lends a lock. */
  users(rest: ReadonlyMap<string, readonly ImportClause[]>): string[] {
    const asked = new Set([...rest.values()].flatMap((clauses) => clauses.flatMap(({ names }) => names)));
    const helped = [...rest.keys()].filter((path) => this.isHelped(path));
    const lenders = [...this.program.paths, ...helped].flatMap((path) => this.unit(path) ?? []);
    const names = new Set(lenders.flatMap((unit) => this.namesLentBy(unit, asked)));
    if (names.size === 0) return [];
    const isNamed = ({ names: wanted }: ImportClause) => wanted.some((name) => name === '*' || names.has(name));
    return [...rest].flatMap(([path, clauses]) => (this.isConcerned(path, clauses.filter(isNamed)) ? path : []));
  }

  private isHelped(path: string): boolean {
    if (!this.nearer) return false;
    let helped = this.program.helped.get(path);
    if (helped === undefined) {
      const text = this.program.text(path);
      helped = text !== undefined && this.nearer.isConcerned(path, importClausesOf(text));
      this.program.helped.set(path, helped);
    }
    return helped;
  }

  private lends(unit: Unit, name: string): boolean {
    const lent = this.lent.of(unit, name, () =>
      name === '*' ? this.lendsAny(unit) : this.gives(this.entities.exported(unit, name), MAX_DEPTH),
    );
    return lent ?? false;
  }

  private lendsAny(unit: Unit): boolean {
    return unit.facts.exports.some(({ name, from }) => {
      if (name !== '*' || !from) return this.lends(unit, name);
      const path = this.program.resolve(from.module, unit.path);
      const target = path === undefined ? undefined : this.unit(path);
      return target !== undefined && this.lends(target, '*');
    });
  }

  private gives(entity: Entity | undefined, depth: number): boolean {
    if (!entity || depth === 0) return false;
    switch (entity.k) {
      case 'lock':
      case 'locks':
      case 'lock-class':
        return true;
      case 'function':
        return this.functionGives(entity, depth);
      case 'class':
      case 'instance':
        return entity.unit
          .classOf(entity.cls)
          .members.some(({ name }) => this.gives(this.entities.memberOf(entity, name), depth - 1));
      case 'object':
        return entity.value.props.some(({ value }) =>
          this.gives(this.entities.of(entity.unit, entity.fn, value), depth - 1),
        );
      case 'namespace':
        return this.lends(entity.unit, '*');
      case 'instances':
        return this.gives(entity.of, depth - 1);
      case 'external':
        return false;
    }
  }

  private functionGives(target: Target, depth: number): boolean {
    if (this.summaries.lends(target)) return true;
    const returned = this.entities.returns(target.unit, target.fn);
    return this.gives(returned, depth - 1);
  }
}
