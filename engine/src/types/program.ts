import { join } from './paths.js';
import { originOf, type TypeOrigin, type TypeOracle } from './oracle.js';

/** What is used of a program of TypeScript 4–6, whether ESLint's parser has made it or the CLI. */
export interface TypedProgram {
  getSourceFile(file: string): SyntaxNode | undefined;
  getTypeChecker(): Checker;
}

interface Checker {
  getSymbolAtLocation(node: SyntaxNode): Declared | undefined;
  getTypeAtLocation(node: SyntaxNode): Type;
  getNonNullableType(type: Type): Type;
}

interface Type {
  readonly aliasSymbol?: Declared;
  readonly symbol?: Declared;
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
  const answers = (path: string, offsets: readonly number[], declarationAt: DeclarationAt) => {
    const source = program.getSourceFile(join(root, path));
    if (!source) return offsets.map(() => undefined);
    const checker = program.getTypeChecker();
    return offsets.map((offset) => named(declarationAt(checker, innermost(source, offset)), root));
  };
  return {
    membersAt: (path, offsets) => answers(path, offsets, memberContainer),
    typesAt: (path, offsets) => answers(path, offsets, typeDeclaration),
  };
}

type DeclarationAt = (checker: Checker, node: SyntaxNode) => SyntaxNode | undefined;

const memberContainer: DeclarationAt = (checker, node) => checker.getSymbolAtLocation(node)?.declarations?.[0]?.parent;

const typeDeclaration: DeclarationAt = (checker, node) => {
  const type = checker.getNonNullableType(checker.getTypeAtLocation(node));
  return (type.aliasSymbol ?? type.symbol)?.declarations?.[0];
};

function named(declaration: SyntaxNode | undefined, root: string): TypeOrigin | undefined {
  const name = declaration?.name?.text;
  return declaration && name ? originOf(name, declaration.getSourceFile().fileName, root) : undefined;
}

function innermost(node: SyntaxNode, offset: number): SyntaxNode {
  const child = node.forEachChild((one) => (one.pos <= offset && offset < one.end ? one : undefined));
  return child ? innermost(child, offset) : node;
}
