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
 * Tells by a text alone whether a file may take a lock by itself: every form that the engine knows leaves one of these words. The one answer for the
 * search over a whole tree and for whether a call is followed into another file.
 */
export class LockWords {
  readonly #pattern: RegExp;

  constructor(models: readonly LockModel[], decorators: readonly DecoratorModel[] = []) {
    const specifiers = new Set(
      models.filter((model) => !namesLock(model.export)).flatMap(({ modules }) => modules.map(lastPart)),
    );
    const globals = models.filter(({ modules }) => modules.length === 0).map((model) => model.export);
    this.#pattern = new RegExp(
      [
        NAMES.source,
        CHAIN.source,
        ...globals.filter((name) => !namesLock(name)).map((name) => `\\b${escaped(name)}\\b`),
        ...decorators.map(({ name }) => `(?<![\\w$])${escaped(name)}(?![\\w$])`),
        ...(specifiers.size > 0 ? [`(?:${[...specifiers].sort().map(escaped).join('|')})['"\`]`] : []),
      ].join('|'),
    );
  }

  /** @param text the text of a file, or its bytes as Latin-1: every word is ASCII. */
  in(text: string): boolean {
    return this.#pattern.test(text);
  }

  /** Whether a call may lead to a lock through this file, which may do no more than export it again. */
  leadOn(text: string): boolean {
    return this.in(text) || PASSES_ON.test(text);
  }
}

/** `p-queue` of itself, `/base/common/async` of a path with any beginning. */
function lastPart(module: string): string {
  return module.replace(/^\*/, '');
}

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
