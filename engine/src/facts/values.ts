import { bare, isFunction, isNode, spanOf, type Node } from '../ast/node.js';
import { children } from '../ast/walk.js';
import { readClass } from './classes.js';
import type { Extraction } from './extraction.js';
import type { AssignOp, ResultUse, Value } from './format.js';
import { readFunction } from './functions.js';
import { typeFact } from './types.js';

/** Reads an expression: adds its operations in evaluation order, and tells what its value is. */
export function readValue(x: Extraction, node: Node, use: ResultUse = 'value', name?: string): Value {
  return x.deeper(() => {
    const inner = bare(node);
    const read = READERS[inner.type];
    return read ? read(x, inner, use, name) : mixOfChildren(x, inner);
  });
}

type Reader = (x: Extraction, node: Node, use: ResultUse, name?: string) => Value;

const READERS: Readonly<Record<string, Reader>> = {
  Identifier: (x, node) => readIdentifier(x, node, true),
  JSXIdentifier: (x, node) => readIdentifier(x, node, true),
  ThisExpression: (_x, node) => ({ v: 'this', span: spanOf(node) }),
  Super: (_x, node) => ({ v: 'super', span: spanOf(node) }),
  Literal: (_x, node) => literal(node),
  MemberExpression: (x, node) => {
    const cell = readAccess(x, node);
    if (isPath(cell)) x.push({ op: 'read', cell, span: cell.span });
    return cell;
  },
  ChainExpression: readChain,
  CallExpression: (x, node, use) => readCall(x, node, use, false),
  NewExpression: (x, node, use) => readCall(x, node, use, true),
  ImportExpression: (x, node, use) => {
    const args = [readValue(x, node['source'] as Node, 'argument')];
    return pushCall(x, node, { v: 'global', name: 'import', span: spanOf(node) }, args, use);
  },
  TaggedTemplateExpression: (x, node, use) => {
    const callee = readCallee(x, node['tag'] as Node);
    const args = ((node['quasi'] as Node)['expressions'] as Node[]).map((part) => readValue(x, part, 'argument'));
    return pushCall(x, node, callee, args, use);
  },
  AwaitExpression: (x, node) => {
    const of = readValue(x, node['argument'] as Node, 'await');
    x.push({ op: 'await', how: 'await', of, span: spanOf(node) });
    return { v: 'await', of, span: spanOf(node) };
  },
  YieldExpression: (x, node) => {
    const argument = node['argument'] as Node | null;
    const of = argument ? readValue(x, argument) : undefined;
    x.push({ op: 'await', how: 'yield', ...(of ? { of } : {}), span: spanOf(node) });
    return mix('yield', of ? [of] : [], node);
  },
  AssignmentExpression: readAssignment,
  UpdateExpression: (x, node) => {
    const target = readTarget(x, node['argument'] as Node);
    const value = mix(node['operator'] as string, [target], node);
    x.push({ op: 'assign', target, value, how: 'update', span: spanOf(node) });
    return value;
  },
  UnaryExpression: (x, node) => {
    const operator = node['operator'] as string;
    const argument = node['argument'] as Node;
    if (operator === 'delete') {
      const target = readTarget(x, argument);
      const value: Value = { v: 'global', name: 'undefined', span: spanOf(node) };
      x.push({ op: 'assign', target, value, how: 'delete', span: spanOf(node) });
      return mix('delete', [target], node);
    }
    return mix(
      operator,
      [readValue(x, argument, operator === 'void' ? 'void' : operator === '!' ? 'test' : 'value')],
      node,
    );
  },
  BinaryExpression: (x, node) =>
    mix(
      node['operator'] as string,
      [node['left'] as Node, node['right'] as Node]
        .filter((side) => side.type !== 'PrivateIdentifier')
        .map((side) => readValue(x, side)),
      node,
    ),
  LogicalExpression: (x, node, use) => {
    const op = node['operator'] as '&&' | '||' | '??';
    const left = readValue(x, node['left'] as Node, op === '&&' ? 'test' : use);
    let right!: Value;
    const then = x.collect(() => (right = readValue(x, node['right'] as Node, use)));
    if (then.length > 0) x.push({ op: 'branch', form: op, test: left, then, else: [], span: spanOf(node) });
    return { v: 'choice', op, of: [left, right], span: spanOf(node) };
  },
  ConditionalExpression: (x, node, use) => {
    const test = readValue(x, node['test'] as Node, 'test');
    let yes!: Value;
    let no!: Value;
    const then = x.collect(() => (yes = readValue(x, node['consequent'] as Node, use)));
    const otherwise = x.collect(() => (no = readValue(x, node['alternate'] as Node, use)));
    if (then.length + otherwise.length > 0)
      x.push({ op: 'branch', form: '?:', test, then, else: otherwise, span: spanOf(node) });
    return { v: 'choice', op: '?:', of: [test, yes, no], span: spanOf(node) };
  },
  SequenceExpression: (x, node, use) => {
    const parts = node['expressions'] as Node[];
    return parts.map((part, index) => readValue(x, part, index === parts.length - 1 ? use : 'discard')).at(-1)!;
  },
  ArrowFunctionExpression: (x, node, _use, name) => readFunction(x, node, { kind: 'arrow', name }),
  FunctionExpression: (x, node, _use, name) => readFunction(x, node, { kind: 'function', name }),
  ClassExpression: (x, node, _use, name) => readClass(x, node, name),
  ObjectExpression: (x, node) => ({
    v: 'object',
    props: (node['properties'] as Node[]).map((property) => readProperty(x, property)),
    span: spanOf(node),
  }),
  ArrayExpression: (x, node) => ({
    v: 'array',
    items: (node['elements'] as (Node | null)[]).filter(isNode).map((item) => readValue(x, item, 'argument')),
    span: spanOf(node),
  }),
  SpreadElement: (x, node) => mix('...', [readItems(x, node['argument'] as Node)], node),
  TemplateLiteral: (x, node) =>
    mix(
      'template',
      (node['expressions'] as Node[]).map((part) => readValue(x, part)),
      node,
    ),
};

function mix(op: string, of: readonly Value[], node: Node): Value {
  return { v: 'mix', op, of, span: spanOf(node) };
}

/** JSX and whatever a later grammar brings: its parts are evaluated, and the value depends on all of them. */
function mixOfChildren(x: Extraction, node: Node): Value {
  const parts: Value[] = [];
  for (const child of children(node)) {
    if (child.type.startsWith('TS') || child.type === 'JSXClosingElement') continue;
    parts.push(readValue(x, child));
  }
  return mix(node.type, parts, node);
}

function literal(node: Node): Value {
  const value: unknown = node['value'];
  const plain = value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return plain && node['regex'] == null && node['bigint'] == null
    ? { v: 'lit', value, span: spanOf(node) }
    : mix('literal', [], node);
}

function readIdentifier(x: Extraction, node: Node, asRead: boolean): Value {
  const id = x.bindingOf(node);
  const span = spanOf(node);
  if (id === undefined) return { v: 'global', name: node['name'] as string, span };
  const cell: Value = { v: 'bind', id, span };
  // A constant is no shared state of its own; what its members hold is read through a member access.
  if (asRead && x.bindings[id]!.kind !== 'const' && STATE.has(x.bindings[id]!.kind)) x.push({ op: 'read', cell, span });
  return cell;
}

/** What is spread or gone through is read as a whole, a constant container too. */
export function readItems(x: Extraction, node: Node): Value {
  const value = readValue(x, node);
  if (value.v === 'bind' && x.bindings[value.id]!.kind === 'const')
    x.push({ op: 'read', cell: value, span: value.span });
  return value;
}

const STATE = new Set(['let', 'var', 'param', 'catch']);

/** Whether a value is an access path: a root and names. */
function isPath(value: Value): boolean {
  let root = value;
  while (root.v === 'member' || root.v === 'index') root = root.of;
  return root.v === 'this' || root.v === 'super' || root.v === 'bind' || root.v === 'global';
}

/** An access path without the reading of it: the caller knows whether it is read, written or called. */
function readAccess(x: Extraction, node: Node): Value {
  const inner = bare(node);
  if (inner.type === 'Identifier') return readIdentifier(x, inner, false);
  if (inner.type !== 'MemberExpression') return readValue(x, inner, 'receiver');
  return x.deeper(() => {
    const of = readAccess(x, inner['object'] as Node);
    const property = inner['property'] as Node;
    const span = spanOf(inner);
    const optional = inner['optional'] === true ? { optional: true as const } : {};
    if (inner['computed'] !== true) {
      const name =
        property.type === 'PrivateIdentifier' ? `#${property['name'] as string}` : (property['name'] as string);
      return { v: 'member', of, name, ...optional, span };
    }
    const key = readValue(x, property);
    const name = staticKey(x, key);
    return name === undefined ? { v: 'index', of, key, span } : { v: 'member', of, name, ...optional, span };
  });
}

/** The name that a computed key always is: a literal, or a constant such as a symbol, written `[NAME]`. */
export function staticKey(x: Extraction, key: Value): string | undefined {
  if (key.v === 'lit' && (typeof key.value === 'string' || typeof key.value === 'number')) return String(key.value);
  if (key.v !== 'bind') return undefined;
  const binding = x.bindings[key.id]!;
  const constant = binding.kind === 'import' || (binding.kind === 'const' && binding.init?.v === 'call');
  return constant ? `[${binding.name}]` : undefined;
}

function readCallee(x: Extraction, node: Node): Value {
  return readAccess(x, node);
}

function readCall(x: Extraction, node: Node, use: ResultUse, isNew: boolean): Value {
  const callee = readCallee(x, node['callee'] as Node);
  const args = (node['arguments'] as Node[]).map((argument) => readValue(x, argument, 'argument'));
  return pushCall(x, node, callee, args, use, isNew);
}

function pushCall(
  x: Extraction,
  node: Node,
  callee: Value,
  args: readonly Value[],
  use: ResultUse,
  isNew = false,
): Value {
  const id = x.callId();
  const span = spanOf(node);
  const parameters = (node['typeArguments'] ?? node['typeParameters']) as Node | null | undefined;
  x.push({
    op: 'call',
    id,
    span,
    callee,
    args,
    spread: args.some((argument) => argument.v === 'mix' && argument.op === '...'),
    isNew,
    optional: node['optional'] === true,
    result: use,
    typeArgs: ((parameters?.['params'] ?? []) as Node[]).map((argument) => typeFact(x, argument)!),
  });
  return { v: 'call', id, span };
}

/** `a?.b()`: what follows the first `?.` happens only if the value before it is there. */
function readChain(x: Extraction, node: Node, use: ResultUse): Value {
  const expression = node['expression'] as Node;
  const subject = optionalSubject(expression);
  if (!subject) return readValue(x, expression, use);
  let value!: Value;
  const then = x.collect(() => (value = readValue(x, expression, use)));
  const test =
    subject.type === 'Identifier' || isSimplePath(subject)
      ? quietly(x, () => readAccess(x, subject))
      : mix('?.', [], subject);
  if (test.v === 'mix') then.forEach((op) => x.push(op));
  else x.push({ op: 'branch', form: '?.', test, then, else: [], span: spanOf(node) });
  return value;
}

function quietly(x: Extraction, read: () => Value): Value {
  let value!: Value;
  x.collect(() => (value = read()));
  return value;
}

function isSimplePath(node: Node): boolean {
  const inner = bare(node);
  if (inner.type === 'Identifier' || inner.type === 'ThisExpression') return true;
  return inner.type === 'MemberExpression' && inner['computed'] !== true && isSimplePath(inner['object'] as Node);
}

/** What stands before the first `?.` of a chain. */
function optionalSubject(node: Node): Node | undefined {
  let subject: Node | undefined;
  let inner = bare(node);
  while (inner.type === 'MemberExpression' || inner.type === 'CallExpression') {
    const next = bare((inner['object'] ?? inner['callee']) as Node);
    if (inner['optional'] === true) subject = next;
    inner = next;
  }
  return subject;
}

function readAssignment(x: Extraction, node: Node): Value {
  const operator = node['operator'] as string;
  const left = node['left'] as Node;
  const right = node['right'] as Node;
  const name = left.type === 'Identifier' ? (left['name'] as string) : undefined;
  if (operator === '=') {
    const value = readValue(x, right, 'store', name);
    assignTo(x, left, value, 'set', node);
    return value;
  }
  const target = readTarget(x, left);
  if (operator === '||=' || operator === '&&=' || operator === '??=') {
    const op = operator.slice(0, -1) as '||' | '&&' | '??';
    x.push({ op: 'read', cell: target, span: target.span });
    let value!: Value;
    const then = x.collect(() => {
      value = readValue(x, right, 'store', name);
      x.push({ op: 'assign', target, value, how: 'set', span: spanOf(node) });
    });
    x.push({ op: 'branch', form: op, test: target, then, else: [], span: spanOf(node) });
    return { v: 'choice', op, of: [target, value], span: spanOf(node) };
  }
  // The target's old value is read before the right side runs: `x += await f()` loses what happened meanwhile.
  x.push({ op: 'read', cell: target, span: target.span });
  const value = mix(operator, [target, readValue(x, right)], node);
  x.push({ op: 'assign', target, value, how: 'update', span: spanOf(node) });
  return value;
}

function readTarget(x: Extraction, node: Node): Value {
  const inner = bare(node);
  return readAccess(x, inner.type === 'ChainExpression' ? (inner['expression'] as Node) : inner);
}

/** Assigns a value to an identifier, a member or the parts of a pattern. */
export function assignTo(x: Extraction, pattern: Node, value: Value, how: AssignOp['how'], statement: Node): void {
  const target = bare(pattern);
  const span = spanOf(statement);
  switch (target.type) {
    case 'ObjectPattern':
      for (const property of target['properties'] as Node[]) {
        if (property.type === 'RestElement')
          assignTo(x, property['argument'] as Node, mix('rest', [value], property), how, statement);
        else {
          const part = partOf(x, value, property);
          // `const { x } = this` reads `this.x`.
          if (isPath(part)) x.push({ op: 'read', cell: part, span: part.span });
          assignTo(x, property['value'] as Node, part, how, statement);
        }
      }
      return;
    case 'ArrayPattern':
      (target['elements'] as (Node | null)[]).forEach((element, index) => {
        if (element?.type === 'RestElement')
          assignTo(x, element['argument'] as Node, mix('rest', [value], element), how, statement);
        else if (element)
          assignTo(x, element, { v: 'member', of: value, name: String(index), span: spanOf(element) }, how, statement);
      });
      return;
    case 'AssignmentPattern': {
      const fallback = readValue(x, target['right'] as Node);
      const either: Value = { v: 'choice', op: '??', of: [value, fallback], span: spanOf(target) };
      assignTo(x, target['left'] as Node, either, how, statement);
      return;
    }
    case 'TSParameterProperty':
      assignTo(x, target['parameter'] as Node, value, how, statement);
      return;
    default: {
      const cell = readTarget(x, target);
      if (how === 'declare' && cell.v === 'bind')
        x.setInit(cell.id, value, typeFact(x, target['typeAnnotation'] as Node | null));
      x.push({ op: 'assign', target: cell, value, how, span });
    }
  }
}

function partOf(x: Extraction, value: Value, property: Node): Value {
  const key = property['key'] as Node;
  const span = spanOf(property);
  if (property['computed'] !== true)
    return { v: 'member', of: value, name: (key['name'] ?? String(key['value'])) as string, span };
  return { v: 'index', of: value, key: readValue(x, key), span };
}

function readProperty(x: Extraction, property: Node): { name?: string; value: Value } {
  if (property.type !== 'Property') return { value: readValue(x, property) };
  const key = property['key'] as Node;
  const name = property['computed'] === true ? undefined : ((key['name'] ?? String(key['value'])) as string);
  if (name === undefined) readValue(x, key);
  const body = property['value'] as Node;
  const kind = property['kind'] as string;
  const value =
    isFunction(body) && (property['method'] === true || kind !== 'init')
      ? readFunction(x, body, {
          kind: kind === 'get' ? 'getter' : kind === 'set' ? 'setter' : 'function',
          name,
          ownThis: true,
        })
      : readValue(x, body, 'store', name);
  return name === undefined ? { value } : { name, value };
}
