import { isNode, spanOf, type Node } from '../ast/node.js';
import { readDecorators } from './decorators.js';
import { docTags } from './docs.js';
import { exact, type Extraction, type Frame } from './extraction.js';
import type { ClassFact, FunctionFact, MemberFact, Op, Value } from './format.js';
import { joinSymbol, readFunction } from './functions.js';
import { readStatements } from './statements.js';
import { typeFact } from './types.js';
import { readValue, staticKey } from './values.js';

/** Reads a class: its members as declarations, its field initialisers as one function that every construction runs. */
export function readClass(x: Extraction, node: Node, hint?: string): Value {
  const id = x.classes.length;
  const identifier = node['id'] as Node | null;
  const name = (identifier?.['name'] as string | undefined) ?? hint ?? '';
  x.classes.push(undefined as unknown as ClassFact); // The place is kept: classes inside get later numbers.
  const superNode = node['superClass'] as Node | null;
  const superClass = superNode ? readValue(x, superNode) : undefined;
  const outer = x.frame;
  const fields: Op[] = [];
  const frame: Frame = { id: x.functions.length, symbol: joinSymbol(outer.symbol, name), thisClass: id, ops: fields };
  x.functions.push(undefined as unknown as FunctionFact);
  x.frame = frame;
  const members: MemberFact[] = [];
  for (const member of (node['body'] as Node)['body'] as Node[]) members.push(...readMember(x, member, id));
  x.frame = outer;
  x.functions[frame.id] = {
    name: '',
    kind: 'fields',
    async: false,
    generator: false,
    static: false,
    params: [],
    parent: outer.id,
    thisClass: id,
    span: spanOf(node),
    bodySpan: spanOf(node['body'] as Node),
    body: exact(fields),
    symbol: frame.symbol,
  };
  const binding = identifier ? x.bindingOf(identifier) : undefined;
  const docs = docTags(x, spanOf(node)[0]);
  x.classes[id] = {
    name,
    span: spanOf(node),
    ...(binding === undefined ? {} : { binding }),
    ...(superClass ? { superClass } : {}),
    implements: ((node['implements'] ?? []) as Node[]).map((part) => typeFact(x, part)!),
    members: exact(members),
    ...(docs ? { docs } : {}),
  };
  const value: Value = { v: 'class', id, span: spanOf(node) };
  if (node.type === 'ClassDeclaration') x.setInit(binding, value);
  return value;
}

function readMember(x: Extraction, node: Node, classId: number): MemberFact[] {
  if (node.type === 'StaticBlock') {
    x.own(node, x.frame.id);
    readStatements(x, node['body'] as Node[]);
    return [];
  }
  const key = node['key'] as Node | undefined;
  if (!key) return [];
  const name = memberName(x, node, key);
  const declaration = {
    name,
    span: spanOf(node),
    nameSpan: spanOf(key),
    static: node['static'] === true,
    private: key.type === 'PrivateIdentifier' || node['accessibility'] === 'private',
    ...(node['accessibility'] === 'protected' ? { protected: true as const } : {}),
    readonly: node['readonly'] === true,
  };
  const docs = docTags(x, spanOf(node)[0]);
  const documented = docs ? { docs } : {};
  if (node.type.endsWith('MethodDefinition')) return readMethod(x, node, classId, { ...declaration, ...documented });
  const type = typeFact(x, node['typeAnnotation'] as Node | null);
  const init = isNode(node['value']) ? readValue(x, node['value'], 'store', name) : undefined;
  return [{ ...declaration, ...documented, kind: 'field', ...(type ? { type } : {}), ...(init ? { init } : {}) }];
}

type Declared = Omit<MemberFact, 'kind'>;

function readMethod(x: Extraction, node: Node, classId: number, declared: Declared): MemberFact[] {
  const body = node['value'] as Node;
  const written = node['kind'] as string;
  const kind =
    written === 'get' ? 'getter' : written === 'set' ? 'setter' : written === 'constructor' ? 'constructor' : 'method';
  // An overload or an abstract method has no body, and nothing of it runs.
  if (!isNode(body['body'])) return [];
  const value = readFunction(x, body, {
    kind,
    name: declared.name,
    static: declared.static,
    thisClass: classId,
    ownThis: true,
    declaredAt: declared.span[0],
  });
  const functionId = (value as { id: number }).id;
  const decorators = kind === 'method' ? readDecorators(x, node) : undefined;
  const member: MemberFact = { ...declared, kind, function: functionId, ...(decorators ? { decorators } : {}) };
  if (kind !== 'constructor') return [member];
  const properties = (body['params'] as Node[]).flatMap((parameter, index): MemberFact[] => {
    if (parameter.type !== 'TSParameterProperty') return [];
    const inner = parameter['parameter'] as Node;
    const identifier = (inner.type === 'AssignmentPattern' ? inner['left'] : inner) as Node;
    const type = typeFact(x, identifier['typeAnnotation'] as Node | null);
    return [
      {
        name: identifier['name'] as string,
        kind: 'field',
        span: spanOf(parameter),
        nameSpan: spanOf(identifier),
        static: false,
        private: parameter['accessibility'] === 'private',
        readonly: parameter['readonly'] === true,
        parameter: index,
        ...(type ? { type } : {}),
      },
    ];
  });
  return [member, ...properties];
}

function memberName(x: Extraction, node: Node, key: Node): string {
  if (key.type === 'PrivateIdentifier') return `#${key['name'] as string}`;
  if (node['computed'] !== true) return (key['name'] ?? String(key['value'])) as string;
  return staticKey(x, readValue(x, key)) ?? `[${x.slice(spanOf(key))}]`;
}
