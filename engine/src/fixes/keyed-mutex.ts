import { bare, isFunction, spanOf, type Node } from '../ast/node.js';
import { same } from '../ast/span.js';
import type { Span } from '../findings.js';
import { contains } from '../link/enclosing.js';
import type { Linked } from '../link/linked.js';
import { declarationAt, type Declaration } from '../link/lock-declaration.js';
import type { LockModel } from '../models/model.js';
import { usesInOwnFile } from './cell-references.js';
import { lower, type Outcome } from './outcome.js';
import { Rewriting } from './rewriting.js';
import { RUNTIME } from './runtime-module.js';
import { Source } from './source.js';

/**
 * A map of locks becomes a `KeyedMutex`, which makes the lock of a key when it is asked for and drops it when nobody needs it: what
 * made, looked up and deleted entries goes, and each section passes its key. Every use of the map has to be one of these.
 */
export function keyedMutexFix(project: Linked, map: Span, unit: Declaration['unit'], model: LockModel): Outcome {
  const own = declarationAt(unit, map);
  if (!own) return { refused: 'the map is declared nowhere' };
  if (model.kind !== 'mutex') return { refused: `\`${own.name}\` holds locks that are more than a mutex` };
  const change = new KeyedChange(project, own, model);
  const refused = change.make();
  if (refused) return { refused };
  return lower(
    {
      title: `Make \`${own.name}\` a \`KeyedMutex\``,
      tier: 'safe',
      edits: change.rewriting.finish(),
      imports: [{ path: unit.path, module: RUNTIME, name: 'KeyedMutex', kind: 'value' }],
    },
    'unsafe',
    'tasks of one key now always wait for each other, and the section of a free key starts at once',
  );
}

/** A variable that has the lock of a key: by what it names the key, and the function in which it does so. */
interface KeyedLock {
  readonly key: string;
  readonly paths: readonly (readonly Node[])[];
}

class KeyedChange {
  readonly rewriting: Rewriting;
  private readonly project: Linked;
  private readonly own: Declaration;
  private readonly model: LockModel;
  private readonly gone: Span[] = [];

  constructor(project: Linked, own: Declaration, model: LockModel) {
    this.project = project;
    this.rewriting = new Rewriting(Source.of(project, own.unit));
    this.own = own;
    this.model = model;
  }

  /** Gives the condition that forbids the change. */
  make(): string | undefined {
    const all = usesInOwnFile(this.project, this.own);
    if (typeof all === 'string') return all;
    const uses = all.filter((path) => !this.isDeclaration(path));
    const lookups = uses.filter((path) => methodOf(path) === 'get');
    for (const path of uses.filter((path) => methodOf(path) !== 'get')) {
      const refused = this.drop(path);
      if (refused) return refused;
    }
    for (const path of lookups) {
      const refused = this.isGone(path) ? undefined : this.lookup(path);
      if (refused) return refused;
    }
    return this.redeclare();
  }

  private get source(): Source {
    return this.rewriting.source;
  }

  private text(node: Node): string {
    return this.source.text(spanOf(node));
  }

  private isDeclaration(path: readonly Node[]): boolean {
    const [start] = spanOf(path.at(-1)!);
    return start === this.own.nameSpan[0];
  }

  private isGone(path: readonly Node[]): boolean {
    return this.gone.some((span) => contains(span, spanOf(path.at(-1)!)));
  }

  private remove(node: Node): void {
    this.gone.push(spanOf(node));
    this.rewriting.remove(node);
  }

  /** `set`, `delete`, `clear` and `has`: each goes with its statement, and with the test that is made for it alone. */
  private drop(path: readonly Node[]): string | undefined {
    if (this.isGone(path)) return undefined;
    const method = methodOf(path);
    if (!/^(set|delete|clear|has)$/.test(method ?? ''))
      return `\`${this.own.name}\` is used in another way than to look up, make and delete a lock`;
    let at = path.findLastIndex(({ type }) => type === 'ExpressionStatement' || type === 'IfStatement');
    const statement = path[at];
    if (!statement || !this.isUpkeep(statement)) return `\`${this.own.name}.${method!}\` is part of a larger statement`;
    while (isOnlyFor(path, at)) at -= path[at - 1]!.type === 'BlockStatement' ? 2 : 1;
    if (this.source.losesComment(spanOf(path[at]!))) return 'a comment would be lost';
    const [attempt, block] = [path[at - 2], path[at - 1]!];
    const isAlone = block.type === 'BlockStatement' && (block['body'] as Node[]).length === 1;
    if (isAlone && attempt?.type === 'TryStatement' && attempt['finalizer'] === block) this.endFinally(attempt, block);
    else this.remove(path[at]!);
    return undefined;
  }

  /** A `finally` that is left with nothing to do goes, and the `try` with it where nothing is caught. */
  private endFinally(attempt: Node, block: Node): void {
    this.gone.push(spanOf(block));
    const statements = (attempt['block'] as Node)['body'] as Node[];
    const handler = attempt['handler'] as Node | null;
    if (handler) this.rewriting.replace([spanOf(handler)[1], spanOf(block)[1]], '');
    else this.rewriting.unwrap(spanOf(attempt), [spanOf(statements[0]!)[0], spanOf(statements.at(-1)!)[1]]);
  }

  /** Nothing but the upkeep of the map: entries made, set and deleted, and tests for that. */
  private isUpkeep(node: Node): boolean {
    if (node.type === 'IfStatement') return node['alternate'] == null && this.isUpkeep(node['consequent'] as Node);
    if (node.type === 'BlockStatement') return (node['body'] as Node[]).every((inner) => this.isUpkeep(inner));
    if (node.type !== 'ExpressionStatement') return false;
    const expression = bare(node['expression'] as Node);
    if (expression.type === 'AssignmentExpression') return this.isNewLock(bare(expression['right'] as Node));
    const callee = expression.type === 'CallExpression' ? bare(expression['callee'] as Node) : undefined;
    return callee?.type === 'MemberExpression' && this.isMap(callee['object'] as Node);
  }

  private isNewLock(node: Node): boolean {
    const { unit } = this.own;
    const calls = unit.facts.functions.flatMap((_, fn) => unit.callsIn(fn));
    const made = calls.find(({ span, isNew }) => isNew && same(span, spanOf(node)));
    return made !== undefined && this.project.entities.result(unit, made.id)?.k === 'lock';
  }

  private isMap(node: Node): boolean {
    const text = this.text(bare(node));
    return text === this.own.name || text === `this.${this.own.name}`;
  }

  /** `locks.get(key)`: taken where it stands, kept in a variable, or given by a function that does nothing else. */
  private lookup(path: readonly Node[]): string | undefined {
    const call = path.at(-3)!;
    const [argument] = call['arguments'] as Node[];
    if (!argument || argument.type === 'SpreadElement') return 'a lock is looked up in an unusual way';
    const key = this.text(argument);
    const variable = this.own.unit.facts.bindings.find(({ refs }) =>
      refs.some(({ span }) => same(span, spanOf(argument))),
    );
    if (/[([]/.test(key) || (variable && variable.writes > 0))
      return `the key \`${key}\` is computed, or changed later`;
    return this.held(path.slice(0, -2), key);
  }

  /** An expression whose value is the lock of a key. */
  private held(path: readonly Node[], key: string): string | undefined {
    let at = path.length - 1;
    while (isWrapper(path[at - 1], path[at]!)) at--;
    const parent = path[at - 1]!;
    if (parent.type === 'MemberExpression' && parent['object'] === path[at])
      return this.section(path.slice(0, at), key);
    if (parent.type === 'ReturnStatement') return this.giver(path.slice(0, at), key);
    if (parent.type !== 'VariableDeclarator' || (parent['id'] as Node).type !== 'Identifier')
      return 'the lock of a key is handed on';
    const declaration = path[at - 2]!;
    if ((declaration['declarations'] as Node[]).length > 1) return 'the lock of a key is declared together with others';
    const [start] = spanOf(parent['id'] as Node);
    const binding = this.own.unit.facts.bindings.find(({ span }) => span[0] === start)!;
    const paths = binding.refs.filter(({ span }) => span[0] !== start).map(({ span }) => this.source.around(span));
    this.remove(declaration);
    return this.variable({ key, paths });
  }

  private variable({ key, paths }: KeyedLock): string | undefined {
    for (const path of paths) {
      if (this.isGone(path)) continue;
      const at = path.findLastIndex((node) => node.type === 'IfStatement' || node.type === 'ExpressionStatement');
      // `if (!lock) lock = new Mutex();`, whose `set` may stand after it.
      if (at >= 0 && this.isUpkeep(path[at]!)) this.remove(path[at]!);
      else {
        const refused = this.held(path, key);
        if (refused) return refused;
      }
    }
    return undefined;
  }

  /** `lock.runExclusive(work)` becomes `locks.withLock(key, work)`. */
  private section(path: readonly Node[], key: string): string | undefined {
    const member = path.at(-1)!;
    const call = path.at(-2)!;
    const name = (member['property'] as Node)['name'] as string;
    const method = this.model.methods[name];
    const args = call.type === 'CallExpression' ? (call['arguments'] as Node[]) : [];
    if (method?.does !== 'section' || method.callback !== 0 || args.length !== 1)
      return `\`${name}\` has no counterpart in a \`KeyedMutex\``;
    const map = this.own.binding === undefined ? `this.${this.own.name}` : this.own.name;
    this.rewriting.replace([spanOf(call)[0], spanOf(args[0]!)[0]], `${map}.withLock(${key}, `);
    return undefined;
  }

  /** `function lockOf(key) { … return lock; }`: the function goes, and its callers pass the key. */
  private giver(path: readonly Node[], key: string): string | undefined {
    const at = path.findLastIndex(isFunction);
    const owner = path[at]!;
    const [parameter, ...more] = owner['params'] as Node[];
    const refused = 'the function that gives the lock of a key does more than that';
    if (owner.type !== 'FunctionDeclaration' || parameter?.['name'] !== key || more.length > 0) return refused;
    const statements = (owner['body'] as Node)['body'] as Node[];
    const rest = statements.filter((one) => one !== path.at(-1) && !this.gone.some((span) => same(span, spanOf(one))));
    if (rest.some((one) => !this.isUpkeep(one))) return refused;
    if (path[at - 1]?.type !== 'Program')
      return 'the function that gives the lock of a key can be called from other files';
    const [start] = spanOf(owner['id'] as Node);
    const binding = this.own.unit.facts.bindings.find(({ span }) => span[0] === start)!;
    if (this.gone.some((span) => same(span, spanOf(owner)))) return undefined;
    this.remove(owner);
    for (const { span } of binding.refs) {
      if (span[0] === start) continue;
      const use = this.source.around(span);
      const call = use.at(-2);
      const [argument, ...others] = call?.type === 'CallExpression' ? (call['arguments'] as Node[]) : [];
      if (!argument || others.length > 0 || call!['callee'] !== use.at(-1))
        return 'the function that gives the lock of a key is handed on';
      const held = this.held(use.slice(0, -1), this.text(argument));
      if (held) return held;
    }
    return undefined;
  }

  private redeclare(): string | undefined {
    const { unit, name, type, values } = this.own;
    const made = values.length === 1 ? bare(this.source.around(values[0]!.value.span).at(-1)!) : undefined;
    const call = made && values[0]!.value.v === 'call' ? unit.call(values[0]!.value.id)?.op : undefined;
    if (!call?.isNew || call.args.length > 0) return `\`${name}\` is made elsewhere, or with entries`;
    const isTyped = /\.[cm]?tsx?$/.test(unit.path);
    const key = call.typeArgs[0] ?? (type?.t === 'ref' ? type.args[0] : undefined);
    if (isTyped && !key) return `the type of the keys of \`${name}\` is not written`;
    const args = isTyped ? `<${unit.slice(key!.span)}>` : '';
    this.rewriting.replace(call.span, `new KeyedMutex${args}()`);
    if (type) this.rewriting.replace(type.span, `KeyedMutex${args}`);
    return undefined;
  }
}

/** The method by which a mention uses what it names. */
function methodOf(path: readonly Node[]): string | undefined {
  const [call, member, node] = path.slice(-3);
  if (member?.type !== 'MemberExpression' || member['object'] !== node || call?.type !== 'CallExpression')
    return undefined;
  return call['callee'] === member ? ((member['property'] as Node)['name'] as string) : undefined;
}

/** Whether a test has no other purpose than to decide whether a statement runs. */
function isOnlyFor(path: readonly Node[], at: number): boolean {
  const [around, outer] = [path[at - 2], path[at - 1]];
  if (outer?.type === 'IfStatement') return outer['alternate'] == null && outer['consequent'] === path[at];
  const isAlone = outer?.type === 'BlockStatement' && (outer['body'] as Node[]).length === 1;
  return isAlone && around?.type === 'IfStatement' && around['alternate'] == null;
}

/** `locks.get(key)!`, `locks.get(key) ?? new Mutex()`: the value is that of the inner expression, or a new lock. */
function isWrapper(outer: Node | undefined, inner: Node): boolean {
  if (!outer) return false;
  if (outer.type === 'TSNonNullExpression' || outer.type === 'ChainExpression') return true;
  if (outer.type !== 'LogicalExpression' || outer['left'] !== inner) return false;
  return bare(outer['right'] as Node).type === 'NewExpression';
}
