import { spanOf, type Node } from '../ast/node.js';
import type { ImportRequest, Span } from '../findings.js';
import { endOfLine, lineEnding, startOfLine } from './lines.js';
import type { TextEdit } from './apply.js';

/** An import declaration as it stands in the text. */
export interface ExistingImport {
  readonly module: string;
  readonly typeOnly: boolean;
  readonly span: Span;
  readonly source: Span;
  /** The braces with their content, if any. */
  readonly braces?: Span;
  readonly specifiers: readonly {
    readonly name: string;
    readonly local: string;
    readonly typeOnly: boolean;
    readonly span: Span;
  }[];
}

/** The import declarations of a program, in source order. */
export function existingImports(text: string, program: object): ExistingImport[] {
  return ((program as Node)['body'] as Node[])
    .filter((node) => node.type === 'ImportDeclaration')
    .map((node) => readImport(text, node));
}

function readImport(text: string, node: Node): ExistingImport {
  const source = node['source'] as Node;
  const specifiers = (node['specifiers'] as Node[]).map((specifier) => ({
    name: importedName(specifier),
    local: (specifier['local'] as Node)['name'] as string,
    typeOnly: node['importKind'] === 'type' || specifier['importKind'] === 'type',
    span: spanOf(specifier),
  }));
  const span = spanOf(node);
  const sourceSpan = spanOf(source);
  const lastDefault = specifiers.filter(({ name }) => name === 'default' || name === '*').at(-1);
  const open = text.indexOf('{', lastDefault?.span[1] ?? span[0]);
  const close = open < 0 ? -1 : text.lastIndexOf('}', sourceSpan[0]);
  const braces: Span | undefined = open >= 0 && open < close && close < sourceSpan[0] ? [open, close + 1] : undefined;
  return {
    module: source['value'] as string,
    typeOnly: node['importKind'] === 'type',
    span,
    source: sourceSpan,
    ...(braces && { braces }),
    specifiers,
  };
}

function importedName(specifier: Node): string {
  if (specifier.type === 'ImportDefaultSpecifier') return 'default';
  if (specifier.type === 'ImportNamespaceSpecifier') return '*';
  const imported = specifier['imported'] as Node;
  return (imported['name'] ?? imported['value']) as string;
}

/** What the imports of a file are to become. */
export interface ImportChange {
  readonly requests: readonly Omit<ImportRequest, 'path'>[];
  /** Local names whose import goes, because nothing uses them any more. */
  readonly drop?: ReadonlySet<string>;
}

/**
 * The edits that give the file the imports it asks for, each once, in the manner of those it has: quotes, semicolons, line endings.
 * A name is added to a declaration of the same module where there is one; else a declaration follows the last import.
 *
 * @param body the top-level nodes of the program, for a file without imports: the new ones follow its directives.
 */
export function importEdits(text: string, program: object, { requests, drop = new Set() }: ImportChange): TextEdit[] {
  const existing = existingImports(text, program);
  const missing = foldRequests(requests).filter((request) => !isThere(existing, request, drop));
  const edits: TextEdit[] = [];
  const left = new Set(missing);
  for (const declaration of existing) {
    const additions = [...left].filter((request) => canJoin(declaration, request));
    for (const request of additions) left.delete(request);
    edits.push(...rewritten(text, declaration, additions, drop));
  }
  if (left.size > 0) edits.push(newDeclarations(text, program, existing, [...left]));
  return edits;
}

type Request = Omit<ImportRequest, 'path'>;

/** Each name once; a value import serves for a type too. */
function foldRequests(requests: readonly Request[]): Request[] {
  const byName = new Map<string, Request>();
  for (const { module, name, kind } of requests) {
    const key = `${module}\0${name}`;
    if (byName.get(key)?.kind !== 'value') byName.set(key, { module, name, kind });
  }
  return [...byName.values()].sort((a, b) => compare(a.module, b.module) || compare(a.name, b.name));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isThere(existing: readonly ExistingImport[], request: Request, drop: ReadonlySet<string>): boolean {
  return existing.some(
    (declaration) =>
      declaration.module === request.module &&
      declaration.specifiers.some(
        ({ name, local, typeOnly }) =>
          name === request.name && local === request.name && !drop.has(local) && (request.kind === 'type' || !typeOnly),
      ),
  );
}

function canJoin(declaration: ExistingImport, request: Request): boolean {
  if (declaration.module !== request.module || declaration.braces === undefined) return false;
  return !declaration.typeOnly || request.kind === 'type';
}

function rewritten(
  text: string,
  declaration: ExistingImport,
  additions: readonly Request[],
  drop: ReadonlySet<string>,
): TextEdit[] {
  const gone = declaration.specifiers.filter(({ local }) => drop.has(local));
  if (gone.length === 0) return additions.length === 0 ? [] : [added(text, declaration, additions)];
  const kept = declaration.specifiers.filter(({ local }) => !drop.has(local));
  if (kept.length === 0 && additions.length === 0) return [{ span: wholeLines(text, declaration.span), text: '' }];
  const before = kept.filter(({ name }) => name === 'default' || name === '*').map(({ span }) => text.slice(...span));
  const named = [
    ...kept.filter(({ name }) => name !== 'default' && name !== '*').map(({ span }) => text.slice(...span)),
    ...additions.map((request) => specifierText(request, declaration)),
  ];
  if (named.length > 0) before.push(`{ ${named.join(', ')} }`);
  const start = declaration.specifiers[0]!.span[0];
  const from = Math.min(start, declaration.braces?.[0] ?? start);
  const to = Math.max(declaration.specifiers.at(-1)!.span[1], declaration.braces?.[1] ?? 0);
  return [{ span: [from, to], text: before.join(', ') }];
}

function specifierText({ name, kind }: Request, declaration?: ExistingImport): string {
  return kind === 'type' && !declaration?.typeOnly ? `type ${name}` : name;
}

/** Adds names behind the last specifier, so that a list over several lines, its comments and its trailing comma stay as they are. */
function added(text: string, declaration: ExistingImport, additions: readonly Request[]): TextEdit {
  const names = additions.map((request) => specifierText(request, declaration));
  const last = declaration.specifiers.filter(({ name }) => name !== 'default' && name !== '*').at(-1);
  if (!last) return { span: declaration.braces!, text: `{ ${names.join(', ')} }` };
  const lineBreak = /\r?\n[ \t]*$/.exec(text.slice(declaration.braces![0] + 1, last.span[0]));
  const separator = lineBreak ? `,${lineBreak[0]}` : ', ';
  return { span: [last.span[1], last.span[1]], text: names.map((name) => `${separator}${name}`).join('') };
}

/** The declaration with its line, when it stands alone there. */
function wholeLines(text: string, span: Span): Span {
  const start = startOfLine(text, span[0]);
  const end = endOfLine(text, span[1]);
  const alone = text.slice(start, span[0]).trim() === '' && text.slice(span[1], end).trim() === '';
  return alone ? [start, end] : span;
}

function newDeclarations(
  text: string,
  program: object,
  existing: readonly ExistingImport[],
  requests: readonly Request[],
): TextEdit {
  const ending = lineEnding(text);
  const commonJs = existing.length === 0 && isCommonJs(text, program);
  const style = styleOf(text, existing);
  const modules = [...new Set(requests.map(({ module }) => module))];
  const lines = modules.map((module) =>
    declarationText(
      module,
      requests.filter((request) => request.module === module),
      { ...style, commonJs },
    ),
  );
  const at = existing.length > 0 ? existing.at(-1)!.span[1] : afterPrologue(text, program);
  if (existing.length > 0) return { span: [at, at], text: lines.map((line) => ending + line).join('') };
  const rest = text.slice(at);
  const gap = at > 0 && text[at - 1] !== '\n' ? ending : '';
  const blank = rest.trim() === '' || /^\r?\n/.test(rest) ? '' : ending;
  return { span: [at, at], text: gap + lines.map((line) => line + ending).join('') + blank };
}

interface Style {
  readonly quote: string;
  readonly end: string;
  readonly commonJs: boolean;
}

function declarationText(module: string, requests: readonly Request[], { quote, end, commonJs }: Style): string {
  const source = `${quote}${module}${quote}`;
  if (commonJs) return `const { ${requests.map(({ name }) => name).join(', ')} } = require(${source})${end}`;
  const typesAlone = requests.every(({ kind }) => kind === 'type');
  const names = requests.map((request) => (typesAlone ? request.name : specifierText(request)));
  return `import ${typesAlone ? 'type ' : ''}{ ${names.join(', ')} } from ${source}${end}`;
}

/** The manner of the file's last import, or else of its first string and statement. */
function styleOf(text: string, existing: readonly ExistingImport[]): { quote: string; end: string } {
  const last = existing.at(-1);
  if (last) return { quote: text[last.source[0]] ?? "'", end: text[last.span[1] - 1] === ';' ? ';' : '' };
  const single = text.split("'").length;
  const double = text.split('"').length;
  const lines = text.split('\n').filter((line) => /[\w)\]'"`]\s*;?\s*$/.test(line));
  const ended = lines.filter((line) => line.trimEnd().endsWith(';')).length;
  return { quote: double > single ? '"' : "'", end: lines.length > 0 && ended * 4 < lines.length ? '' : ';' };
}

/** A script that calls `require` and has no import or export of its own. */
function isCommonJs(text: string, program: object): boolean {
  const body = (program as Node)['body'] as Node[];
  if (body.some(({ type }) => /^(Import|Export|TSExport|TSImport)/.test(type))) return false;
  return /\brequire\s*\(|\bmodule\.exports\b/.test(text);
}

/** Behind the hashbang, the leading comments that end with a blank line, and the directives. */
function afterPrologue(text: string, program: object): number {
  const body = (program as Node)['body'] as Node[];
  let directive: Node | undefined;
  for (const node of body) {
    if (node.type !== 'ExpressionStatement' || typeof node['directive'] !== 'string') break;
    directive = node;
  }
  if (directive) return endOfLine(text, spanOf(directive)[1]);
  const hashbang = /^#!.*(\r?\n|$)/.exec(text)?.[0].length ?? 0;
  const license =
    /^\s*(?:\/\*[\s\S]*?\*\/|(?:[ \t]*\/\/.*(?:\r?\n|$))+)[ \t]*\r?\n(?=[ \t]*\r?\n)(?:[ \t]*\r?\n)*/.exec(
      text.slice(hashbang),
    );
  const firstNode = body[0] ? spanOf(body[0])[0] : text.length;
  const behind = hashbang + (license?.[0].length ?? 0);
  return behind <= firstNode ? behind : hashbang;
}
