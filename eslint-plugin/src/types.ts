import { programOracle, type TypedProgram, type TypeOracle } from '@lockwise/engine';
import type { SourceCode } from 'eslint';

interface Typed {
  readonly program?: TypedProgram | null;
}

/** Whether the parser has types of the file: typescript-eslint with `projectService` or `project`. */
export function isTyped(sourceCode: SourceCode): boolean {
  return (sourceCode.parserServices as Typed).program != null;
}

/** The types of the file that is being linted, and of the others in the same program. */
export class LintedTypes implements TypeOracle {
  readonly #root: string;
  #program: TypedProgram;

  constructor(root: string, sourceCode: SourceCode) {
    this.#root = root;
    this.#program = programOf(sourceCode);
  }

  /** Goes on with the program of another file. */
  see(sourceCode: SourceCode): void {
    this.#program = programOf(sourceCode);
  }

  membersAt(path: string, offsets: readonly number[]): ReturnType<TypeOracle['membersAt']> {
    return programOracle(this.#program, this.#root).membersAt(path, offsets);
  }

  typesAt(path: string, offsets: readonly number[]): ReturnType<TypeOracle['typesAt']> {
    return programOracle(this.#program, this.#root).typesAt(path, offsets);
  }
}

function programOf(sourceCode: SourceCode): TypedProgram {
  return (sourceCode.parserServices as Typed).program!;
}
