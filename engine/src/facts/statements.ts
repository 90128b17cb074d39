import { spanOf, type Node } from '../ast/node.js';
import { readClass } from './classes.js';
import { docTags } from './docs.js';
import type { Extraction } from './extraction.js';
import type { Op, SwitchOp, Value } from './format.js';
import { readFunction } from './functions.js';
import { typeFact } from './types.js';
import { assignTo, readItems, readValue } from './values.js';

export function readStatements(x: Extraction, nodes: readonly Node[]): void {
  for (const node of nodes) readStatement(x, node);
}

/** Reads a statement: its operations are added to the function being read. */
function readStatement(x: Extraction, node: Node, label?: string): void {
  x.deeper(() => STATEMENTS[node.type]?.(x, node, label));
}

type Reader = (x: Extraction, node: Node, label?: string) => void;

const STATEMENTS: Readonly<Record<string, Reader>> = {
  ExpressionStatement: (x, node) => void readValue(x, node['expression'] as Node, 'discard'),
  VariableDeclaration: readVariables,
  FunctionDeclaration: (x, node) => {
    if (node['body'] == null) return;
    const value = readFunction(x, node, { kind: 'function' });
    const identifier = node['id'] as Node | null;
    if (identifier) x.setInit(x.bindingOf(identifier), value);
  },
  ClassDeclaration: (x, node) => void readClass(x, node),
  ReturnStatement: (x, node) => {
    const argument = node['argument'] as Node | null;
    const value = argument ? readValue(x, argument, 'return') : undefined;
    x.push({ op: 'return', ...(value ? { value } : {}), span: spanOf(node) });
  },
  ThrowStatement: (x, node) =>
    x.push({ op: 'throw', value: readValue(x, node['argument'] as Node), span: spanOf(node) }),
  BlockStatement: (x, node, label) => {
    const body = x.collect(() => readStatements(x, node['body'] as Node[]));
    x.push({ op: 'block', body, ...(label ? { label } : {}), span: spanOf(node) });
  },
  IfStatement: (x, node) => {
    const test = readValue(x, node['test'] as Node, 'test');
    const then = inner(x, node['consequent'] as Node);
    const otherwise = node['alternate'] ? inner(x, node['alternate'] as Node) : [];
    x.push({ op: 'branch', form: 'if', test, then, else: otherwise, span: spanOf(node) });
  },
  WhileStatement: (x, node, label) => readLoop(x, node, 'while', label),
  DoWhileStatement: (x, node, label) => readLoop(x, node, 'do', label),
  ForStatement: (x, node, label) => {
    const init = node['init'] as Node | null;
    if (init?.type === 'VariableDeclaration') readVariables(x, init);
    else if (init) readValue(x, init, 'discard');
    readLoop(x, node, 'for', label);
  },
  ForInStatement: (x, node, label) => readIteration(x, node, 'for-in', label),
  ForOfStatement: (x, node, label) => readIteration(x, node, node['await'] === true ? 'for-await' : 'for-of', label),
  SwitchStatement: readSwitch,
  TryStatement: readTry,
  LabeledStatement: (x, node) => readStatement(x, node['body'] as Node, (node['label'] as Node)['name'] as string),
  BreakStatement: (x, node) => x.push({ op: 'break', ...labelOf(node), span: spanOf(node) }),
  ContinueStatement: (x, node) => x.push({ op: 'continue', ...labelOf(node), span: spanOf(node) }),
  ExportNamedDeclaration: (x, node) => node['declaration'] && readStatement(x, node['declaration'] as Node),
  ExportDefaultDeclaration: (x, node) => {
    const declaration = node['declaration'] as Node;
    if (STATEMENTS[declaration.type]) readStatement(x, declaration);
    else
      x.push({
        op: 'assign',
        target: EXPORT_DEFAULT,
        value: readValue(x, declaration, 'store'),
        how: 'set',
        span: spanOf(node),
      });
  },
  TSExportAssignment: (x, node) =>
    x.push({
      op: 'assign',
      target: EXPORT_DEFAULT,
      value: readValue(x, node['expression'] as Node, 'store'),
      how: 'set',
      span: spanOf(node),
    }),
  TSTypeAliasDeclaration: (x, node) => {
    const identifier = node['id'] as Node;
    const type = typeFact(x, node['typeAnnotation'] as Node);
    const binding = x.bindingOf(identifier);
    if (type)
      x.aliases.push({
        name: identifier['name'] as string,
        ...(binding === undefined ? {} : { binding }),
        type,
        span: spanOf(node),
      });
  },
  TSModuleDeclaration: (x, node) => {
    const body = node['body'] as Node | null;
    if (body?.type === 'TSModuleBlock') readStatements(x, body['body'] as Node[]);
  },
};

/** Where `export default EXPRESSION` keeps its value. */
export const EXPORT_DEFAULT: Value = { v: 'global', name: 'export default', span: [0, 0] };

function labelOf(node: Node): { label?: string } {
  const label = node['label'] as Node | null;
  return label ? { label: label['name'] as string } : {};
}

/** The operations of a statement that is a branch; a block is opened, for it has no life of its own there. */
function inner(x: Extraction, node: Node): Op[] {
  return x.collect(() => {
    if (node.type === 'BlockStatement' && !declaresUsing(node)) readStatements(x, node['body'] as Node[]);
    else readStatement(x, node);
  });
}

function declaresUsing(block: Node): boolean {
  return (block['body'] as Node[]).some(
    (statement) => statement.type === 'VariableDeclaration' && /using/.test(statement['kind'] as string),
  );
}

function readVariables(x: Extraction, node: Node): void {
  const kind = node['kind'] as string;
  for (const declarator of node['declarations'] as Node[]) {
    const target = declarator['id'] as Node;
    const init = declarator['init'] as Node | null;
    const id = target.type === 'Identifier' ? x.bindingOf(target) : undefined;
    if (id !== undefined) {
      const draft = x.bindings[id]!;
      draft.declarator = spanOf(declarator);
      const type = typeFact(x, target['typeAnnotation'] as Node | null);
      if (type) draft.type = type;
      const docs = docTags(x, spanOf(node)[0]);
      if (docs) draft.docs = docs;
    }
    if (!init) {
      // `let x;` is a write of `undefined`, which later tests of `x` rely on.
      if (id !== undefined && kind === 'let') declareUndefined(x, target, declarator);
      continue;
    }
    const value = readValue(x, init, 'store', target.type === 'Identifier' ? (target['name'] as string) : undefined);
    if (kind.endsWith('using') && id !== undefined) {
      x.setInit(id, value);
      x.push({ op: 'using', binding: id, value, awaits: kind.startsWith('await'), span: spanOf(declarator) });
    } else assignTo(x, target, value, 'declare', declarator);
  }
}

function declareUndefined(x: Extraction, target: Node, declarator: Node): void {
  const span = spanOf(declarator);
  const cell: Value = { v: 'bind', id: x.bindingOf(target)!, span: spanOf(target) };
  x.push({ op: 'assign', target: cell, value: { v: 'global', name: 'undefined', span }, how: 'declare', span });
}

function readLoop(x: Extraction, node: Node, form: 'for' | 'while' | 'do', label: string | undefined): void {
  const testNode = node['test'] as Node | null;
  let test: Value | undefined;
  const head = x.collect(() => (test = testNode ? readValue(x, testNode, 'test') : undefined));
  const body = inner(x, node['body'] as Node);
  const updateNode = node['update'] as Node | null | undefined;
  const update = x.collect(() => updateNode && readValue(x, updateNode, 'discard'));
  const forever = test === undefined || (test.v === 'lit' && Boolean(test.value));
  x.push({
    op: 'loop',
    form,
    head,
    ...(test ? { test } : {}),
    body,
    update,
    forever,
    ...(label ? { label } : {}),
    span: spanOf(node),
  });
}

function readIteration(
  x: Extraction,
  node: Node,
  form: 'for-in' | 'for-of' | 'for-await',
  label: string | undefined,
): void {
  const subject = readItems(x, node['right'] as Node);
  const left = node['left'] as Node;
  const body = x.collect(() => {
    if (form === 'for-await')
      x.push({ op: 'await', how: 'for-await', of: subject, span: spanOf(node['right'] as Node) });
    const item: Value = { v: 'mix', op: 'item', of: [subject], span: spanOf(left) };
    const declared = left.type === 'VariableDeclaration';
    const target = (declared ? (left['declarations'] as Node[])[0]!['id'] : left) as Node;
    assignTo(x, target, item, declared ? 'declare' : 'set', left);
    inner(x, node['body'] as Node).forEach((op) => x.push(op));
  });
  x.push({
    op: 'loop',
    form,
    head: [],
    body,
    update: [],
    forever: false,
    ...(label ? { label } : {}),
    span: spanOf(node),
  });
}

function readSwitch(x: Extraction, node: Node, label?: string): void {
  const on = readValue(x, node['discriminant'] as Node);
  const cases: SwitchOp['cases'] = (node['cases'] as Node[]).map((part) => {
    const testNode = part['test'] as Node | null;
    return {
      isDefault: testNode === null,
      test: x.collect(() => testNode && readValue(x, testNode)),
      body: x.collect(() => readStatements(x, part['consequent'] as Node[])),
    };
  });
  x.push({ op: 'switch', on, cases, ...(label ? { label } : {}), span: spanOf(node) });
}

function readTry(x: Extraction, node: Node): void {
  const block = node['block'] as Node;
  const body = x.collect(() => readStatements(x, block['body'] as Node[]));
  const catchNode = node['handler'] as Node | null;
  const finallyNode = node['finalizer'] as Node | null;
  const handler = catchNode && {
    span: spanOf(catchNode),
    ...paramOf(x, catchNode),
    body: x.collect(() => readStatements(x, (catchNode['body'] as Node)['body'] as Node[])),
  };
  const finalizer = finallyNode && {
    span: spanOf(finallyNode),
    body: x.collect(() => readStatements(x, finallyNode['body'] as Node[])),
  };
  x.push({
    op: 'try',
    span: spanOf(node),
    bodySpan: spanOf(block),
    body,
    ...(handler ? { handler } : {}),
    ...(finalizer ? { finalizer } : {}),
  });
}

function paramOf(x: Extraction, handler: Node): { param?: number } {
  const parameter = handler['param'] as Node | null;
  const id = parameter?.type === 'Identifier' ? x.bindingOf(parameter) : undefined;
  return id === undefined ? {} : { param: id };
}
