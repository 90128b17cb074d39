import type { Edit, Finding, Fix, Project } from '@lockwise/engine';

/** The fixes of several findings put together: no overlap, imports folded. */
export interface Combination {
  readonly edits: readonly ChosenEdit[];
  /** The findings whose fix is among the edits. */
  readonly fixed: readonly Finding[];
}

/** An edit, and what asked for it; an import that several fixes share is asked for by none of them alone. */
export interface ChosenEdit extends Edit {
  readonly rule: string | undefined;
  readonly tier: Fix['tier'];
  readonly reason?: string;
}

/** Takes for each finding its first fix within the tier; one that overlaps an earlier choice is left for another round. */
export function combine(project: Project, findings: readonly Finding[], tier: 'safe' | 'unsafe'): Combination {
  const chosen = new Map<Fix, Finding>();
  for (const finding of findings) {
    const fix = finding.fixes.find((candidate) => within(candidate, tier));
    if (fix !== undefined) chosen.set(fix, finding);
  }
  const plan = project.plan([...chosen.keys()]);
  const edits = [...plan.edits.values()].flat().map((edit): ChosenEdit => {
    const fix = plan.applied.find((candidate) => candidate.ownEdits.some((own) => same(own, edit)));
    if (fix === undefined) return { ...edit, rule: undefined, tier: 'safe' };
    const { tier: ofFix, reason } = fix;
    return { ...edit, rule: chosen.get(fix)?.rule, tier: ofFix, ...(reason === undefined ? {} : { reason }) };
  });
  return { edits, fixed: plan.applied.flatMap((fix) => chosen.get(fix) ?? []) };
}

export function within(fix: Fix, tier: 'safe' | 'unsafe'): boolean {
  return fix.edits.length > 0 && (fix.tier === 'safe' || (tier === 'unsafe' && fix.tier === 'unsafe'));
}

function same(a: Edit, b: Edit): boolean {
  return a.path === b.path && a.span[0] === b.span[0] && a.span[1] === b.span[1] && a.text === b.text;
}
