import type { Edit, Fix } from '../findings.js';
import { importEdits } from '../edits/imports.js';
import type { Linked } from '../link/linked.js';
import type { Draft, Refusal } from './outcome.js';

/** Adds the edits that a fix's imports need, as if it were applied alone, and sorts. Refuses what no host could apply: edits that overlap. */
export function completeFix(project: Linked, draft: Draft): Fix | Refusal {
  const imports = draft.imports ?? [];
  const paths = new Set([...imports.map((request) => request.path), ...draft.edits.map((edit) => edit.path)]);
  const added: Edit[] = [];
  for (const path of paths) {
    const unit = project.program.unit(path);
    const requests = imports.filter((request) => request.path === path);
    if (unit) added.push(...importEdits(unit, requests, draft.edits));
  }
  const ownEdits = withJoinedDeletions([...draft.edits].sort(byPosition));
  const edits = withJoinedDeletions([...ownEdits, ...added].sort(byPosition));
  if (edits.some((edit, index) => index > 0 && meet(edits[index - 1]!, edit)))
    return { refused: 'two of its steps would change the same text' };
  const { title, tier, reason } = draft;
  return {
    title,
    tier,
    ...(tier === 'safe' || reason === undefined ? {} : { reason }),
    edits,
    ownEdits,
    imports,
  };
}

/** Two statements that go may both take the blank line between them along. */
function withJoinedDeletions(edits: readonly Edit[]): Edit[] {
  const joined: Edit[] = [];
  for (const edit of edits) {
    const before = joined.at(-1);
    if (before && before.text === '' && edit.text === '' && meet(before, edit))
      joined[joined.length - 1] = { ...before, span: [before.span[0], Math.max(before.span[1], edit.span[1])] };
    else joined.push(edit);
  }
  return joined;
}

/** Whether an edit begins within the one before it. */
function meet(before: Edit, { path, span }: Edit): boolean {
  return before.path === path && span[0] < before.span[1];
}

function byPosition(one: Edit, other: Edit): number {
  return one.path < other.path
    ? -1
    : one.path > other.path
      ? 1
      : one.span[0] - other.span[0] || one.span[1] - other.span[1];
}
