export interface GrownInput {
  /** Texts by path. */
  readonly files: Readonly<Record<string, string>>;
  /** The decorators of the configuration. */
  readonly decorators?: readonly object[];
}

/** A program with so many of something. */
export type Growing = (count: number) => string | GrownInput;

export declare const growing: Readonly<Record<string, Growing>>;
