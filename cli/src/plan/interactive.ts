import { applyEdits, type Finding, type Fix } from '@lockwise/engine';
import pc from 'picocolors';
import { UsageEnd } from '../arguments.js';
import type { Terminal } from '../ports.js';
import { colouredDiff } from '../report/coloured-diff.js';
import { Places } from '../report/places.js';
import type { Choice } from './fixpoint.js';
import { lineDiff } from './line-diff.js';

const HELP =
  'y apply · n leave · a apply all in this file · A apply all of this rule · s leave all of this rule · d details · q no more';

/** Asks about each fix; an answer given for a file or a rule holds for the rest of the run. */
export class Questions {
  readonly #terminal: Terminal;
  readonly #text: (path: string) => string | undefined;
  readonly #answers = new Map<string, boolean>();
  #ended = false;

  private constructor(terminal: Terminal, text: (path: string) => string | undefined) {
    this.#terminal = terminal;
    this.#text = text;
  }

  /** @throws UsageEnd where nobody is there to answer. */
  static on(terminal: Terminal, text: (path: string) => string | undefined): Questions {
    if (!terminal.interactive)
      throw new UsageEnd('-i asks for each fix, and there is no terminal to ask on; leave it out, or use --rule');
    return new Questions(terminal, text);
  }

  async ask(finding: Finding, fix: Fix, round: number): Promise<Choice> {
    // When the verification begins anew, the answers of the same round hold.
    const one = `${round} ${finding.path}\0${finding.id}\0${fix.title}`;
    for (const key of [one, `file ${finding.path}`, `rule ${finding.rule}`]) {
      const answer = this.#answers.get(key);
      if (answer !== undefined) return answer ? fix : 'declined';
    }
    if (this.#ended) return 'declined';
    const answer = await this.#answer(finding, fix, one);
    return answer ? fix : 'declined';
  }

  async #answer(finding: Finding, fix: Fix, one: string): Promise<boolean> {
    this.#show(finding, fix);
    for (;;) {
      const key = (await this.#terminal.ask(`Apply it? [y,n,a,A,s,d,q,?] `))?.trim();
      const settle = (name: string, answer: boolean): boolean => {
        this.#answers.set(name, answer);
        return answer;
      };
      if (key === 'y') return settle(one, true);
      if (key === 'n') return settle(one, false);
      if (key === 'a') return settle(`file ${finding.path}`, true);
      if (key === 'A') return settle(`rule ${finding.rule}`, true);
      if (key === 's') return settle(`rule ${finding.rule}`, false);
      if (key === 'q' || key === undefined) {
        this.#ended = true;
        return false;
      }
      if (key === 'd') this.#details(finding);
      else this.#terminal.out(`${HELP}\n`);
    }
  }

  #show(finding: Finding, fix: Fix): void {
    const c = pc.createColors(this.#terminal.colours);
    const places = new Places(this.#text);
    this.#terminal.out(
      `\n${c.bold(places.label(finding))}  ${c.cyan(finding.rule)}\n  ${finding.message}\n  ${fix.title} (${fix.tier})${fix.reason ? `: ${fix.reason}` : ''}\n`,
    );
    for (const path of new Set(fix.edits.map((edit) => edit.path))) {
      const text = this.#text(path) ?? '';
      const edits = fix.edits.filter((edit) => edit.path === path);
      const diff = colouredDiff(lineDiff(text, applyEdits(text, edits), 2), c);
      this.#terminal.out(`${[c.dim(path), ...diff].join('\n')}\n`);
    }
  }

  #details(finding: Finding): void {
    const places = new Places(this.#text);
    for (const related of finding.related) this.#terminal.out(`  ${places.label(related)}  ${related.message}\n`);
    this.#terminal.out(`  lockwise explain ${finding.rule} tells more\n`);
  }
}
