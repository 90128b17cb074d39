import { applyEdits, type Edit, type Finding, type Fix, type Span } from '@lockwise/engine';
import type { Analysis } from '../analyse/analysis.js';
import type { Ports } from '../ports.js';
import { progressOn } from '../report/progress.js';
import type { Stop } from '../report/outcome.js';
import { lineDiff } from './line-diff.js';

/** After so many rounds, fixes that still change something do not settle. */
const MOST_ROUNDS = 10;

/** A fix that was applied, and where its text now stands. */
export interface Applied {
  readonly key: string;
  readonly finding: Finding;
  readonly fix: Fix;
  readonly round: number;
  /** Where the finding begins in the text before any fix. */
  readonly origin: number;
  /** By path, in the final text. */
  readonly ranges: ReadonlyMap<string, readonly Span[]>;
}

export interface Settled {
  /** The texts of the changed files, after. */
  readonly texts: ReadonlyMap<string, string>;
  readonly applied: readonly Applied[];
  readonly before: readonly Finding[];
  /** What is found in the final texts. */
  readonly after: readonly Finding[];
  readonly stops: readonly Stop[];
}

/** What must not be applied: single fixes, or whole files. */
export interface Exclusions {
  readonly fixes: Set<string>;
  readonly paths: Set<string>;
}

/** What is to become of a finding in a round: a fix, nothing yet, or nothing for good. */
export type Choice = Fix | 'declined' | undefined;
export type Choose = (finding: Finding, round: number) => Choice | Promise<Choice>;
/** Findings as they are told to the user: without the known ones, tiers settled. */
export type Prepare = (findings: readonly Finding[]) => readonly Finding[] | Promise<readonly Finding[]>;

function keyOf(finding: Finding, fix: Fix): string {
  return `${finding.path}\0${finding.id}\0${fix.title}`;
}

/**
 * Applies fixes in rounds until none is left. A file in which they go round in a circle, or grow without end, is left as it was: the rounds
 * begin anew without it.
 */
export async function settle(
  ports: Ports,
  analysis: Analysis,
  prepare: Prepare,
  choose: Choose,
  exclusions: Exclusions,
): Promise<Settled> {
  const stops: Stop[] = [];
  for (;;) {
    const attempt = await new Rounds(ports, analysis, prepare, choose, exclusions).run();
    if (attempt.stop === undefined) return { ...attempt.settled, stops };
    analysis.restore();
    stops.push(attempt.stop);
    exclusions.paths.add(attempt.stop.path);
  }
}

type Attempt = { readonly stop: Stop } | { readonly stop?: undefined; readonly settled: Omit<Settled, 'stops'> };

class Rounds {
  readonly #ports: Ports;
  readonly #analysis: Analysis;
  readonly #prepare: Prepare;
  readonly #choose: Choose;
  readonly #exclusions: Exclusions;
  readonly #seen = new Map<string, string[]>();
  /** By path, of each round so far. */
  readonly #edits = new Map<string, (readonly Edit[])[]>();
  #applied: Applied[] = [];
  /** Where findings stand that are left for good: an id alone may pass to a like finding when the first is mended. */
  #declined: ReadonlyMap<string, readonly Span[]> = new Map();

  constructor(ports: Ports, analysis: Analysis, prepare: Prepare, choose: Choose, exclusions: Exclusions) {
    this.#ports = ports;
    this.#analysis = analysis;
    this.#prepare = prepare;
    this.#choose = choose;
    this.#exclusions = exclusions;
  }

  async run(): Promise<Attempt> {
    const before = await this.#findings();
    let findings = before;
    for (let round = 1; ; round++) {
      const { edits, chosen } = await this.#plan(findings, round);
      if (edits.size === 0 || this.#ports.interrupted()) return this.#done(before, findings);
      const stop = this.#change(edits, chosen, round);
      if (stop) return { stop };
      findings = await this.#findings();
    }
  }

  async #findings(): Promise<readonly Finding[]> {
    const progress = progressOn(this.#ports);
    const { findings } = await this.#analysis.check(this.#ports, progress);
    progress.end();
    return this.#prepare(findings);
  }

  async #plan(
    findings: readonly Finding[],
    round: number,
  ): Promise<{ edits: ReadonlyMap<string, readonly Edit[]>; chosen: Map<Fix, Finding> }> {
    const candidates = new Map<Fix, Finding>();
    for (const finding of findings) {
      if (this.#isDeclined(finding)) continue;
      const fix = await this.#choose(finding, round);
      if (fix === 'declined') this.#decline(finding);
      else if (fix && !this.#isExcluded(finding, fix)) candidates.set(fix, finding);
    }
    const plan = this.#analysis.project.plan([...candidates.keys()]);
    const edits = new Map([...plan.edits].filter(([, list]) => list.length > 0));
    return { edits, chosen: new Map(plan.applied.map((fix) => [fix, candidates.get(fix)!])) };
  }

  #isDeclined({ path, span }: Finding): boolean {
    return this.#declined.get(path)?.some(([start, end]) => start === span[0] && end === span[1]) ?? false;
  }

  #decline({ path, span }: Finding): void {
    this.#declined = new Map([...this.#declined, [path, [...(this.#declined.get(path) ?? []), span]]]);
  }

  #isExcluded(finding: Finding, fix: Fix): boolean {
    const { fixes, paths } = this.#exclusions;
    return fixes.has(keyOf(finding, fix)) || fix.edits.some(({ path }) => paths.has(path));
  }

  #change(
    edits: ReadonlyMap<string, readonly Edit[]>,
    chosen: ReadonlyMap<Fix, Finding>,
    round: number,
  ): Stop | undefined {
    for (const [path, list] of edits) {
      const text = this.#analysis.text(path)!;
      const next = applyEdits(text, list);
      const history = this.#seen.get(path) ?? [text];
      const why = whyNotSettling(history, next, round);
      if (why !== undefined) {
        const rules = new Set(
          [...chosen].filter(([fix]) => fix.edits.some((edit) => edit.path === path)).map(([, { rule }]) => rule),
        );
        return { path, rules: [...rules].sort(), round, why, hunk: lineDiff(text, next) };
      }
      this.#seen.set(path, [...history, next]);
      this.#analysis.set(path, next);
    }
    this.#declined = carried(this.#declined, edits);
    this.#applied = [
      ...this.#applied.map((one) => ({ ...one, ranges: carried(one.ranges, edits) })),
      ...[...chosen].map(([fix, finding]) => ({
        key: keyOf(finding, fix),
        finding,
        fix,
        round,
        origin: this.#originOf(finding),
        ranges: carried(rangesOf(fix), edits),
      })),
    ];
    for (const [path, list] of edits) this.#edits.set(path, [...(this.#edits.get(path) ?? []), list]);
    return undefined;
  }

  #originOf({ path, span }: Finding): number {
    return (this.#edits.get(path) ?? []).reduceRight((offset, edits) => offsetBefore(offset, edits), span[0]);
  }

  #done(before: readonly Finding[], after: readonly Finding[]): Attempt {
    const texts = new Map([...this.#seen].map(([path, history]) => [path, history.at(-1)!]));
    return { settled: { texts, applied: this.#applied, before, after } };
  }
}

function whyNotSettling(history: readonly string[], next: string, round: number): string | undefined {
  if (history.includes(next)) return 'the fixes undo one another';
  if (round > MOST_ROUNDS) return `the fixes did not settle in ${MOST_ROUNDS} rounds`;
  if (next.length > 2 * history[0]!.length + 20_000) return 'the file grows without end';
  return undefined;
}

function rangesOf(fix: Fix): Map<string, Span[]> {
  const ranges = new Map<string, Span[]>();
  for (const { path, span } of fix.edits) ranges.set(path, [...(ranges.get(path) ?? []), span]);
  return ranges;
}

/** Where the ranges stand after the edits; an edit that reaches into one widens it. */
function carried(
  ranges: ReadonlyMap<string, readonly Span[]>,
  edits: ReadonlyMap<string, readonly Edit[]>,
): Map<string, Span[]> {
  return new Map(
    [...ranges].map(([path, spans]) => [path, spans.map((span) => carry(span, edits.get(path) ?? []))] as const),
  );
}

function carry([start, end]: Span, edits: readonly Edit[]): Span {
  let [from, to] = [start, end];
  for (const { span, text } of edits) {
    const grown = text.length - (span[1] - span[0]);
    if (span[1] < start || (span[1] === start && span[0] < start)) from += grown;
    if (span[0] <= end) to += grown;
  }
  return [Math.min(from, to), to];
}

/** Where an offset behind the edits was before them; what an edit put in stands where that edit begins. */
function offsetBefore(offset: number, edits: readonly Edit[]): number {
  let grown = 0;
  for (const { span, text } of [...edits].sort((a, b) => a.span[0] - b.span[0])) {
    if (offset < span[0] + grown) break;
    if (offset < span[0] + grown + text.length) return span[0];
    grown += text.length - (span[1] - span[0]);
  }
  return offset - grown;
}
