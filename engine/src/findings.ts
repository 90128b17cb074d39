/** A half-open range of UTF-16 offsets into a file's text, byte-order mark excluded. */
export type Span = readonly [start: number, end: number];

/** A range in a file. Paths are relative to the root of the analysis and use `/`. */
export interface Place {
  readonly path: string;
  readonly span: Span;
}

/** A second place that a message speaks of: a suspension, a hop of a call chain, the other half of a cycle. */
export interface Related extends Place {
  readonly message: string;
}

/** One replacement of text. An empty span inserts. */
export interface Edit extends Place {
  readonly text: string;
}

/** How far a fix may be trusted. A tier only ever falls while a fix is built. */
export type Tier = 'safe' | 'unsafe' | 'manual';

export type Severity = 'error' | 'warn';

/** A change, all of whose edits are applied or none. */
export interface Fix {
  readonly title: string;
  readonly tier: Tier;
  /** Why the tier is not `safe`: the assumption or the condition that was not proven. Absent exactly for `safe` fixes. */
  readonly reason?: string;
  /** Complete: the edits of imports included, as if this fix were applied alone. Sorted, never overlapping. */
  readonly edits: readonly Edit[];
  /** The edits without those of imports, for putting several fixes together: see `planFixes`. */
  readonly ownEdits: readonly Edit[];
  /** The imports that the fix asks for, so that several fixes to one file can share them. */
  readonly imports: readonly ImportRequest[];
}

/** `need name from module`: folded once per file, whatever the number of fixes that ask for it. */
export interface ImportRequest {
  readonly path: string;
  readonly module: string;
  readonly name: string;
  readonly kind: 'value' | 'type';
}

/** What recorded runs measured of a section, or of all sections of a lock together. */
export interface Measured {
  /** How long it was held: 95 of 100 holds were shorter, in milliseconds. */
  readonly heldP95Ms: number;
  /** How long others waited for it altogether, each waiter for itself, in milliseconds. */
  readonly waitedMs: number;
  /** How many requests waited for it. */
  readonly waiters: number;
}

/** One report. The same finding has the same id, text and fixes in ESLint, the CLI, the editor and SARIF. */
export interface Finding extends Place {
  /** A stable fingerprint of rule, enclosing symbol and normalised line: it survives edits elsewhere and a renamed file. */
  readonly id: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** The enclosing path, such as `Class.method`; empty at the top of a module. */
  readonly symbol: string;
  /** The kind of evidence, for rules that have several. */
  readonly evidence?: string;
  /** What was measured at the section or the lock that the finding is about, where a profile says. */
  readonly measured?: Measured;
  readonly related: readonly Related[];
  readonly fixes: readonly Fix[];
}

/** A file that could not be analysed, or configuration that could not be used: one line that says what, where and what to do. */
export interface Problem {
  readonly path: string;
  readonly span?: Span;
  readonly message: string;
}
