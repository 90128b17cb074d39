import { selfWaits, type SelfWait } from '../../link/in-flight.js';
import { shorten } from '../../link/suspension.js';
import type { Unit } from '../../link/unit.js';
import { at, type CheckContext } from '../check.js';

/** Reports work that joins itself: it waits for the promise by which others wait for it. */
export function reportSelfWaits({ project, unit, report }: CheckContext): void {
  const told = new Set<number>();
  for (const found of selfWaits(project, unit)) {
    if (told.has(found.site.span[0])) continue;
    told.add(found.site.span[0]);
    const name = unit.slice(found.kept.target.span);
    const waits = found.wait
      ? `\`${shorten(unit.slice(found.site.span))}\` waits for \`${name}\``
      : `this waits for \`${name}\``;
    report({
      span: found.site.span,
      message: `${waits}, which is the promise of the very work that waits: ${outcome(found)} Call the work itself, or give the promise up first.`,
      evidence: 'in-flight promise',
      ...(found.bounded ? { atMost: 'warn' as const } : {}),
      related: related(unit, found, name),
      fix: () => ({ refused: 'which part of the work is to be done again is not for a tool to say' }),
    });
  }
}

function outcome({ bounded }: SelfWait): string {
  return bounded
    ? 'it goes on only when something else settles that promise, and the work is lost.'
    : 'it never goes on, nor does anybody who joined it.';
}

function related(unit: Unit, { kept, wait }: SelfWait, name: string) {
  return [
    at({ path: unit.path, span: kept.span }, `\`${name}\` is the promise of this work`),
    ...(wait ? [at({ path: unit.path, span: wait.span }, `\`${name}\` is waited for here`)] : []),
  ];
}
