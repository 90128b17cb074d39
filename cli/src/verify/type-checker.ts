/** An error that a compiler tells of, in a file. */
export interface TypeDiagnostic {
  /** Relative to the root. */
  readonly path: string;
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  readonly code: number;
  readonly message: string;
}

/** Checks the types of what one tsconfig compiles, over texts that are not on the disk. */
export interface TypeChecker {
  /** Such as `TypeScript 6.0.3`. */
  readonly name: string;
  /**
   * The diagnostics with the texts, by path, in place of what is on the disk.
   * @throws TypesUnavailable when the compiler does not come to a result
   */
  diagnose(texts: ReadonlyMap<string, string>): Promise<readonly TypeDiagnostic[]>;
  close(): void;
}

/** Why types could not be checked, as a clause. */
export class TypesUnavailable extends Error {
  override readonly name = 'TypesUnavailable';
}
