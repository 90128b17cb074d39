import { createHash } from 'node:crypto';
import type { FactsStore, FileFacts } from '@lockwise/engine';

/** Facts by what they depend on: the path's extension and the text. */
export type FactsPart = Readonly<Record<string, FileFacts>>;

/** Keeps facts by content, so that a file which is moved or copied keeps its facts; what it does not know it asks the store below for. */
export class FactsMemory implements FactsStore {
  readonly #facts = new Map<string, FileFacts>();
  readonly #below: FactsStore | undefined;

  constructor(parts: readonly FactsPart[] = [], below?: FactsStore) {
    for (const part of parts) for (const [key, facts] of Object.entries(part)) this.#facts.set(key, facts);
    this.#below = below;
  }

  get(path: string, text: string): FileFacts | undefined {
    const key = factsKey(path, text);
    const facts = this.#facts.get(key) ?? this.#below?.get(path, text);
    if (facts) this.#facts.set(key, facts);
    return facts;
  }

  set(path: string, text: string, facts: FileFacts): void {
    this.#facts.set(factsKey(path, text), facts);
    this.#below?.set(path, text, facts);
  }

  /** What is known of these files, or of all; sorted, so that the same files give the same bytes. */
  part(files?: Iterable<{ readonly path: string; readonly text: string }>): FactsPart {
    const wanted = files && new Set([...files].map(({ path, text }) => factsKey(path, text)));
    const entries = [...this.#facts].filter(([key]) => wanted?.has(key) ?? true);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** Facts depend on the text and on the grammar that the file's name chooses. */
export function factsKey(path: string, text: string): string {
  const extension = /(\.d)?\.[^./]+$/.exec(path)?.[0] ?? '';
  return `${createHash('sha256').update(text).digest('hex')}${extension}`;
}
