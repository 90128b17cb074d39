import { programOracle, type TypedProgram, type TypeOracle } from '@lockwise/engine';
import type { SourceCode } from 'eslint';

interface Typed {
  readonly program?: (TypedProgram & { getCompilerOptions(): { readonly configFilePath?: unknown } }) | null;
}

/** The tsconfig by which the parser knows the types of a file; undefined where it knows none. Typed are files under typescript-eslint's `projectService` or `project`. */
export function typedBy(sourceCode: SourceCode): string | undefined {
  const { program } = sourceCode.parserServices as Typed;
  return program ? String(program.getCompilerOptions().configFilePath) : undefined;
}

/** The types of one program: those of a linted file, and of others as that file's program sees them. */
export class LintedTypes implements TypeOracle {
  readonly #program: TypedProgram;
  readonly #oracle: TypeOracle;

  constructor(root: string, sourceCode: SourceCode) {
    this.#program = programOf(sourceCode);
    this.#oracle = programOracle(this.#program, root);
  }

  /** Whether they are those of the file's program as it is now: the parser makes another one when a file of it has changed. */
  isOf(sourceCode: SourceCode): boolean {
    return programOf(sourceCode) === this.#program;
  }

  membersAt(path: string, offsets: readonly number[]): ReturnType<TypeOracle['membersAt']> {
    return this.#oracle.membersAt(path, offsets);
  }

  typesAt(path: string, offsets: readonly number[]): ReturnType<TypeOracle['typesAt']> {
    return this.#oracle.typesAt(path, offsets);
  }
}

function programOf(sourceCode: SourceCode): TypedProgram {
  return (sourceCode.parserServices as Typed).program!;
}
