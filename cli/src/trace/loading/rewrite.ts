// Marks the calls that may take a lock while their file is loaded: `this.lock.acquire()` becomes
// `__lockwise$at(7, this.lock).acquire()`. Only text before the call's dot is added and no line is moved, so that stack
// traces keep their lines. A call that is not marked is recorded as well, only slower; so a call is left alone wherever
// the rewriting could change what it does.
import MagicString from 'magic-string';
import { parseSync } from 'oxc-parser';
import { markerName } from '../recording/current-site.js';
import type { SiteMark } from '../recording/sites.js';
import { LineIndex } from './lines.js';

export interface Rewritten {
  readonly code: string;
  /** What was marked, with the numbers that the code uses. */
  readonly marks: readonly (readonly [id: number, mark: SiteMark])[];
}

/** What an ESTree node is to a walk that knows only a few kinds. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** Words without which a file takes no lock: most files are neither parsed nor changed. */
const prefilter = /lock|mutex|sema|limit|queue|acquire|runExclusive|quickRead|conditionalUpdate/i;

/** Methods that take locks, whatever they are called on. */
const plainMethods = new Set(
  'acquire acquireAsync tryAcquire runExclusive withLock withLocks withLockSync withPermit lock withRead withWrite'.split(
    ' ',
  ),
);
/** Methods whose names are common elsewhere, and what the receiver's text must look like. */
const suspectMethods = new Map<string, RegExp>([
  ['request', /locks$/],
  ['add', /queue|limit|pool|task|job|scheduler/i],
  ['addAll', /queue|limit|pool|task|job|scheduler/i],
  ['map', /limit/i],
  ['drain', /sema/i],
  ['v', /sema/i],
]);
/** Methods of read/write locks. Those of streams and files, which have the same names, are given data. */
const readWriteMethods = new Set(['read', 'write', 'tryRead', 'tryWrite']);
/** Called as plain functions, a lock is one of these, or a property so named. */
const lockFunction = /limit|lock|mutex|throttle/i;
/** Functions of the runtime that take the lock as their first argument. */
const helpers = new Set(['quickRead', 'tryQuickRead', 'quickReadExtract', 'conditionalUpdate']);

/** Beyond this length a file is a bundle, whose libraries are inside it and cannot be instrumented anyway. */
const longest = 4 * 1024 * 1024;

export type SourceKind = 'module' | 'commonjs';

/** Gives the text with its calls marked, or nothing where there is nothing to mark or the text cannot be parsed. */
export function rewrite(source: string, file: string, kind: SourceKind, ids: SiteNumbers): Rewritten | undefined {
  if (source.length > longest || !prefilter.test(source)) return undefined;
  const { program, errors } = parseSync(file, source, { sourceType: kind });
  if (errors.length > 0) return undefined;
  const edits = new MagicString(source);
  const lines = new LineIndex(source);
  const marks: [id: number, mark: SiteMark][] = [];
  visitCalls(program as unknown as Node, '', (call, symbol) => {
    const target = markedExpression(call, source);
    if (target === undefined) return;
    const place = lines.at(call.start);
    const id = ids.next();
    marks.push([id, { file, ...place, symbol, operation: target.operation, text: lines.text(place.line) }]);
    edits.appendRight(target.node.start, `${markerName}(${id}, `).prependLeft(target.node.end, ')');
  });
  return marks.length === 0 ? undefined : { code: edits.toString(), marks };
}

/** Hands out the numbers of sites; two threads that load files of one program use different residues. */
export class SiteNumbers {
  #next: number;
  readonly #step: number;

  constructor(first: number, step: number) {
    this.#next = first;
    this.#step = step;
  }

  next(): number {
    const id = this.#next;
    this.#next += this.#step;
    return id;
  }
}

function visitCalls(node: Node, symbol: string, visit: (call: Node, symbol: string) => void): void {
  if (node.type === 'CallExpression') visit(node, symbol);
  for (const key in node) {
    const value = node[key];
    if (typeof value !== 'object' || value === null) continue;
    for (const child of (Array.isArray(value) ? value : [value]) as (Node | null)[])
      if (typeof child?.type === 'string') visitCalls(child, within(node, child, symbol), visit);
  }
}

/** The enclosing path for a child: classes, methods, functions and variables that hold a function, joined with dots. */
function within(node: Node, child: Node, symbol: string): string {
  if (!namesItsChild(node, child)) return symbol;
  const name = nameOf(node);
  return name === '' ? symbol : symbol === '' ? name : `${symbol}.${name}`;
}

const functions = new Set(['FunctionExpression', 'ArrowFunctionExpression']);

function namesItsChild(node: Node, child: Node): boolean {
  switch (node.type) {
    case 'ClassDeclaration':
    case 'ClassExpression':
    case 'FunctionDeclaration':
      return child === node['body'];
    case 'MethodDefinition':
      return child === node['value'];
    case 'Property':
    case 'PropertyDefinition':
      return child === node['value'] && functions.has(child.type);
    case 'VariableDeclarator':
      return child === node['init'] && functions.has(child.type);
    default:
      return false;
  }
}

function nameOf(node: Node): string {
  const named = (node['id'] ?? node['key']) as Node | null | undefined;
  if (named?.type === 'PrivateIdentifier') return `#${String(named['name'])}`;
  if (named?.type === 'Identifier' && node['computed'] !== true) return String(named['name']);
  return '';
}

/** The expression to pass through the marker: the receiver of a method, the function called, or a helper's lock. */
function markedExpression(call: Node, source: string): { node: Node; operation: string } | undefined {
  const callee = call['callee'] as Node;
  const args = call['arguments'] as Node[];
  // While an argument is awaited, another task could take the mark.
  if (args.some((argument) => suspends(argument))) return undefined;
  if (callee.type === 'Identifier') return markedFunction(callee, args);
  if (callee.type !== 'MemberExpression' || callee['computed'] === true) return undefined;
  const receiver = callee['object'] as Node;
  const operation = String((callee['property'] as Node)['name']);
  if (receiver.type === 'Super' || insideChain(receiver)) return undefined;
  const text = source.slice(receiver.start, receiver.end);
  const isLock =
    plainMethods.has(operation) ||
    (readWriteMethods.has(operation) && args.every(({ type }) => type === 'ObjectExpression')) ||
    suspectMethods.get(operation)?.test(text) === true ||
    lockFunction.test(operation);
  return isLock ? { node: receiver, operation } : undefined;
}

function markedFunction(callee: Node, args: Node[]): { node: Node; operation: string } | undefined {
  const operation = String(callee['name']);
  const lock = args[0];
  if (helpers.has(operation) && lock !== undefined && lock.type !== 'SpreadElement') return { node: lock, operation };
  return lockFunction.test(operation) && operation !== 'pLimit' ? { node: callee, operation } : undefined;
}

/** Whether `a?.b` is what an expression starts with: to wrap it would end the short circuit too early. */
function insideChain(node: Node): boolean {
  if (node['optional'] === true) return true;
  const inner =
    node.type === 'MemberExpression' ? node['object'] : node.type === 'CallExpression' ? node['callee'] : undefined;
  return inner !== undefined && insideChain(inner as Node);
}

function suspends(node: Node): boolean {
  if (node.type === 'AwaitExpression' || node.type === 'YieldExpression') return true;
  if (functions.has(node.type)) return false;
  return Object.values(node).some((value) =>
    (Array.isArray(value) ? value : [value]).some(
      (child: unknown) => typeof (child as Node | null)?.type === 'string' && suspends(child as Node),
    ),
  );
}
