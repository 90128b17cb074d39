import { lockWords } from '../models/index.js';

/** Words that name a lock or something like one. Broad on purpose: a file without any cannot lock by itself. */
const WORDS =
  '[Ll]ock|LOCK|[Mm]utex|[Ss]emaphore|[Ss]erializ|[Qq]ueue|[Ll]imit|[Aa]cquire|[Rr]elease|[Ss]equencer|[Tt]hrottle|[Ll]ease|[Pp]ermit|[Ee]xclusive|[Ii]nFlight|[Pp]ending|[Bb]usy';

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Tells by its bytes alone whether a file may have to do with a lock, or with one of the names given besides. */
export class Prefilter {
  readonly #pattern: RegExp;

  constructor(names: Iterable<string> = []) {
    const more = [...new Set([...lockWords, ...names])].filter((word) => word.length > 2).map(escaped);
    this.#pattern = new RegExp([WORDS, ...more].join('|'));
  }

  matches(bytes: Buffer): boolean {
    // Latin-1 is a copy without decoding; every word is ASCII.
    return this.#pattern.test(bytes.toString('latin1'));
  }
}
