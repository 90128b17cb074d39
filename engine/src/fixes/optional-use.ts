import { mentions } from '../mention.js';
import { spanOf, type Node } from '../ast/node.js';
import type { OptionalCell } from '../link/optional-cell.js';
import type { Section } from '../link/section.js';
import { isDiscarded, type Reference } from './data-references.js';
import { presenceOf } from './presence.js';
import type { Rewriting } from './rewriting.js';

/** Turns the uses of an optional value in one section into operations of the `OptionalArc` that takes its place. */
export class OptionalUse {
  readonly doubts: string[] = [];
  /** The statement that takes the place of the one that took the lock. */
  instead: string | undefined;
  private readonly rewriting: Rewriting;
  private readonly target: string;
  private readonly optional: OptionalCell;
  private readonly callbacks: ReadonlySet<Node>;

  constructor(rewriting: Rewriting, target: string, optional: OptionalCell, callbacks: ReadonlySet<Node>) {
    this.rewriting = rewriting;
    this.target = target;
    this.optional = optional;
    this.callbacks = callbacks;
  }

  section(section: Section, references: readonly Reference[], held: boolean): string | undefined {
    const writes = references.filter(isTarget);
    const reads = references.filter((reference) => !isTarget(reference));
    for (const reference of writes) {
      const refused = this.write(reference);
      if (refused) return refused;
    }
    if (reads.some((reference) => this.needsName(reference, held))) return this.named(section, reads, writes);
    for (const reference of reads) {
      const refused = this.read(reference, held);
      if (refused) return refused;
    }
    return undefined;
  }

  /** A use that no section holds. A field that has one which is no single step is not reported: nobody reads why. */
  outside(reference: Reference): string | undefined {
    if (isTarget(reference)) return this.write(reference);
    if (this.needsName(reference, false)) return 'unreported';
    return this.read(reference, false);
  }

  // ---- writes ------------------------------------------------------------------------------------------------------

  private write(reference: Reference): string | undefined {
    const node = reference.at(-2)!;
    if (node.type !== 'AssignmentExpression' || node['operator'] !== '=')
      return `\`${this.optional.name}\` is changed by more than an assignment`;
    if (!isDiscarded(reference.slice(0, -1), this.callbacks)) return 'the result of a write is used';
    const right = node['right'] as Node;
    if (isAbsence(right)) {
      this.rewriting.replace(spanOf(node), `${this.target}.clear()`);
      return undefined;
    }
    const presence = presenceOf(this.rewriting.source, right);
    if (presence === 'optional') return this.setOrClear(reference, right);
    if (presence === 'unknown')
      this.doubts.push(
        `\`${this.text(right)}\` is not provably a value: an \`OptionalArc\` takes neither \`null\` nor \`undefined\``,
      );
    this.rewriting.replace([spanOf(node)[0], spanOf(right)[0]], `${this.target}.set(`);
    this.rewriting.replace([spanOf(right)[1], spanOf(node)[1]], ')');
    return undefined;
  }

  /** What is written may be absent by its type, and then clears. */
  private setOrClear(reference: Reference, right: Node): undefined {
    const value = this.text(right);
    const [test, clear, set] = [`${value} === undefined`, `${this.target}.clear()`, `${this.target}.set(${value})`];
    const statement = reference.at(-3);
    // On one line, for the lines of a section are moved out.
    if (statement?.type === 'ExpressionStatement')
      this.rewriting.replace(spanOf(statement), `if (${test}) ${clear}; else ${set};`);
    else this.rewriting.replace(spanOf(reference.at(-2)!), `${test} ? ${clear} : ${set}`);
  }

  // ---- reads -------------------------------------------------------------------------------------------------------

  /** A read that relies on an earlier test: `if (x) … x.query()`. Two calls of `get()` would not narrow each other. */
  private needsName(reference: Reference, held: boolean): boolean {
    const parent = reference.at(-2);
    const node = reference.at(-1);
    if (parent?.type === 'TSNonNullExpression') return true;
    if (parent?.type !== 'MemberExpression' || parent['object'] !== node) return false;
    if (parent['optional'] !== true) return true;
    return held && this.chain(reference) === undefined;
  }

  private read(reference: Reference, held: boolean): string | undefined {
    const node = reference.at(-1)!;
    const parent = reference.at(-2);
    const comparison = absenceComparison(parent, node);
    if (comparison !== undefined) {
      if (this.optional.absent === 'both' && /^[!=]==$/.test(parent!['operator'] as string)) return this.twoAbsences();
      const tight = /^(Binary|Unary|Member|Await)Expression$/.test(reference.at(-3)?.type ?? '');
      const text = `${comparison ? '' : '!'}${this.target}.isSet`;
      this.rewriting.replace(spanOf(parent!), tight && !comparison ? `(${text})` : text);
      return undefined;
    }
    if (isTest(parent, node)) {
      this.rewriting.replace(spanOf(node), `${this.target}.isSet`);
      return undefined;
    }
    const chain = held ? this.chain(reference) : undefined;
    if (chain) {
      this.with(node, chain);
      return undefined;
    }
    if (this.optional.absent === 'both' && parent?.type !== 'MemberExpression') return this.twoAbsences();
    if (held && !/^(ExpressionStatement)$/.test(parent?.type ?? '')) return 'the value leaves a section that waits';
    const plain = parent?.type === 'MemberExpression' || this.optional.absent === 'undefined';
    const text = plain ? `${this.target}.get()` : `(${this.target}.get() ?? null)`;
    const shorthand = parent?.type === 'Property' && parent['shorthand'] === true ? `${this.text(node)}: ` : '';
    const short = /^(Return|Expression)Statement$|^VariableDeclarator$/.test(parent?.type ?? '')
      ? text.replace(/^\((.*)\)$/, '$1')
      : text;
    this.rewriting.replace(spanOf(node), shorthand + (plain ? text : short));
    return undefined;
  }

  private twoAbsences(): string {
    return `\`${this.optional.name}\` may be \`null\` or \`undefined\`, and a use may tell them apart`;
  }

  /** The call `x?.query(sql)` whose promise a section waits for, when that is all it does with the value. */
  private chain(reference: Reference): Node | undefined {
    const top = reference.findLast((node) => node.type === 'ChainExpression');
    if (!top || (top['expression'] as Node).type !== 'CallExpression') return undefined;
    const outer = reference[reference.indexOf(top) - 1];
    const waited =
      outer?.type === 'AwaitExpression' ||
      outer?.type === 'ReturnStatement' ||
      outer?.type === 'ArrowFunctionExpression';
    const rest = this.rewriting.source.text([spanOf(reference.at(-1)!)[1], spanOf(top)[1]]);
    return waited && /^\?\.[A-Za-z_$]/.test(rest) && !/\?\./.test(rest.slice(2).split('(')[0]!) ? top : undefined;
  }

  private with(node: Node, chain: Node): void {
    const name = this.freeName(chain);
    this.rewriting.replace(
      [spanOf(node)[0], spanOf(node)[1] + '?.'.length],
      `${this.target}.with((${name}) => ${name}.`,
    );
    const end = spanOf(chain)[1];
    this.rewriting.replace([end, end], ')');
  }

  /** Reads the value once, where the lock was taken, and uses that from then on. */
  private named(section: Section, reads: readonly Reference[], writes: readonly Reference[]): string | undefined {
    const { source } = this.rewriting;
    const firstWrite = Math.min(...writes.map((reference) => spanOf(reference.at(-1)!)[0]));
    if (reads.some((reference) => spanOf(reference.at(-1)!)[0] > firstWrite))
      return 'a section reads the value after it wrote it';
    const first = section.callback === undefined ? undefined : this.body(section);
    if (section.callback !== undefined && !first) return 'a section that relies on a test is an expression';
    const name = this.freeName(first ?? reads[0]!.at(-3)!);
    const declaration = `const ${name} = ${this.target}.get();`;
    if (first) {
      const place = spanOf(first)[0];
      this.rewriting.replace([place, place], `${declaration}${source.eol}${source.indent(section.acquire.span[0])}`);
    } else this.instead = declaration;
    for (const reference of reads) {
      const node = reference.at(-1)!;
      const parent = reference.at(-2)!;
      const shorthand =
        parent.type === 'Property' && parent['shorthand'] === true && this.text(node) !== name
          ? `${this.text(node)}: `
          : '';
      this.rewriting.replace(spanOf(node), shorthand + name);
    }
    return undefined;
  }

  private body(section: Section): Node | undefined {
    const { span } = section.unit.fn(section.callback!);
    const callback = this.rewriting.source
      .around(span)
      .find((node) => this.callbacks.has(node) && spanOf(node)[0] === span[0]);
    const body = callback?.['body'] as Node | undefined;
    return body?.type === 'BlockStatement' ? (body['body'] as Node[])[0] : undefined;
  }

  /** A name for the value: that of the field, or of its type, that the function does not use. */
  private freeName(place: Node): string {
    const around = this.rewriting.source
      .around(spanOf(place))
      .findLast((node) => /Function/.test(node.type) && !this.callbacks.has(node));
    const text = around ? this.text(around) : '';
    const own = this.target
      .split('.')
      .at(-1)!
      .replace(/^[#_]+|(Lock|Mutex|Handle|Ref)$/g, '');
    const [part] = this.optional.value ?? [];
    const typed = part?.t === 'ref' ? part.name.split('.').at(-1)! : '';
    const names = [typed && typed[0]!.toLowerCase() + typed.slice(1), own, 'value', 'current', 'present'];
    return names.find((name) => name !== '' && /^[A-Za-z_$][\w$]*$/.test(name) && !mentions(text, name)) ?? 'held';
  }

  private text(node: Node): string {
    return this.rewriting.source.text(spanOf(node));
  }
}

function isTarget(reference: Reference): boolean {
  const parent = reference.at(-2);
  if (parent?.type === 'UpdateExpression') return true;
  return parent?.type === 'AssignmentExpression' && parent['left'] === reference.at(-1);
}

function isAbsence(node: Node): boolean {
  return (
    (node.type === 'Identifier' && node['name'] === 'undefined') ||
    (node.type === 'Literal' && node['value'] === null && node['raw'] === 'null')
  );
}

/** Whether `x === undefined` and the like hold when there is a value; undefined for any other expression. */
export function absenceComparison(parent: Node | undefined, node: Node): boolean | undefined {
  if (parent?.type === 'UnaryExpression' && parent['operator'] === '!') return false;
  if (parent?.type !== 'BinaryExpression' || !/^[!=]==?$/.test(parent['operator'] as string)) return undefined;
  const other = (parent['left'] === node ? parent['right'] : parent['left']) as Node;
  return isAbsence(other) ? (parent['operator'] as string).startsWith('!') : undefined;
}

function isTest(parent: Node | undefined, node: Node): boolean {
  if (parent?.type === 'IfStatement' || parent?.type === 'WhileStatement' || parent?.type === 'ConditionalExpression')
    return parent['test'] === node;
  return parent?.type === 'LogicalExpression' && parent['operator'] === '&&' && parent['left'] === node;
}
