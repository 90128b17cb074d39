import { mentions } from '../mention.js';
import { spanOf, type Node } from '../ast/node.js';
import type { Edit } from '../findings.js';
import type { Linked } from '../link/linked.js';
import type { Section } from '../link/section.js';
import type { SoleBranch } from '../link/sole-branch.js';
import { dataReferences, lockText } from './data-references.js';
import { lower, type Draft, type Outcome } from './outcome.js';
import { RUNTIME } from './runtime-module.js';
import { Source } from './source.js';
import { callbackCall } from './callback-call.js';
import { ownReturns } from './own-returns.js';

/** A section `if (p(value)) { … }` on a readers-writer lock becomes `conditionalUpdate(lock, p, …)`. */
export function conditionalUpdateFix(
  project: Linked,
  section: Section,
  { branch }: SoleBranch,
  doubt: string | undefined,
): Outcome {
  const source = Source.of(project, section.unit);
  const lock = lockText(source, section);
  const whole = lock === undefined ? undefined : placeOf(source, section);
  if (lock === undefined || !whole)
    return { refused: 'the result of the section is used, or it is not a statement of its own' };
  const references = dataReferences(project, source, section);
  if (typeof references === 'string') return { refused: references };
  const node = source.around(branch.test.span).findLast((one) => one.type === 'IfStatement')!;
  const consequent = node['consequent'] as Node;
  if (ownReturns([consequent]).length > 0) return { refused: 'the update returns from the function' };
  const guardName = guardOf(
    source,
    references.map((path) => path.at(-1)!),
  );
  const test = replaced(
    source,
    branch.test.span,
    references.map((path) => path.at(-1)!),
    'value',
  );
  if (mentions(source.text(branch.test.span).replaceAll('.value', ''), 'value'))
    return { refused: 'the test has a variable that is named `value` already' };
  const waits = /\bawait\b/.test(source.text(spanOf(consequent))) ? 'async ' : '';
  const body = bodyText(source, consequent, spanOf(whole)[0]);
  const call = `conditionalUpdate(${lock}, (value) => ${test}, ${waits}(${guardName}) => ${body})`;
  return drafted(
    {
      title: `Use \`conditionalUpdate\`: test under the read side, write only when needed`,
      tier: 'safe',
      edits: [...outerEdits(source, section, whole, `await ${call};`)],
      imports: [{ path: source.unit.path, module: RUNTIME, name: 'conditionalUpdate', kind: 'value' }],
    },
    doubt,
  );
}

/** Beside plain fields: the test is made before the lock is asked for, and again under it. */
export function testFirstFix(
  project: Linked,
  section: Section,
  { branch }: SoleBranch,
  doubt: string | undefined,
): Outcome {
  const source = Source.of(project, section.unit);
  const whole = placeOf(source, section);
  if (!whole) return { refused: 'the result of the section is used, or it is not a statement of its own' };
  const test = source.text(branch.test.span);
  const acquire = source.statement(section.acquire.span)!.node;
  const [from, to] = [spanOf(acquire)[0], spanOf(whole)[1]];
  const indent = source.indent(from);
  const step = source.step;
  const inner = source.deeper([from, to]);
  const text =
    acquire === whole && !inner.includes('\n')
      ? `if (${test}) ${inner}`
      : `if (${test}) {${source.eol}${indent}${step}${inner}${source.eol}${indent}}`;
  return drafted(
    {
      title: 'Test before the lock is asked for, too',
      tier: 'safe',
      edits: [{ path: source.unit.path, span: [from, to], text }],
    },
    doubt,
  );
}

function drafted(fix: Draft, doubt: string | undefined): Draft {
  return doubt ? lower(fix, 'unsafe', doubt) : fix;
}

/** The statement that a section is: the call of a callback form, or the `try` after a plain acquire. */
function placeOf(source: Source, section: Section): Node | undefined {
  const statement = source.statement(section.acquire.span);
  if (!statement) return undefined;
  if (section.form === 'callback') {
    const found = callbackCall(source, section);
    if (typeof found === 'string') return undefined;
    return found.path[found.outer - 1]?.type === 'ExpressionStatement' ? statement.node : undefined;
  }
  const next = statement.siblings[statement.index + 1];
  const finalizer = next?.['finalizer'] as Node | null | undefined;
  const alone =
    next?.type === 'TryStatement' &&
    next['handler'] == null &&
    (finalizer?.['body'] as Node[] | undefined)?.length === 1;
  return section.form === 'manual' && alone ? next : undefined;
}

function outerEdits(source: Source, section: Section, whole: Node, text: string): Edit[] {
  const acquire = source.statement(section.acquire.span)!.node;
  return [{ path: source.unit.path, span: [spanOf(acquire)[0], spanOf(whole)[1]], text }];
}

/** The name of the guard in the update; every use of the data goes through it. */
function guardOf(source: Source, nodes: readonly Node[]): string {
  const used = nodes.find(({ type }) => type === 'MemberExpression');
  return used ? source.text(spanOf(used['object'] as Node)) : 'guard';
}

/** A text with the uses of the data in it replaced by a name. */
function replaced(source: Source, span: readonly [number, number], nodes: readonly Node[], name: string): string {
  const inside = nodes
    .map(spanOf)
    .filter(([start, end]) => span[0] <= start && end <= span[1])
    .sort((one, other) => other[0] - one[0]);
  let text = source.text(span);
  for (const [start, end] of inside) text = text.slice(0, start - span[0]) + name + text.slice(end - span[0]);
  return text;
}

function bodyText(source: Source, consequent: Node, at: number): string {
  const base = source.indent(at);
  const step = source.step;
  const span = spanOf(consequent);
  if (consequent.type !== 'BlockStatement')
    return `{${source.eol}${base}${step}${source.text(span)}${source.eol}${base}}`;
  const own = source.indent(span[1] - 1);
  return source
    .text(span)
    .split('\n')
    .map((line, index) => (index > 0 && line.startsWith(own) ? base + line.slice(own.length) : line))
    .join('\n');
}
