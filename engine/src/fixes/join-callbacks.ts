import { mentions } from '../mention.js';
import { spanOf } from '../ast/node.js';
import type { Edit } from '../findings.js';
import type { Linked } from '../link/linked.js';
import type { Section } from '../link/section.js';
import { callbackCall } from './callback-call.js';
import { waitsIn } from './fit-to-hold.js';
import type { Refusal } from './outcome.js';
import { crossing, type Region } from './region.js';
import { Rewriting } from './rewriting.js';
import { putInCallback, sectionCall, type SectionCall } from './section-call.js';
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
  const { source } = region;
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
  putInCallback(rewriting, region, around, { ...call, async: isAsync(project, region, sections) });
  return rewriting.finish();
}

/** The call that the sections have in common: that of the last, if others only read where it writes. */
function callOf({ source, span }: Region, sections: readonly Section[]): SectionCall | Refusal {
  const calls: SectionCall[] = [];
  let between = source.text(span);
  for (const section of sections) {
    const found = callbackCall(source, section);
    if (typeof found === 'string') return { refused: found };
    calls.push(sectionCall(source, section, found.callback));
    between = between.replace(source.text(spanOf(found.callback)), '');
  }
  const last = calls.at(-1)!;
  const isAlike = ({ head, tail }: SectionCall, index: number) =>
    (head === last.head && tail === last.tail) || isReadSide(sections[index]!, sections.at(-1)!);
  if (!calls.every(isAlike)) return { refused: 'the sections take the lock in different ways' };
  const parameters = new Set(calls.flatMap(({ parameter }) => parameter || []));
  const [parameter = '', ...others] = parameters;
  if (others.length > 0) return { refused: 'the lock gives the sections different things' };
  return parameter !== '' && mentions(between, parameter)
    ? { refused: `\`${parameter}\` is something else outside of the sections` }
    : { ...last, parameter };
}

function isReadSide({ ref }: Section, last: Section): boolean {
  return ref.side === 'read' && last.ref.side === 'write';
}

/** Whether what becomes one section has to be `async`: it waits for something, or the lock may want it so, as those that it is made of are. */
function isAsync(project: Linked, { source, fn, span }: Region, sections: readonly Section[]): boolean {
  const { unit } = source;
  return (
    waitsIn({ unit, fn, span }, sections).length > 0 ||
    sections.some(
      (section) =>
        unit.fn(section.callback!).async || (section.acquire.result === 'await' && givesPromise(project, section)),
    )
  );
}
