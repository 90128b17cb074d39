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
   * The diagnostics that are there with the texts, by path, and not with what is on the disk.
   * @throws TypesUnavailable when the compiler does not come to a result
   */
  fresh(texts: ReadonlyMap<string, string>): Promise<readonly TypeDiagnostic[]>;
  close(): void;
}

/** Those that are not among the known ones, each of which stands for one: lines and columns may have moved. */
export function without(diagnostics: readonly TypeDiagnostic[], known: readonly TypeDiagnostic[]): TypeDiagnostic[] {
  const left = new Map<string, number>();
  for (const one of known) left.set(keyOf(one), (left.get(keyOf(one)) ?? 0) + 1);
  return diagnostics.filter((one) => {
    const count = left.get(keyOf(one)) ?? 0;
    left.set(keyOf(one), count - 1);
    return count <= 0;
  });
}

function keyOf({ path, code, message }: TypeDiagnostic): string {
  return `${path}\0${code}\0${message}`;
}

/** Why types could not be checked, as a clause. */
export class TypesUnavailable extends Error {
  override readonly name = 'TypesUnavailable';
}
