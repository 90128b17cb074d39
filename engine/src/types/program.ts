import { join } from './paths.js';
import { originOf, type MemberOrigin, type TypeOracle } from './oracle.js';

/** What is used of a program of TypeScript 4–6, whether ESLint's parser has made it or the CLI. */
export interface TypedProgram {
  getSourceFile(file: string): SyntaxNode | undefined;
  getTypeChecker(): { getSymbolAtLocation(node: SyntaxNode): Declared | undefined };
}

interface SyntaxNode {
  readonly pos: number;
  readonly end: number;
  readonly parent?: SyntaxNode;
  readonly name?: { readonly text?: string };
  forEachChild<T>(visit: (child: SyntaxNode) => T | undefined): T | undefined;
  getSourceFile(): { readonly fileName: string };
}

interface Declared {
  readonly declarations?: readonly SyntaxNode[];
}

/** The oracle over a program in this process. */
export function programOracle(program: TypedProgram, root: string): TypeOracle {
  return {
    membersAt(path, offsets) {
      const source = program.getSourceFile(join(root, path));
      if (!source) return offsets.map(() => undefined);
      const checker = program.getTypeChecker();
      return offsets.map((offset): MemberOrigin | undefined => {
        const [declaration] = checker.getSymbolAtLocation(innermost(source, offset))?.declarations ?? [];
        const container = declaration?.parent?.name?.text;
        return declaration && container ? originOf(container, declaration.getSourceFile().fileName, root) : undefined;
      });
    },
  };
}

function innermost(node: SyntaxNode, offset: number): SyntaxNode {
  const child = node.forEachChild((one) => (one.pos <= offset && offset < one.end ? one : undefined));
  return child ? innermost(child, offset) : node;
}
