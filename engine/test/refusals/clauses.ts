import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { filesBelow, root } from '../../../test/meta/sources.js';

/** A text of the engine's sources by which a fix says why it is not made, or not for sure. */
export interface Clause {
  /** Where it stands: `engine/src/fixes/add-await.ts:12`. */
  readonly place: string;
  readonly text: string;
  /** Matches the text with anything in place of what it tells of the code: `${name}`. */
  readonly pattern: RegExp;
}

/**
 * Every clause that a fix may tell: what stands in a `refused`, and what helpers of the fixes give back as a `string` that reads as one.
 */
export function clauses(): readonly Clause[] {
  return filesBelow('engine/src', /^engine\/src\/(fixes|checks)\/.*\.ts$/)
    .filter((path) => !LAST_RESORT.test(path))
    .flatMap(clausesOf);
}

/** It refuses a fix that was built wrongly: what it says must never be said. */
const LAST_RESORT = /\/complete\.ts$/;

function clausesOf(path: string): Clause[] {
  const file = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Clause[] = [];
  const visit = (node: ts.Node): void => {
    if (isText(node) && (isRefused(node) || (path.includes('/fixes/') && isGivenBack(node) && readsAsClause(node)))) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      found.push({ place: `${path}:${line + 1}`, text: node.getText().slice(1, -1), pattern: patternOf(node) });
    } else ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

type Text = ts.StringLiteral | ts.NoSubstitutionTemplateLiteral | ts.TemplateExpression;

function isText(node: ts.Node): node is Text {
  return ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node);
}

/** The node whose value a text is, by way of `?:`, `??` and parentheses. */
function valueOf(node: ts.Node): ts.Node {
  const { parent } = node;
  const isPart =
    ts.isParenthesizedExpression(parent) ||
    (ts.isConditionalExpression(parent) && parent.condition !== node) ||
    (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken);
  return isPart ? valueOf(parent) : node;
}

/** `{ refused: 'the call …' }`, `const refused = 'the call …'`, `refused ??= 'the call …'`. */
function isRefused(node: ts.Node): boolean {
  const { parent } = valueOf(node);
  if (ts.isPropertyAssignment(parent) || ts.isVariableDeclaration(parent)) return parent.name.getText() === 'refused';
  return ts.isBinaryExpression(parent) && parent.left.getText() === 'refused';
}

/** What a function returns whose result may be a `string`. */
function isGivenBack(node: ts.Node): boolean {
  const value = valueOf(node);
  const isReturned =
    ts.isReturnStatement(value.parent) || (ts.isArrowFunction(value.parent) && value.parent.body === value);
  const owner = ts.findAncestor(node, ts.isFunctionLike);
  return isReturned && /\bstring\b/.test(owner?.type?.getText() ?? '');
}

/** Words, of which the first is no capital: no code, and no single name. */
function readsAsClause(node: Text): boolean {
  const words = node
    .getText()
    .slice(1, -1)
    .replaceAll(/\\`.*?\\`|\$\{.*?\}/g, 'X')
    .replaceAll(/`.*?`/g, 'X');
  return /^[a-zX][\w’'-]*( [\w’'():,-]+){2,}$/.test(words);
}

function patternOf(node: Text): RegExp {
  const parts = ts.isTemplateExpression(node)
    ? [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)]
    : [node.text];
  return new RegExp(`^${parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.+')}$`, 's');
}
