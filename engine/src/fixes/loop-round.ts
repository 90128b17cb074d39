import { bare, spanOf, type Node } from '../ast/node.js';
import { same } from '../ast/span.js';
import { children } from '../ast/walk.js';
import type { Span } from '../findings.js';
import { contains } from '../link/enclosing.js';
import { patternNames } from './names.js';
import type { Source } from './source.js';

/** A loop over a list whose every round begins with a wait. */
export interface Round {
  readonly loop: Node;
  /** The variable of the loop, or the pattern. */
  readonly item: Node;
  readonly names: readonly string[];
  readonly list: Node;
  readonly body: Node;
  /** The `await`, and what it waits for. */
  readonly wait: Node;
  readonly awaited: Node;
  /** `const size = await load(key);`, where the round begins with it: the name, and the statement. */
  readonly declares?: { readonly name: string; readonly statement: Node };
}

/** Reads a loop in which a place is waited for, or says why its rounds do not begin with the wait. */
export function roundOf(source: Source, loop: Node | undefined, place: Span): Round | string {
  if (loop?.type !== 'ForOfStatement' || loop['await'] === true || !contains(spanOf(loop), place))
    return 'the section does not begin with the loop';
  const declaration = loop['left'] as Node;
  const [declarator] = (declaration['declarations'] ?? []) as Node[];
  const item = declarator?.['id'] as Node | undefined;
  const list = loop['right'] as Node;
  const body = loop['body'] as Node;
  const path = source.around(place);
  const wait = path.findLast((node) => node.type === 'AwaitExpression' && same(spanOf(node), place));
  const [first] = body.type === 'BlockStatement' ? (body['body'] as Node[]) : [body];
  if (!item || !wait || !first || !contains(spanOf(first), place) || !isFirstDone(path, first, wait))
    return 'a round does something before it waits';
  if (first.type === 'ExpressionStatement' && first['expression'] === wait)
    return 'nothing is done with what is waited for, so that its order may be what the lock is for';
  const round = { loop, item, names: patternNames(item), list, body, wait, awaited: wait['argument'] as Node };
  const name = declaredBy(first, wait);
  return name === undefined || body.type !== 'BlockStatement'
    ? round
    : { ...round, declares: { name, statement: first } };
}

const ON_THE_WAY =
  /^(ExpressionStatement|VariableDeclaration|VariableDeclarator|IfStatement|CallExpression|AssignmentExpression|MemberExpression|BinaryExpression|UnaryExpression|TemplateLiteral|ArrayExpression|ObjectExpression|Property|SpreadElement|AwaitExpression|TS\w+)$/;

/** Whether a wait is done in every round, and nothing that others could notice before it. */
function isFirstDone(path: readonly Node[], statement: Node, wait: Node): boolean {
  const between = path.slice(path.indexOf(statement), path.indexOf(wait));
  return between.every((node, index) => {
    const next = between[index + 1] ?? wait;
    if (!ON_THE_WAY.test(node.type) || (node.type === 'IfStatement' && node['test'] !== next)) return false;
    const declared = node.type === 'VariableDeclarator' ? node['id'] : undefined;
    return [...children(node)].every(
      (child) => child === declared || spanOf(child)[1] > spanOf(next)[0] || isInert(child),
    );
  });
}

function isInert(node: Node): boolean {
  return (
    /^(Identifier|PrivateIdentifier|Literal|ThisExpression|MemberExpression|TemplateElement)$/.test(node.type) &&
    [...children(node)].every(isInert)
  );
}

function declaredBy(statement: Node, wait: Node): string | undefined {
  const [declarator, ...others] = (statement['declarations'] ?? []) as Node[];
  const target = declarator?.['id'] as Node | undefined;
  const isWhole = others.length === 0 && target?.type === 'Identifier' && bare(declarator!['init'] as Node) === wait;
  return isWhole && statement['kind'] === 'const' && target['typeAnnotation'] == null && declarator!['init'] === wait
    ? (target['name'] as string)
    : undefined;
}
