import type { Linked } from './linked.js';
import { lineOf } from './line-of.js';
import { declarationOf, type Declaration } from './lock-declaration.js';
import { accessPath } from './lock-ref.js';
import { everyNaming } from './namings.js';
import type { Lock } from './section.js';

const known = new WeakMap<Lock, { readonly open: string | undefined }>();

/**
 * Who may take a lock besides the sections that are known, as the beginning of a sentence: `` `mutex` is not private: code that was not
 * analysed``. Undefined when every use of it is known.
 */
export function openTo(project: Linked, lock: Lock): string | undefined {
  let answer = known.get(lock);
  if (!answer) known.set(lock, (answer = { open: openOnce(project, lock) }));
  return answer.open;
}

const OUTSIDE = 'code that was not analysed';

function openOnce(project: Linked, lock: Lock): string | undefined {
  const [escape] = lock.escapes;
  if (escape) return `\`${lock.name}\` is handed on (\`${lineOf(project, escape)}\`): ${OUTSIDE}`;
  const own = isOfItsOwn(lock) ? declarationOf(project, lock) : undefined;
  if (own && project.program.isGiven(own.unit.path) && own.hidden) return undefined;
  const who = own ? whoNames(project, lock, own) : OUTSIDE;
  return who && `\`${lock.name}\` is not private: ${who}`;
}

/** A parameter is the caller's, and what a library gives is everybody's. */
function isOfItsOwn({ ref }: Lock): boolean {
  return ref.owner === 'variable' || ref.owner === 'field';
}

/** Who may take a lock that others can name: any use of it that is neither a section nor a question, and any that is not understood. */
function whoNames(project: Linked, lock: Lock, own: Declaration): string | undefined {
  const namings = everyNaming(project, own, OUTSIDE);
  if (typeof namings === 'string') return namings;
  const astray = namings.find(
    ({ unit, fn, op, value }) =>
      accessPath(project.entities, unit, fn, value)?.id !== lock.id || !project.understands(unit, op, value),
  );
  return astray && `whoever gets it in \`${lineOf(project, { path: astray.unit.path, span: astray.value.span })}\``;
}
