import type { DecoratorModel } from './decorator.js';
import type { LockModel } from './model.js';

/**
 * Names that speak of a lock. `block`, `clock` and `flock` have the letters too, in four of ten real files: a lower-case `lock` has to begin a word,
 * where a capital in the middle of a name does so by itself.
 */
const NAMES =
  /Lock|LOCK|[Mm]utex|[Ss]emaphore|[Ss]equencer|[Ee]xclusive|Acquire|[Ll]imiter|[Uu]nlock|(?<![A-Za-z])lock|(?<![A-Za-z])acquire/;

/** A chain of promises that a variable or field keeps, `q = q.then(job)`, serialises under any name. */
const CHAIN = /=\s*\(?\s*[\w.#!?]+(?:\[\w+\])?[!?]?\s*\.\s*then\s*\(/;

/** A name that ends in that of a lock, or goes on with another word: `runExclusive`, `locks`, `acquireRead`, but not `isLocked`. */
const NOUN =
  /(?:Lock|LOCK|[Mm]utex|[Ss]emaphore|[Ss]equencer|[Ee]xclusive|[Aa]cquire|[Ll]imiter|[Uu]nlock|(?<![A-Za-z])lock)(?:e?s)?(?:[A-Z_][\w$]*)?/;

/**
 * What is done with a lock, or beside one. A name alone, `isScrollLocked`, stands in many files that have nothing to do with locks: one that is neither called
 * nor handed on, in a file that waits for nothing, declares nothing of such a name and imports no lock. Lengths are bounded, for a text may be one line.
 */
const DEEDS: readonly RegExp[] = [
  // It is called or made: `withLock(work)`, `new KVLock<string>()`, `rw.acquireRead()`.
  new RegExp(`${NOUN.source}(?:!|\\s*\\?\\.)?\\s*[(<]`),
  // Something of it is: `mutex.run(work)`, `this.locks[key]!.take()`.
  new RegExp(`(?:${NAMES.source})[\\w$.#!?[\\]]{0,80}\\s*[!?]?\\.\\s*[\\w$#]+(?:\\s*\\?\\.)?\\s*[(<]`),
  // It is passed on from file to file: `import { lock as other }`, `export const mutex`.
  new RegExp(`\\b(?:import|export)\\b[\\w$\\s,{}*]{0,400}?${NOUN.source}(?![a-z])`),
  // It is handed on, or comes in: `both(lock, other)`, `(mutex: Mutex) =>`.
  new RegExp(`[(,]\\s*[\\w$.#!?]{0,80}?${NOUN.source}\\s*[,):]`),
  new RegExp(`\\b(?:class|extends|implements|type|interface)\\s+[\\w$.]{0,80}?(?:${NAMES.source})`),
  // Tasks come between: a chain of promises, a place in a queue, a flag that serves as a lock.
  /\b(?:await|yield)\b|\.\s*(?:then|finally)\s*\(|\bnew\s+Promise\b|\bwithResolvers\b/,
  /@(?:lock|guardedBy|requiresLock|excludesLock)\b/,
];

/** Files that pass names on: a lock may stand behind them under any name. */
const PASSES_ON = /\bexport\s*(?:\*|\{[^}]*\}\s*from\b)/;

/** Whether a name, of a class say, speaks of a lock. */
export function namesLock(name: string): boolean {
  return NAMES.test(name);
}

/** Names that a lock may have though they do not speak of one. */
const LOCK_LIKE = /limit|queue|serial|gate|pool|slot/i;

/** Whether it is worth to ask what stands behind a name. */
export function mayNameLock(name: string): boolean {
  return namesLock(name) || LOCK_LIKE.test(name);
}

/**
 * Tells by a text alone whether a file may take a lock by itself: every form that the engine knows leaves one of these words, and does something with it.
 */
export class LockWords {
  /** Most files have none of these, and are asked no more. */
  readonly #words: RegExp;
  readonly #deeds: RegExp;

  constructor(models: readonly LockModel[], decorators: readonly DecoratorModel[] = []) {
    const globals = models.filter(({ modules }) => modules.length === 0).map((model) => model.export);
    const certain = [
      CHAIN.source,
      ...globals.map((name) => `\\b${escaped(name)}\\b`),
      ...decorators.map(({ name }) => `(?<![\\w$])${escaped(name)}(?![\\w$])`),
    ];
    const nameless = models.filter((model) => !namesLock(model.export));
    this.#words = new RegExp([NAMES.source, ...certain, ...importing(nameless)].join('|'));
    this.#deeds = new RegExp([...certain, ...importing(models), ...DEEDS.map(({ source }) => source)].join('|'));
  }

  /** @param text the text of a file, or its bytes as Latin-1: every word is ASCII. */
  in(text: string): boolean {
    return this.speaks(text) && this.act(text);
  }

  /** Whether a text speaks of a lock at all: a call is followed into the file, should one lead there. */
  speaks(text: string): boolean {
    return this.#words.test(text);
  }

  /** Whether a text that speaks of a lock does something with one. */
  act(text: string): boolean {
    return this.#deeds.test(text);
  }

  /** Whether a call may lead to a lock through this file, which may do no more than export it again. */
  leadOn(text: string): boolean {
    return this.speaks(text) || PASSES_ON.test(text);
  }
}

/** The end of a module's name and its quotation mark, as an import has it. */
function importing(models: readonly LockModel[]): string[] {
  const specifiers = new Set(models.flatMap(({ modules }) => modules.map(lastPart)));
  return specifiers.size > 0 ? [`(?:${[...specifiers].sort().map(escaped).join('|')})['"\`]`] : [];
}

/** `p-queue` of itself, `/base/common/async` of a path with any beginning. */
function lastPart(module: string): string {
  return module.replace(/^\*/, '');
}

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
