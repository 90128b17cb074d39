import type { Node } from '../ast/node.js';

const LOOSE =
  /^(Binary|Logical|Conditional|Assignment|Sequence|ArrowFunction|Yield|Await|Unary|Update|TSAs|TSSatisfies)Expression$/;
const ROOMY =
  /^(ExpressionStatement|ReturnStatement|VariableDeclarator|AssignmentExpression|IfStatement|WhileStatement|ThrowStatement|TemplateLiteral|ArrayExpression|PropertyDefinition)$/;

/** Whether an expression needs parentheses where another one stood. */
export function needsParens(node: Node, parent: Node | undefined): boolean {
  if (node.type === 'ObjectExpression')
    return parent?.type === 'ExpressionStatement' || parent?.type === 'ArrowFunctionExpression';
  if (!LOOSE.test(node.type) || !parent || ROOMY.test(parent.type)) return false;
  if (parent.type === 'Property') return false;
  if (parent.type === 'ArrowFunctionExpression')
    return node.type === 'SequenceExpression' || node.type === 'AssignmentExpression';
  if (parent.type === 'CallExpression' || parent.type === 'NewExpression') return node.type === 'SequenceExpression';
  return true;
}
