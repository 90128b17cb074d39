import { mentions } from '../mention.js';
import { spanOf, type Node } from '../ast/node.js';
import { children } from '../ast/walk.js';
import type { Race } from '../link/dependence/races.js';
import type { Linked } from '../link/linked.js';
import type { Section } from '../link/section.js';
import type { Unit } from '../link/unit.js';
import { declaredNames } from './names.js';
import { isRefusal, lower, type Draft, type Outcome } from './outcome.js';
import { Rewriting } from './rewriting.js';
import { Source } from './source.js';

const ASSUMPTION =
  'what is decided now goes by what the holders before have left, and is decided after the wait for the lock';

/** Moves what is read or tested to the start of the section that goes by it, in each section where that can be done. */
export function recheckFix(project: Linked, unit: Unit, races: readonly [Race, ...Race[]]): Outcome {
  const drafts = new Map<number, Draft>();
  let refusal: Outcome | undefined;
  for (const race of races) {
    const outcome = moveIntoSection(project, unit, race);
    if (isRefusal(outcome)) refusal ??= outcome;
    else if (!drafts.has(race.root)) drafts.set(race.root, outcome);
  }
  const [first, ...others] = drafts.values();
  if (!first) return refusal!;
  if (others.length === 0) return first;
  const title = `Read it after the lock is taken, in ${others.length + 1} sections`;
  return { ...first, title, edits: [first, ...others].flatMap((draft) => draft.edits) };
}

/** Moves the statement that reads or tests to the start of the section that goes by it. */
function moveIntoSection(project: Linked, unit: Unit, race: Race): Outcome {
  const section = project
    .sections(unit)
    .find((one) => one.ref.id === race.lock!.id && one.steps.some((step) => step.op === race.op));
  const source = Source.of(project, unit);
  const moved = source.statement(race.read.op.span);
  const taken = section && source.statement(section.acquire.span);
  if (!section || !moved || !taken || (section.through && section.form !== 'callback'))
    return { refused: 'the lock is taken in a helper' };
  if (moved.siblings !== taken.siblings || moved.index >= taken.index)
    return { refused: 'the reading does not stand beside the acquire' };
  const between = moved.siblings.slice(moved.index + 1, taken.index + 1);
  const start = startOf(source, section, taken);
  if (start === undefined) return { refused: 'the section has no block that a statement can be moved into' };
  const refused = isMovable(source, section, moved.node, between, taken);
  if (refused) return { refused };
  const rewriting = new Rewriting(source);
  const span = spanOf(moved.node);
  if (source.losesComment([span[0], spanOf(moved.siblings[moved.index + 1]!)[0]], [span]))
    return { refused: 'a comment stands after the reading' };
  rewriting.remove(moved.node);
  const body = source.deeper(span);
  rewriting.replace(
    [start.offset, start.offset],
    start.inBlock ? `${source.eol}${start.indent}${body}` : `${source.eol}${start.indent}${source.text(span)}`,
  );
  return lower(
    { title: 'Read it after the lock is taken', tier: 'safe', edits: rewriting.finish() },
    'unsafe',
    ASSUMPTION,
  );
}

interface Start {
  readonly offset: number;
  readonly indent: string;
  readonly inBlock: boolean;
}

/** Where the section's first statement would stand: in the callback, in the `try` after the acquire, or after a `using`. */
function startOf(
  source: Source,
  section: Section,
  taken: { node: Node; siblings: readonly Node[]; index: number },
): Start | undefined {
  const indent = source.indent(spanOf(taken.node)[0]);
  const deeper = indent + source.step;
  if (section.callback !== undefined) {
    const [open] = section.unit.fn(section.callback).bodySpan;
    return section.unit.text[open] === '{' ? { offset: open + 1, indent: deeper, inBlock: true } : undefined;
  }
  if (section.form === 'using') return { offset: spanOf(taken.node)[1], indent, inBlock: false };
  const next = taken.siblings[taken.index + 1];
  if (next?.type !== 'TryStatement') return undefined;
  return { offset: spanOf(next['block'] as Node)[0] + 1, indent: deeper, inBlock: true };
}

function isMovable(
  source: Source,
  section: Section,
  node: Node,
  between: readonly Node[],
  taken: { siblings: readonly Node[]; index: number },
): string | undefined {
  if (awaits(node)) return 'the reading itself waits';
  if (node.type === 'VariableDeclaration') {
    const names = declaredNames([node]);
    const last = section.callback === undefined && section.form === 'manual' ? 2 : 1;
    const outside = [...between.slice(0, -1), ...taken.siblings.slice(taken.index + last)];
    const used = names.find((name) => outside.some((one) => mentions(source.text(spanOf(one)), name)));
    if (section.form !== 'using' && used) return `\`${used}\` is used outside of the section too`;
    const acquire = source.text(section.acquire.callee.span);
    return names.some((name) => mentions(acquire, name)) ? 'the lock is chosen by what is read' : undefined;
  }
  if (node.type === 'IfStatement' && node['alternate'] == null) {
    if (!leaves(node['consequent'] as Node)) return 'the test does more than leave the function';
    const returns = returnsIn(node);
    return section.callback !== undefined && returns
      ? 'the test returns from the function, not from the section'
      : undefined;
  }
  if (node.type === 'ExpressionStatement') return undefined;
  return 'the reading is a part of a larger statement';
}

function leaves(node: Node): boolean {
  const statements = node.type === 'BlockStatement' ? (node['body'] as Node[]) : [node];
  return statements.length === 1 && /^(Return|Throw)Statement$/.test(statements[0]!.type);
}

function returnsIn(node: Node): boolean {
  return node.type === 'ReturnStatement' || (!/Function/.test(node.type) && [...children(node)].some(returnsIn));
}

function awaits(node: Node): boolean {
  return node.type === 'AwaitExpression' || (!/Function/.test(node.type) && [...children(node)].some(awaits));
}
