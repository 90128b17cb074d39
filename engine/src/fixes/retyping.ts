import type { CallOp, TypeFact } from '../facts/format.js';
import type { Edit, ImportRequest } from '../findings.js';
import type { Linked } from '../link/linked.js';
import { declarationOf, makings, type Declaration } from '../link/lock-declaration.js';
import type { Unit } from '../link/unit.js';
import { lower, type Draft } from './outcome.js';
import { aliasOf, otherUseOfAlias } from './retype.js';
import { Rewriting } from './rewriting.js';
import { RUNTIME } from './runtime-module.js';
import { Source } from './source.js';

/** What stands in the place of a lock and of its type. */
export interface Replacement {
  /** For the call that makes the lock, what makes the other thing. */
  readonly made: (op: CallOp, source: Source) => string;
  /** For the written type of the lock, the type of the other thing; a clause in `refused` where there is none. */
  readonly type: (type: TypeFact, unit: Unit) => string | { readonly refused: string };
}

/** A change of what a lock is, as it is built: the edits of every file that uses it, and what is not proven of it. */
export class Retyping {
  readonly project: Linked;
  /** Each lowers the tier; the first one is told. */
  readonly doubts: string[] = [];
  private readonly name: string;
  private readonly rewritings = new Map<Unit, Rewriting>();
  private readonly users = new Set<string>();

  /** @param name - the export of the runtime that takes the place of the lock. */
  constructor(project: Linked, name: string) {
    this.project = project;
    this.name = name;
  }

  rewriting(unit: Unit): Rewriting {
    let rewriting = this.rewritings.get(unit);
    if (!rewriting) this.rewritings.set(unit, (rewriting = new Rewriting(Source.of(this.project, unit))));
    return rewriting;
  }

  /** A file names the replacement, and has to import it. */
  imports(unit: Unit): void {
    this.users.add(unit.path);
  }

  /** Redeclares a lock: what makes it, its annotation, or the alias that names its type. Gives the condition that forbids it. */
  redeclare(own: Declaration, replacement: Replacement): string | undefined {
    const made = makings(own);
    if (made.length === 0 || made.length !== own.values.length) return `\`${own.name}\` is made elsewhere`;
    const rewriting = this.rewriting(own.unit);
    for (const op of made) rewriting.replace(op.span, replacement.made(op, rewriting.source));
    this.imports(own.unit);
    if (!own.type) return undefined;
    const alias = aliasOf(this.project, own.unit, own.type);
    const group = this.project.locks.flatMap((lock) => declarationOf(this.project, lock) ?? []);
    if (alias && otherUseOfAlias(this.project, alias, group))
      return `the type \`${alias.fact.name}\` is used for more than locks`;
    const [unit, type] = alias ? [alias.unit, alias.fact.type] : [own.unit, own.type];
    const text = replacement.type(type, unit);
    if (typeof text !== 'string') return text.refused;
    this.rewriting(unit).replace(type.span, text);
    this.imports(unit);
    return undefined;
  }

  draft(title: string): Draft {
    const edits: Edit[] = [...this.rewritings.values()].flatMap((rewriting) => rewriting.finish());
    const imports = [...this.users].map((path): ImportRequest => ({
      path,
      module: RUNTIME,
      name: this.name,
      kind: 'value',
    }));
    const fix: Draft = { title, tier: 'safe', edits, imports };
    const [doubt] = this.doubts;
    return doubt === undefined ? fix : lower(fix, 'unsafe', doubt);
  }
}
