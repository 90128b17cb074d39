import { isFunction, spanOf, type Node } from '../ast/node.js';
import { same } from '../ast/span.js';
import type { Linked } from '../link/linked.js';
import { isInside } from '../link/nested.js';
import type { Lock, Section } from '../link/section.js';
import type { Unit } from '../link/unit.js';
import { sectionCall, type SectionCall } from './section-call.js';
import type { Refusal } from './outcome.js';
import type { Source } from './source.js';

/** How the sections of a lock are written, for one more of them. */
export type Taking =
  | (SectionCall & { readonly form: 'callback'; readonly async: boolean })
  | {
      readonly form: 'try';
      /** `const release = await mutex.acquire();`, with the name that it declares. */
      readonly acquire: string;
      readonly name: string;
      /** What the `finally` does. */
      readonly release: string;
    };

/**
 * Takes a lock in a function as another section of the file takes it: a lock of the project's own has no other description.
 * @param reads - what it is taken for only reads, so that the read side is enough.
 */
export function takingOf(project: Linked, source: Source, lock: Lock, fn: number, reads: boolean): Taking | Refusal {
  const { unit } = source;
  const sides = reads ? ['read', undefined] : ['write', undefined];
  const sections = project
    .sections(unit)
    .filter(({ ref, hold }) => ref.id === lock.id && hold.waits && sides.includes(ref.side) && !ref.key);
  for (const section of sections) {
    if (!meansTheSame(unit, section, fn)) continue;
    const taking = section.form === 'callback' ? byCallback(source, section) : byTry(source, section);
    if (taking) return taking;
  }
  return { refused: `no section of \`${lock.name}\` in this file shows how to take it here` };
}

/** Whether the expression that takes the lock means the same in another function: `this` is of the same class, and each variable is seen. */
function meansTheSame(unit: Unit, { fn, acquire, callback }: Section, other: number): boolean {
  const end = callback === undefined ? acquire.span[1] : unit.fn(callback).span[0];
  const inHead = (span: readonly [number, number]) => acquire.span[0] <= span[0] && span[1] <= end;
  if (/\bthis\b/.test(unit.text.slice(acquire.span[0], end)) && thisOf(unit, fn) !== thisOf(unit, other)) return false;
  return unit.facts.bindings.every(
    ({ refs, owner }) => !refs.some(({ span }) => inHead(span)) || isInside(unit, other, owner),
  );
}

/** What `this` is in a function: instances and the class itself are told apart. */
function thisOf(unit: Unit, fn: number): string | undefined {
  const { thisClass } = unit.fn(fn);
  if (thisClass === undefined) return undefined;
  let method = fn;
  while (unit.fn(method).kind === 'arrow') method = unit.fn(method).parent;
  return `${unit.fn(method).static ? 'class' : 'instance'} ${thisClass}`;
}

function byCallback(source: Source, section: Section): Taking | undefined {
  if (section.callback === undefined) return undefined;
  const { span } = section.unit.fn(section.callback);
  const callback = source.around(span).find((node) => isFunction(node) && same(spanOf(node), span));
  if (!callback) return undefined;
  // A helper of the project may want a promise.
  const async = section.through && callback['async'] === true;
  return { form: 'callback', ...sectionCall(source, section, callback), parameter: '', async };
}

/** `const release = await mutex.acquire(); try { … } finally { release(); }` */
function byTry(source: Source, section: Section): Taking | undefined {
  const acquire = source.statement(section.acquire.span);
  const next = acquire?.siblings[acquire.index + 1];
  const finalizer = next?.['finalizer'] as Node | null | undefined;
  const [release, ...others] = (finalizer?.['body'] ?? []) as Node[];
  const [declarator] = (acquire?.node['declarations'] ?? []) as Node[];
  const target = declarator?.['id'] as Node | undefined;
  if (!acquire || !release || others.length > 0 || target?.type !== 'Identifier') return undefined;
  const isRelease = section.trace.releases.some(
    ({ hold, span }) => hold === section.hold && spanOf(release)[0] <= span[0] && span[1] <= spanOf(release)[1],
  );
  if (!isRelease) return undefined;
  return {
    form: 'try',
    acquire: source.text(spanOf(acquire.node)),
    name: target['name'] as string,
    release: source.text(spanOf(release)),
  };
}
