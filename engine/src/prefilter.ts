import { checks } from './checks/index.js';
import { levelOf, type Config } from './config.js';
import { builtInModels } from './models/index.js';
import { LockWords } from './models/words.js';

/** Tells by a text alone whether a file may have a finding of its own: cost is to follow the locks, not the size of the tree. */
export class Prefilter {
  readonly #words: LockWords;
  readonly #besides: RegExp | undefined;

  constructor(config: Config) {
    this.#words = new LockWords([...config.locks, ...builtInModels], config.decorators);
    const patterns = checks.flatMap((check) =>
      check.text && levelOf(config, check.name, check.levels) !== 'off' ? check.text.source : [],
    );
    this.#besides = patterns.length > 0 ? new RegExp(patterns.join('|')) : undefined;
  }

  /**
   * @param text the text of a file, or its bytes as Latin-1.
   * @param speaks what `speaks` says of it, for whoever has asked.
   */
  mayConcern(text: string, speaks = this.speaks(text)): boolean {
    return (speaks && this.#words.act(text)) || this.#besides?.test(text) === true;
  }

  /** Whether a text has a word of a lock, be it of concern or not. */
  speaks(text: string): boolean {
    return this.#words.speaks(text);
  }
}
