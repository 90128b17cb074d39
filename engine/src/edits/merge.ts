import type { Edit } from '../findings.js';
import { overlap } from './apply.js';

/** Edits of several fixes to several files, grown one fix at a time. */
export class EditSet {
  readonly #byPath = new Map<string, Edit[]>();

  /** Takes all of the edits, or none when one is in the way of those that are there. An edit that is there already counts once. */
  add(edits: readonly Edit[]): boolean {
    const fresh = edits.filter((edit) => !this.#of(edit.path).some((there) => same(there, edit)));
    const blocked = fresh.some((edit) => this.#of(edit.path).some((there) => overlap(there.span, edit.span)));
    if (blocked) return false;
    for (const edit of fresh) this.#byPath.set(edit.path, [...this.#of(edit.path), edit]);
    return true;
  }

  *[Symbol.iterator](): IterableIterator<[path: string, edits: readonly Edit[]]> {
    yield* this.#byPath;
  }

  #of(path: string): readonly Edit[] {
    return this.#byPath.get(path) ?? [];
  }
}

function same(a: Edit, b: Edit): boolean {
  return a.span[0] === b.span[0] && a.span[1] === b.span[1] && a.text === b.text;
}
