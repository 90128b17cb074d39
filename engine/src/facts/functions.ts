import { spanOf, type Node } from '../ast/node.js';
import { docTags } from './docs.js';
import { exact, type Extraction, type Frame } from './extraction.js';
import type { FunctionFact, ParamFact, Value } from './format.js';
import { readStatements } from './statements.js';
import { typeFact } from './types.js';
import { assignTo, readValue } from './values.js';

export interface FunctionSetting {
  readonly kind: FunctionFact['kind'];
  readonly name?: string | undefined;
  readonly static?: boolean;
  /** The class that `this` is an instance of, for its methods. */
  readonly thisClass?: number;
  /** A method of an object literal or a plain function has a `this` of its own, that we know nothing of. */
  readonly ownThis?: boolean;
  /** Where the declaration begins, for the comment before it. */
  readonly declaredAt?: number;
}

/** Reads a function with its body; its value is the function itself, nothing of it runs here. */
export function readFunction(x: Extraction, node: Node, setting: FunctionSetting): Value {
  const id = x.functions.length;
  const outer = x.frame;
  const name = setting.name ?? ((node['id'] as Node | null)?.['name'] as string | undefined) ?? '';
  const thisClass = setting.thisClass ?? (setting.kind === 'arrow' ? outer.thisClass : undefined);
  const frame: Frame = { id, symbol: joinSymbol(outer.symbol, name), thisClass, ops: [] };
  x.functions.push(undefined as unknown as FunctionFact); // The place is kept: functions inside get later numbers.
  x.own(node, id);
  x.frame = frame;
  const params = ((node['params'] ?? []) as Node[]).map((parameter) => readParam(x, parameter));
  const body = node['body'] as Node | null;
  if (body?.type === 'BlockStatement') readStatements(x, body['body'] as Node[]);
  else if (body) {
    const value = readValue(x, body, 'return');
    x.push({ op: 'return', value, span: spanOf(body) });
  }
  x.frame = outer;
  const returns = typeFact(x, node['returnType'] as Node | null);
  const docs = docTags(x, setting.declaredAt ?? spanOf(node)[0]);
  x.functions[id] = {
    name,
    kind: setting.kind,
    async: node['async'] === true,
    generator: node['generator'] === true,
    static: setting.static ?? false,
    params,
    ...(returns ? { returns } : {}),
    parent: outer.id,
    ...(thisClass === undefined ? {} : { thisClass }),
    span: spanOf(node),
    bodySpan: body ? spanOf(body) : spanOf(node),
    body: exact(frame.ops),
    ...(docs ? { docs } : {}),
    symbol: frame.symbol,
  };
  return { v: 'fn', id, span: spanOf(node) };
}

export function joinSymbol(outer: string, name: string): string {
  return name === '' ? outer : outer === '' ? name : `${outer}.${name}`;
}

function readParam(x: Extraction, node: Node): ParamFact {
  const span = spanOf(node);
  const inner = node.type === 'TSParameterProperty' ? (node['parameter'] as Node) : node;
  const rest = inner.type === 'RestElement';
  const defaulted = inner.type === 'AssignmentPattern';
  const pattern = (rest ? inner['argument'] : defaulted ? inner['left'] : inner) as Node;
  const type = typeFact(x, (pattern['typeAnnotation'] ?? inner['typeAnnotation']) as Node | null);
  const common = { rest, optional: defaulted || pattern['optional'] === true, ...(type ? { type } : {}), span };
  const given: Value = { v: 'mix', op: 'parameter', of: [], span };
  if (pattern.type !== 'Identifier') {
    assignTo(x, pattern, given, 'declare', node);
    return common;
  }
  const binding = x.bindingOf(pattern);
  if (binding === undefined) return common;
  if (type) x.setInit(binding, undefined, type);
  // The default runs only when nothing is passed; its value is one of two.
  if (defaulted) x.setInit(binding, { v: 'choice', op: '??', of: [given, readValue(x, inner['right'] as Node)], span });
  return { binding, ...common };
}
