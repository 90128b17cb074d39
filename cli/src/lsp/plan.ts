import type { Finding, Fix } from '@lockwise/engine';
import type { ChosenEdit, Combination, CombineOptions } from './surroundings.js';

/**
 * Chooses for each finding its first fix within the tier and leaves out what overlaps an earlier choice: a fix is applied whole or not at all.
 * Identical edits merge, so that two fixes which ask for one import get one.
 */
export function combine(findings: readonly Finding[], options: CombineOptions): Combination {
  const edits: ChosenEdit[] = [];
  const fixed: Finding[] = [];
  for (const finding of findings) {
    const fix = finding.fixes.find((candidate) => within(candidate, options.tier));
    if (fix === undefined) continue;
    const asked = fix.edits
      .map((edit): ChosenEdit => ({
        ...edit,
        rule: finding.rule,
        tier: fix.tier === 'safe' ? 'safe' : 'unsafe',
        ...(fix.reason === undefined ? {} : { reason: fix.reason }),
      }))
      .filter((edit) => !edits.some((earlier) => identical(earlier, edit)));
    if (asked.some((edit) => edits.some((earlier) => overlap(earlier, edit)))) continue;
    edits.push(...asked);
    fixed.push(finding);
  }
  return { edits: edits.sort(byPlace), fixed };
}

export function within(fix: Fix, tier: 'safe' | 'unsafe'): boolean {
  return fix.edits.length > 0 && (fix.tier === 'safe' || (tier === 'unsafe' && fix.tier === 'unsafe'));
}

function identical(a: ChosenEdit, b: ChosenEdit): boolean {
  return a.path === b.path && a.span[0] === b.span[0] && a.span[1] === b.span[1] && a.text === b.text;
}

/** Two insertions at one place do not overlap; they follow each other. */
function overlap(a: ChosenEdit, b: ChosenEdit): boolean {
  if (a.path !== b.path) return false;
  const bothInsert = a.span[0] === a.span[1] && b.span[0] === b.span[1];
  return bothInsert ? false : a.span[0] < b.span[1] && b.span[0] < a.span[1];
}

function byPlace(a: ChosenEdit, b: ChosenEdit): number {
  return (a.path < b.path ? -1 : a.path > b.path ? 1 : 0) || a.span[0] - b.span[0] || a.span[1] - b.span[1];
}
