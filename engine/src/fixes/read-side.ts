import { spanOf, type Node } from '../ast/node.js';
import type { Edit } from '../findings.js';
import { lockAction } from '../link/action.js';
import { openTo } from '../link/openness.js';
import type { Linked } from '../link/linked.js';
import type { Section } from '../link/section.js';
import { dataReferences } from './data-references.js';
import { methodOfSide } from './other-side.js';
import { lower, type Draft, type Outcome } from './outcome.js';
import { Source } from './source.js';

/** The write side of a section becomes the read side, where the library has a method of the same form for it. */
export function readSideFix(project: Linked, section: Section): Outcome {
  const source = Source.of(project, section.unit);
  const { callee } = section.acquire;
  if (callee.v !== 'member') return { refused: 'the lock is not taken by a method' };
  const name = methodOfSide(section.ref.model, callee.name, 'read');
  if (name === undefined) return { refused: 'the read side has no method of the same form' };
  const edits: Edit[] = [
    { path: source.unit.path, span: [callee.span[1] - callee.name.length, callee.span[1]], text: name },
  ];
  const action = lockAction(project.entities, section.unit, section.fn, section.acquire);
  if (action?.do === 'section' && action.passes === 'guard') {
    const references = dataReferences(project, source, section);
    if (typeof references === 'string') return { refused: references };
    for (const path of references) {
      const node = path.at(-1)!;
      const guard = node['object'] as Node;
      edits.push({ path: source.unit.path, span: [spanOf(guard)[1], spanOf(node)[1]], text: '' });
    }
  }
  const fix: Draft = { title: `Take the read side with \`${name}\``, tier: 'safe', edits };
  const open = openTo(project, section.lock);
  if (open) return lower(fix, 'unsafe', `${open} may count on its exclusion`);
  if (section.suspensions.length > 0)
    return lower(fix, 'unsafe', 'the section waits, and what it waits for may be what the lock keeps apart');
  return fix;
}
