import type { Place } from '../findings.js';
import type { Linked } from './linked.js';

/** A place as it is written in a message: `src/room.ts:12`. */
export function lineOf(project: Linked, { path, span }: Place): string {
  const text = project.program.unit(path)?.text ?? '';
  return `${path}:${text.slice(0, span[0]).split('\n').length}`;
}
