import type { Preset } from '../config.js';
import type { Measured, Place, Related, Span } from '../findings.js';
import type { Outcome } from '../fixes/outcome.js';
import type { Linked } from '../link/linked.js';
import type { Section } from '../link/section.js';
import type { Unit } from '../link/unit.js';
import type { RuleInfo } from '../rule-info.js';

/** A rule: what it reports, read from the linked project and never from syntax. */
export interface Check extends Omit<RuleInfo, 'docsUrl'> {
  /**
   * What a text has in which this rule may report although nothing there takes a lock; a rule about locks has none. Files that match no such pattern of
   * an active rule, and have no word of a lock, are not even parsed. Loose rather than late: it is searched in every file.
   */
  readonly text?: RegExp;
  run(project: CheckContext): void;
}

export interface CheckContext {
  readonly project: Linked;
  /** The file whose findings are asked for. */
  readonly unit: Unit;
  /** What the configuration says for this rule, `{}` when nothing. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Some rules report less in `recommended`. */
  readonly preset: Preset;
  /** What a recorded run measured at a section; undefined without a profile, and where it says nothing. */
  measured(section: Section): Measured | undefined;
  report(report: Report): void;
}

export interface Report {
  readonly span: Span;
  /** What happens here, why it matters here, and the remedy: sentences. */
  readonly message: string;
  readonly evidence?: string;
  /** The most that it may be reported as, where it is less sure than the rule's level says. */
  readonly atMost?: 'warn';
  readonly related?: readonly Related[];
  /** Builds the fixes, best first. Why the best is refused is told at the end of the message, also where another one stands. */
  readonly fix?: () => Outcome | readonly Outcome[];
}

/** A related place with what is to be said of it. */
export function at(place: Place, message: string): Related {
  return { path: place.path, span: place.span, message };
}
