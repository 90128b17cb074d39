/** A program that must not take down what reads it. */
export interface HostileInput {
  readonly name: string;
  /** Texts by path. */
  readonly files: Readonly<Record<string, string>>;
  /** The one that is read; all of them unless told. */
  readonly main?: string;
  /** It may be too much for a parser: then one line says so. Everything else is read. */
  readonly mayBeRefused?: boolean;
}

/** Files of each other, by path: imports, re-exports and helpers that go round in a circle. */
export declare const circles: Readonly<Record<string, string>>;

export declare const inputs: readonly HostileInput[];
