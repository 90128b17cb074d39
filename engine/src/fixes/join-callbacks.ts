import { spanOf, type Node } from '../ast/node.js';
import type { AwaitOp } from '../facts/format.js';
import type { Edit, Span } from '../findings.js';
import { contains } from '../link/enclosing.js';
import type { Linked } from '../link/linked.js';
import type { Section } from '../link/section.js';
import { everyOp, type Unit } from '../link/unit.js';
import { callbackCall } from './callback-call.js';
import { mentions } from './names.js';
import type { Refusal } from './outcome.js';
import { crossing, type Region } from './region.js';
import { Rewriting } from './rewriting.js';
import { givesPromise, withoutCallback } from './without-callback.js';

/**
 * `const x = await lock.run(() => a); …; await lock.run(() => b(x));` becomes `await lock.run(async () => { const x = a; …; b(x); });`.
 * @param sections - all sections of the lock in the region, the one that writes last.
 */
export function joinCallbacks(
  project: Linked,
  region: Region,
  sections: readonly Section[],
): readonly Edit[] | Refusal {
  const { source, span } = region;
  const call = callOf(region, sections);
  if ('refused' in call) return call;
  const around = crossing(region);
  if ('refused' in around) return around;
  const rewriting = new Rewriting(source);
  for (const section of sections) {
    const isLast = around.prefix === '' && source.statement(section.acquire.span)?.node === region.statements.at(-1);
    const refused = withoutCallback(project, rewriting, section, isLast);
    if (refused) return { refused };
  }
  rewriting.indent(span);
  const indent = source.indent(span[0]);
  const inner = `${source.eol}${indent}${source.step}`;
  const async = isAsync(project, region, sections) ? 'async ' : '';
  rewriting.replace([span[0], span[0]], `${around.prefix}await ${call.head}${async}(${call.parameter}) => {${inner}`);
  const result = around.result === '' ? '' : `${inner}${around.result}${source.semicolon}`;
  rewriting.replace([span[1], span[1]], `${result}${source.eol}${indent}}${call.tail}${source.semicolon}`);
  return rewriting.finish();
}

/** How a lock is asked to run a callback: what stands before and after that, and what the callback is given. */
interface Call {
  readonly head: string;
  readonly tail: string;
  readonly parameter: string;
}

/** The call that the sections have in common: that of the last, if others only read where it writes. */
function callOf({ source, span }: Region, sections: readonly Section[]): Call | Refusal {
  const calls: Call[] = [];
  let between = source.text(span);
  for (const section of sections) {
    const found = callbackCall(source, section);
    if (typeof found === 'string') return { refused: found };
    const { acquire } = section;
    const callback = spanOf(found.callback);
    const params = (found.callback['params'] as Node[]).map(spanOf);
    calls.push({
      head: onOneLine(source.text([acquire.span[0], callback[0]])),
      tail: onOneLine(source.text([callback[1], acquire.span[1]])),
      parameter: params.length > 0 ? source.text([params[0]![0], params.at(-1)![1]]) : '',
    });
    between = between.replace(source.text(callback), '');
  }
  const last = calls.at(-1)!;
  const isAlike = ({ head, tail }: Call, index: number) =>
    (head === last.head && tail === last.tail) || isReadSide(sections[index]!, sections.at(-1)!);
  if (!calls.every(isAlike)) return { refused: 'the sections take the lock in different ways' };
  const parameters = new Set(calls.flatMap(({ parameter }) => parameter || []));
  const [parameter = '', ...others] = parameters;
  if (others.length > 0) return { refused: 'the lock gives the sections different things' };
  return parameter !== '' && mentions(between, parameter)
    ? { refused: `\`${parameter}\` is something else outside of the sections` }
    : { ...last, parameter };
}

function onOneLine(text: string): string {
  return text
    .replace(/,?\s*\)$/, ')')
    .replace(/\(\s+/g, '(')
    .replace(/\s+/g, ' ');
}

function isReadSide({ ref }: Section, last: Section): boolean {
  return ref.side === 'read' && last.ref.side === 'write';
}

/** Whether what becomes one section has to be `async`: it waits for something, or the lock may want it so, as those that it is made of are. */
function isAsync(project: Linked, { source, fn, span }: Region, sections: readonly Section[]): boolean {
  const { unit } = source;
  return (
    ownWaits(unit, fn, span, sections).length > 0 ||
    sections.some(
      (section) =>
        unit.fn(section.callback!).async || (section.acquire.result === 'await' && givesPromise(project, section)),
    )
  );
}

/** What a function waits for in a region besides its sections of a lock. */
export function ownWaits(unit: Unit, fn: number, span: Span, sections: readonly Section[]): readonly AwaitOp[] {
  const isGrant = ({ of }: AwaitOp) => sections.some(({ acquire }) => of?.v === 'call' && of.id === acquire.id);
  return everyOp(unit.fn(fn).body).filter(
    (op): op is AwaitOp => op.op === 'await' && contains(span, op.span) && !isGrant(op),
  );
}
