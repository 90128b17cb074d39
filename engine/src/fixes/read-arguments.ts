import { mentions } from '../mention.js';
import { bare, spanOf, type Node } from '../ast/node.js';
import { children, pathTo } from '../ast/walk.js';
import type { CallOp, TypeFact } from '../facts/format.js';
import type { Span } from '../findings.js';
import { survivesClone } from '../link/cloneable.js';
import { contains } from '../link/enclosing.js';
import type { Linked } from '../link/linked.js';
import { dataType, declarationAt, declarationOf, makings, type Declaration } from '../link/lock-declaration.js';
import { parameterUse } from '../link/parameter-use.js';
import type { AccessStep, Section } from '../link/section.js';
import { isBarePath, renamed, type Frame } from './quick-read-frame.js';
import type { Source } from './source.js';
import { same } from '../ast/span.js';
import { isFirstEvaluated } from './callback-call.js';

/** An argument of the awaited call that hands guarded state on. */
export interface ReadArgument {
  readonly node: Node;
  /** The constant that stands for it once it is read. */
  readonly name: string;
  /** As the extractor returns it. */
  readonly text: string;
  /** The guarded object itself, which has to be copied. */
  readonly copied: boolean;
}

export interface ReadArguments {
  readonly read: readonly ReadArgument[];
  /** What the fix takes for granted of the copies, as a clause. */
  readonly assumed?: string;
}

/**
 * `await render(this.members)`: guarded state is used for nothing but the arguments of the first awaited call, which are
 * evaluated before it waits. They can be read, and copied, under the lock, and the call can work on the copy without it.
 */
export function readArguments(
  project: Linked,
  source: Source,
  section: Section,
  frame: Frame,
  shared: readonly AccessStep[],
): ReadArguments | { refused: string } {
  const wait = section.suspensions[0];
  const call = wait && awaitedCall(source, wait.span);
  const value = wait?.op.op === 'await' ? wait.op.of : undefined;
  const found = value?.v === 'call' ? section.unit.call(value.id) : undefined;
  if (!call || !found) return { refused: 'guarded state is read after the first wait, or in the same statement' };
  const { node, path, at } = call;
  const statement = source.statement(spanOf(node))?.node;
  if (!statement || !frame.statements.includes(statement) || !isFirstEvaluated(path, at, statement))
    return { refused: 'the call that gets guarded state is part of a larger statement' };
  const used = new Map<Node, AccessStep[]>();
  for (const access of shared) {
    const argument = (node['arguments'] as Node[]).find((one) => contains(spanOf(one), access.cell.span));
    if (!argument) return { refused: 'guarded state is read after the first wait, or in the same statement' };
    if (access.cell.how === 'write')
      return { refused: `\`${access.cell.name}\` is changed in an argument of the call` };
    if (pathTo(argument, access.cell.span).some(({ type }) => /Function/.test(type)))
      return { refused: `\`${access.cell.name}\` is used by a function that the call gets` };
    used.set(argument, [...(used.get(argument) ?? []), access]);
  }
  const other = [node['callee'] as Node, ...(node['arguments'] as Node[])].find((one) => !used.has(one) && acts(one));
  if (other) return { refused: `\`${source.text(spanOf(other))}\` is evaluated before the call, with effects` };
  return namedArguments(project, source, section, frame, { node, op: found.op, fn: found.fn }, used);
}

/** The call that an `await` waits for, with the nodes around it and the place of the `await` among them. */
function awaitedCall(source: Source, wait: Span): { node: Node; path: Node[]; at: number } | undefined {
  const path = source.around(wait);
  const at = path.findLastIndex((node) => node.type === 'AwaitExpression' && same(spanOf(node), wait));
  const node = path[at] && bare(path[at]['argument'] as Node);
  return node?.type === 'CallExpression' ? { node, path: path.slice(0, at + 1), at } : undefined;
}

function namedArguments(
  project: Linked,
  source: Source,
  section: Section,
  frame: Frame,
  call: { node: Node; op: CallOp; fn: number },
  used: ReadonlyMap<Node, readonly AccessStep[]>,
): ReadArguments | { refused: string } {
  const callee = source.text(spanOf(call.node['callee'] as Node));
  const assumed: string[] = [];
  const read: ReadArgument[] = [];
  for (const [argument, accesses] of used) {
    const node = argument.type === 'SpreadElement' ? bare(argument['argument'] as Node) : argument;
    const copied = isBarePath(node) && accesses.some((access) => !access.primitive);
    const text = source.text(spanOf(node));
    const name = freeName(source, section, frame, text, [...read.map((one) => one.name)]);
    if (name === undefined) return { refused: `no name is free for a copy of \`${text}\`` };
    read.push({ node, name, text: frame.guard ? renamed(text, frame.guard) : text, copied });
    if (!copied) continue;
    const index = (call.node['arguments'] as Node[]).indexOf(argument);
    const use = parameterUse(project, section.unit, call.fn, call.op, index);
    if (use === 'changes') return { refused: `\`${callee}\` changes \`${text}\`, and a copy would not do` };
    const clones = survivesClone(project, section.unit, stateType(project, section, accesses[0]!));
    if (clones === 'no') return { refused: `\`${text}\` holds what \`structuredClone\` cannot copy` };
    if (use === 'unknown') assumed.push(`\`${callee}\` must not change \`${text}\``);
    if (clones === 'unknown') assumed.push(`\`${text}\` must survive \`structuredClone\``);
  }
  return assumed.length > 0 ? { read, assumed: assumed.join(', and ') } : { read };
}

/** What is written of the type of a cell: its annotation, or the container that it is made as. */
function stateType(project: Linked, section: Section, access: AccessStep): TypeFact | undefined {
  if (access.cell.id === `${section.lock.id}.value`) {
    const own = declarationOf(project, section.lock);
    return own && (dataType(project, own) ?? made(own, true));
  }
  const place = access.cell.declaration;
  const unit = place && project.program.unit(place.path);
  const declared = unit && declarationAt(unit, place.span);
  return declared && (declared.type ?? made(declared, false));
}

/** `Map<string, number>` of `new Map<string, number>()`, or of what a lock is made with. */
function made(declaration: Declaration, isArgument: boolean): TypeFact | undefined {
  for (const op of makings(declaration)) {
    const value = isArgument ? op.args[0] : undefined;
    const making = value?.v === 'call' ? declaration.unit.call(value.id)?.op : isArgument ? undefined : op;
    if (making?.isNew && making.callee.v === 'global')
      return { t: 'ref', name: making.callee.name, args: making.typeArgs, span: making.span };
  }
  return undefined;
}

/** `members` for `this.members`, the lock's own name for its data, or the same with `Copy` where that is taken. */
function freeName(
  source: Source,
  section: Section,
  frame: Frame,
  text: string,
  taken: readonly string[],
): string | undefined {
  const path = frame.guard && renamed(text, frame.guard) === 'value' ? section.ref.name : text;
  const last = /([\w$]+)(?:\[[^\]]*\])*$/.exec(path.replace(/^\[?\.{3}/, '').replace(/[\])]+$/, ''))?.[1] ?? 'copy';
  const fn = section.unit.fn(section.fn);
  const around = source.text(fn.span);
  return [last, `${last}Copy`].find(
    (name) => /^[A-Za-z_$]/.test(name) && !taken.includes(name) && !mentions(around, name),
  );
}

/** Whether evaluating an expression does more than look: what stands in a function only runs later. */
function acts(node: Node): boolean {
  if (/Function|Class/.test(node.type)) return false;
  if (/^(Call|New|Await|Yield|Assignment|Update|TaggedTemplate|Import)Expression$/.test(node.type)) return true;
  return [...children(node)].some(acts);
}
