// The words of the drawings, which say what lines and shapes mean: colour is never the only sign.
import { count } from '../summary.js';
import type { DrawnEdge, DrawnLock, Drawing } from './drawing.js';

/** `async-mutex Mutex, 2 sections` */
export function kindOf({ lock, gate }: DrawnLock): string {
  return `${lock.kind}, ${count(lock.sections.length, 'section')}${gate ? ', gate lock' : ''}`;
}

/** What stands at an edge; nothing at one that is no part of a ring. */
export function labelOf({ cyclic, gates }: DrawnEdge): string {
  if (cyclic) return 'cycle';
  return gates.length > 0 ? `only under ${gates.join(', ')}` : '';
}

/** One line for each sign that the drawing has. */
export function legendOf({ edges, nested }: Drawing): string[] {
  if (edges.length === 0) return [];
  const lines = ['A → B: B is waited for while A is held.'];
  if (edges.some(({ cyclic }) => cyclic)) lines.push('Thick, «cycle»: two tasks can wait for each other for ever.');
  if (nested.some(({ gate }) => gate))
    lines.push(
      'Dashed, «only under»: a ring, but one lock is held all around it (the gate lock), which keeps tasks apart.',
    );
  return lines;
}

/** How many names a note has room for. */
const NAMED = 12;

/** What is told of the locks that are never held together with another one: their names, as many as have room. */
export function aloneLines({ nested, alone }: Drawing): string[] {
  if (nested.length + alone.length === 0) return ['No locks found.'];
  if (alone.length === 0) return [];
  const told = listed(alone);
  const named = told.length > NAMED ? told.slice(0, NAMED - 1) : told;
  const rest = alone.length - named.length;
  const more = told.length === named.length ? `${count(rest, 'lock')} of tests` : `${rest} more`;
  return [
    'Never held together with another lock:',
    ...named.map(({ title }) => title),
    ...(rest > 0 ? [`… and ${more}`] : []),
  ];
}

/** The locks that are named: those of tests only where there are no others. */
export function listed(locks: readonly DrawnLock[]): readonly DrawnLock[] {
  const own = locks.filter(({ lock }) => !lock.ofTest);
  return own.length > 0 ? own : locks;
}
