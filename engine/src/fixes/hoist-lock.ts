import { mentions } from '../mention.js';
import { spanOf, type Node } from '../ast/node.js';
import type { Linked } from '../link/linked.js';
import { declarationOf, type Declaration } from '../link/lock-declaration.js';
import { nestings } from '../link/nesting.js';
import type { Lock, Section } from '../link/section.js';
import type { Target } from '../link/called-function.js';
import type { Unit } from '../link/unit.js';
import { localName } from './local-name.js';
import { lower, type Draft, type Outcome } from './outcome.js';
import { Rewriting } from './rewriting.js';
import { Source } from './source.js';

/**
 * A lock that each call of a function makes for itself is made once: as a private field where a method guards what its object has, else in
 * the module. It must not depend on the call, and its sections must wait for no lock, for then those who now share it could deadlock.
 */
export function hoistLockFix(project: Linked, lock: Lock): Outcome {
  // A lock that a function makes for itself is a variable of it.
  const own = declarationOf(project, lock)!;
  const { unit, name } = own;
  const source = Source.of(project, unit);
  const variable = source.enclosing(own.nameSpan, 'VariableDeclaration');
  if (!variable || (variable['declarations'] as Node[]).length !== 1)
    return { refused: `\`${name}\` is declared together with others` };
  const owner = unit.facts.bindings[own.binding!]!.owner;
  const waited = lock.sections
    .flatMap(({ trace, hold }) => nestings(project, trace).filter(({ outer }) => outer === hold))
    .at(0);
  if (waited)
    return {
      refused: `a section of \`${name}\` waits for \`${waited.inner.ref.name}\`, and could deadlock once calls share \`${name}\``,
    };
  const again = lock.sections.some((section) =>
    calls(project, section).some((target) => project.summaries.graph.leadsTo(target, { unit, fn: owner })),
  );
  if (again)
    return { refused: `a section calls \`${unit.fn(owner).symbol}\` again, which would then wait for its own caller` };
  const known = localName(unit, own.values[0]!.value.span);
  if (known) return { refused: `\`${name}\` is made with \`${known}\`, which only the call knows` };
  const cls = classToHold(unit, own);
  if (isTaken(unit, own, cls)) return { refused: `\`${name}\` is in use already where the lock would be declared` };
  if (cls === undefined && isCalledBefore(project, unit, owner, source.around(spanOf(variable))[1]!))
    return { refused: `\`${unit.fn(owner).symbol}\` is called before the place where \`${name}\` would be made` };
  const rewriting = new Rewriting(source);
  if (cls === undefined) toModule(rewriting, variable);
  else toField(rewriting, own, cls);
  rewriting.remove(variable);
  const fix: Draft = {
    title: cls === undefined ? `Make \`${name}\` once, in the module` : `Make \`${name}\` once, in a private field`,
    tier: 'safe',
    edits: rewriting.finish(),
  };
  return lower(
    fix,
    'unsafe',
    `calls of \`${unit.fn(owner).symbol}\` now wait for each other${cls === undefined ? '' : ', those of one object'}`,
  );
}

/** The project functions that a section calls. */
function calls({ summaries }: Linked, { unit, steps, trace, hold }: Section): Target[] {
  const called = steps.flatMap(({ op, fn }) => (op.op === 'call' ? (summaries.target(unit, fn, op) ?? []) : []));
  const named = trace.references.filter((reference) => reference.hold === hold);
  return [...called, ...named.flatMap(({ callee, fn, op }) => summaries.target(unit, fn, { ...op, callee }) ?? [])];
}

/** A function may be called above its declaration, where a constant of the module is not there yet. */
function isCalledBefore({ summaries }: Linked, unit: Unit, fn: number, statement: Node): boolean {
  return unit.callsIn(0).some((op) => {
    const target = op.span[0] < spanOf(statement)[0] ? summaries.target(unit, 0, op) : undefined;
    return target !== undefined && summaries.graph.leadsTo(target, { unit, fn });
  });
}

/** The class in whose field the lock belongs: its method works on `this`. */
function classToHold(unit: Unit, own: Declaration): number | undefined {
  const { thisClass, static: isStatic, span } = unit.fn(unit.facts.bindings[own.binding!]!.owner);
  return thisClass !== undefined && !isStatic && mentions(unit.slice(span), 'this') ? thisClass : undefined;
}

function isTaken(unit: Unit, own: Declaration, cls: number | undefined): boolean {
  if (cls !== undefined) return unit.classOf(cls).members.some(({ name }) => name.replace('#', '') === own.name);
  return unit.facts.bindings.some((binding, id) => id !== own.binding && binding.name === own.name);
}

function toModule(rewriting: Rewriting, variable: Node): void {
  const { source } = rewriting;
  const [outermost] = source.around(spanOf(variable)).filter((node) => node !== source.program);
  const start = commentsBefore(source, spanOf(outermost!)[0]);
  rewriting.replace([start, start], `${source.text(spanOf(variable))}${source.eol}${source.eol}`);
}

/** Written as the other private fields of the file are. */
function toField(rewriting: Rewriting, own: Declaration, cls: number): void {
  const { source } = rewriting;
  const { unit, name } = own;
  const isHash = /(?:this\.|^\s*)#\w/m.test(unit.text) || /\.[cm]?jsx?$/.test(unit.path);
  const field = isHash ? `#${name}` : name;
  const [{ value }] = own.values as [Declaration['values'][number]];
  const [first] = unit
    .classOf(cls)
    .members.map(({ span }) => span)
    .sort((one, other) => one[0] - other[0]);
  const start = first![0];
  const modifiers = isHash ? (/\.[cm]?tsx?$/.test(unit.path) ? 'readonly ' : '') : 'private readonly ';
  const text = `${modifiers}${field} = ${unit.slice(value.span)};${source.eol}${source.eol}${source.indent(start)}`;
  rewriting.replace([start, start], text);
  for (const { span } of unit.facts.bindings[own.binding!]!.refs)
    if (span[0] !== own.nameSpan[0]) rewriting.replace([span[0], span[0] + name.length], `this.${field}`);
}

/** Where a statement begins with the comments that stand directly before it. */
function commentsBefore(source: Source, start: number): number {
  const { text } = source.unit;
  const comment = source.comments.findLast(
    ({ end }) => end <= start && /^[ \t]*\r?\n?[ \t]*$/.test(text.slice(end, start)),
  );
  const alone = comment && /(^|\n)[ \t]*$/.test(text.slice(0, comment.start));
  return alone ? commentsBefore(source, comment.start) : start;
}
