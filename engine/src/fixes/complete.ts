import type { Edit, Fix } from '../findings.js';
import { importEdits } from '../edits/imports.js';
import type { Linked } from '../link/linked.js';
import type { Draft } from './outcome.js';

/** Adds the edits that a fix's imports need, as if it were applied alone, and sorts. */
export function completeFix(project: Linked, draft: Draft): Fix {
  const imports = draft.imports ?? [];
  const paths = new Set([...imports.map((request) => request.path), ...draft.edits.map((edit) => edit.path)]);
  const added: Edit[] = [];
  for (const path of paths) {
    const unit = project.program.unit(path);
    const requests = imports.filter((request) => request.path === path);
    if (unit) added.push(...importEdits(unit, requests, draft.edits));
  }
  const edits = [...draft.edits, ...added].sort(byPosition);
  const { title, tier, reason } = draft;
  return {
    title,
    tier,
    ...(tier === 'safe' || reason === undefined ? {} : { reason }),
    edits,
    ownEdits: [...draft.edits].sort(byPosition),
    imports,
  };
}

function byPosition(one: Edit, other: Edit): number {
  return one.path < other.path
    ? -1
    : one.path > other.path
      ? 1
      : one.span[0] - other.span[0] || one.span[1] - other.span[1];
}
