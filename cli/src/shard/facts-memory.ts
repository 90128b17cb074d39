import { createHash } from 'node:crypto';
import type { FactsStore, FileFacts } from '@lockwise/engine';

/** Facts by what they depend on: the path's extension and the text. */
export type FactsPart = Readonly<Record<string, FileFacts>>;

/** Keeps facts by content, so that a file which is moved or copied keeps its facts. */
export class FactsMemory implements FactsStore {
  readonly #facts = new Map<string, FileFacts>();

  constructor(parts: readonly FactsPart[] = []) {
    for (const part of parts) for (const [key, facts] of Object.entries(part)) this.#facts.set(key, facts);
  }

  get(path: string, text: string): FileFacts | undefined {
    return this.#facts.get(factsKey(path, text));
  }

  set(path: string, text: string, facts: FileFacts): void {
    this.#facts.set(factsKey(path, text), facts);
  }

  /** Sorted, so that the same files give the same bytes. */
  part(): FactsPart {
    return Object.fromEntries([...this.#facts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** Facts depend on the text and on the grammar that the file's name chooses. */
export function factsKey(path: string, text: string): string {
  const extension = /(\.d)?\.[^./]+$/.exec(path)?.[0] ?? '';
  return `${createHash('sha256').update(text).digest('hex')}${extension}`;
}
