import type { ImportFact } from '../facts/format.js';
import type { Edit, ImportRequest, Span } from '../findings.js';
import type { Unit } from '../link/unit.js';
import { mentions } from '../mention.js';
import type { TextEdit } from './apply.js';
import { endOfLine, lineEnding, startOfLine } from './lines.js';

/** An import declaration as it stands in the text. */
interface Declaration {
  readonly module: string;
  /** `import type { … }` */
  readonly typeOnly: boolean;
  readonly span: Span;
  /** The braces with their content, if any. */
  readonly braces?: Span;
  readonly specifiers: readonly Specifier[];
}

interface Specifier {
  readonly name: string;
  readonly local: string;
  readonly typeOnly: boolean;
  readonly span: Span;
}

/**
 * The edits that bring the requested names into a file, each once, in the manner of the imports it has: quotes, semicolons, line endings.
 * A name joins a declaration of the same module where there is one; else a declaration follows the last import. Imports that the given
 * edits leave without a use go.
 */
export function importEdits(unit: Unit, requests: readonly ImportRequest[], edits: readonly Edit[]): Edit[] {
  const { text } = unit;
  const declarations = declarationsOf(unit);
  const drop = leftUnused(unit, requests, edits);
  const left = new Set(foldRequests(requests).filter((request) => !isThere(declarations, request)));
  const result: TextEdit[] = [];
  for (const declaration of declarations) {
    const additions = [...left].filter((request) => canJoin(declaration, request));
    for (const request of additions) left.delete(request);
    result.push(...rewritten(text, declaration, additions, drop));
  }
  if (left.size > 0) placeNew(result, newDeclarations(unit, declarations, [...left]), text);
  return result.map((edit) => ({ path: unit.path, ...edit }));
}

/** Adds new declarations; where the last one they would follow is itself taken out, they stand in its place. */
function placeNew(result: TextEdit[], fresh: TextEdit, text: string): void {
  const [at] = fresh.span;
  const index = result.findIndex(({ span }) => span[0] < at && at <= span[1]);
  const gone = result[index];
  if (!gone) result.push(fresh);
  else if (gone.text !== '')
    result[index] = { span: gone.span, text: gone.text + text.slice(gone.span[1], at) + fresh.text };
  else result[index] = { span: [gone.span[0], at], text: fresh.text.replace(/^\r?\n/, '') };
}

function declarationsOf({ text, facts }: Unit): Declaration[] {
  const byStart = new Map<number, ImportFact[]>();
  for (const fact of facts.imports)
    byStart.set(fact.declaration[0], [...(byStart.get(fact.declaration[0]) ?? []), fact]);
  return [...byStart.values()]
    .map((group): Declaration => {
      const { declaration: span, module } = group[0]!;
      const source = text.lastIndexOf(module, span[1]) - 1;
      const behindDefault = group.filter(({ name }) => isBare(text, name, span)).map(({ specifier }) => specifier[1]);
      const open = text.indexOf('{', Math.max(span[0], ...behindDefault.filter((at) => at < source)));
      const close = text.lastIndexOf('}', source);
      return {
        module,
        typeOnly: /^import\s+type\s+(?!from\b|,)/.test(text.slice(...span)),
        span,
        ...(open >= 0 && open < close && close < source && { braces: [open, close + 1] as const }),
        specifiers: group.map(({ binding, name, typeOnly, specifier }) => {
          return { name, local: facts.bindings[binding]!.name, typeOnly, span: specifier };
        }),
      };
    })
    .sort((a, b) => a.span[0] - b.span[0]);
}

/** `* as x`, or the default import where it stands before the braces. */
function isBare(text: string, name: string, declaration: Span): boolean {
  return name === '*' || (name === 'default' && !/\bdefault\b/.test(text.slice(...declaration)));
}

/** The local names of imports whose every use lies in replaced text, none of which mentions it again. */
function leftUnused(unit: Unit, requests: readonly ImportRequest[], edits: readonly Edit[]): Set<string> {
  const own = edits.filter((edit) => edit.path === unit.path);
  const wanted = new Set(requests.map(({ name }) => name));
  const unused = unit.facts.imports.flatMap(({ binding }) => {
    const { name, refs } = unit.facts.bindings[binding]!;
    if (refs.length === 0 || wanted.has(name)) return [];
    if (own.some((edit) => mentions(edit.text, name))) return [];
    const all = refs.every(({ span }) => own.some((edit) => edit.span[0] <= span[0] && span[1] <= edit.span[1]));
    return all ? [name] : [];
  });
  return new Set(unused);
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

function isThere(declarations: readonly Declaration[], request: Request): boolean {
  return declarations.some(
    (declaration) =>
      declaration.module === request.module &&
      declaration.specifiers.some(
        ({ name, local, typeOnly }) =>
          name === request.name && local === request.name && (request.kind === 'type' || !typeOnly),
      ),
  );
}

function canJoin(declaration: Declaration, request: Request): boolean {
  if (declaration.module !== request.module || declaration.braces === undefined) return false;
  return !declaration.typeOnly || request.kind === 'type';
}

function rewritten(
  text: string,
  declaration: Declaration,
  additions: readonly Request[],
  drop: ReadonlySet<string>,
): TextEdit[] {
  const gone = declaration.specifiers.filter(({ local }) => drop.has(local));
  if (gone.length === 0) return additions.length === 0 ? [] : [added(text, declaration, additions)];
  const kept = declaration.specifiers.filter(({ local }) => !drop.has(local));
  if (kept.length === 0 && additions.length === 0) return [{ span: wholeLines(text, declaration.span), text: '' }];
  const before = kept.filter(({ name }) => isBare(text, name, declaration.span)).map(({ span }) => text.slice(...span));
  const named = [
    ...kept.filter(({ name }) => !isBare(text, name, declaration.span)).map(({ span }) => text.slice(...span)),
    ...additions.map((request) => specifierText(request, declaration)),
  ];
  if (named.length > 0) before.push(`{ ${named.join(', ')} }`);
  const start = declaration.specifiers[0]!.span[0];
  const from = Math.min(start, declaration.braces?.[0] ?? start);
  const to = Math.max(declaration.specifiers.at(-1)!.span[1], declaration.braces?.[1] ?? 0);
  return [{ span: [from, to], text: before.join(', ') }];
}

function specifierText({ name, kind }: Request, declaration?: Declaration): string {
  return kind === 'type' && !declaration?.typeOnly ? `type ${name}` : name;
}

/** Adds names behind the last specifier, so that a list over several lines, its comments and its trailing comma stay as they are. */
function added(text: string, declaration: Declaration, additions: readonly Request[]): TextEdit {
  const names = additions.map((request) => specifierText(request, declaration));
  const last = declaration.specifiers.filter(({ name }) => !isBare(text, name, declaration.span)).at(-1);
  if (!last) return { span: declaration.braces!, text: `{ ${names.join(', ')} }` };
  const lineBreak = /\r?\n[ \t]*$/.exec(text.slice(declaration.braces![0] + 1, last.span[0]));
  const separator = lineBreak ? `,${lineBreak[0]}` : ', ';
  return { span: [last.span[1], last.span[1]], text: names.map((name) => `${separator}${name}`).join('') };
}

/** The declaration with its line, when it stands alone there, and at the head of a file with the blank line after it. */
function wholeLines(text: string, span: Span): Span {
  const start = startOfLine(text, span[0]);
  const end = endOfLine(text, span[1]);
  const alone = text.slice(start, span[0]).trim() === '' && text.slice(span[1], end).trim() === '';
  if (!alone) return span;
  const blank = start === 0 ? /^[ \t]*\r?\n/.exec(text.slice(end)) : null;
  return [start, end + (blank?.[0].length ?? 0)];
}

function newDeclarations(
  { text, facts }: Unit,
  existing: readonly Declaration[],
  requests: readonly Request[],
): TextEdit {
  const ending = lineEnding(text);
  const commonJs = facts.imports.length + facts.exports.length === 0 && isCommonJs(text);
  const style = { ...styleOf(text, existing), commonJs };
  const modules = [...new Set(requests.map(({ module }) => module))];
  const lines = modules.map((module) =>
    declarationText(
      module,
      requests.filter((request) => request.module === module),
      style,
    ),
  );
  const last = existing.at(-1);
  if (last) return { span: [last.span[1], last.span[1]], text: lines.map((line) => ending + line).join('') };
  const at = prologueEnd(text);
  const gap = at > 0 && text[at - 1] !== '\n' ? ending : '';
  const rest = text.slice(at);
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
function styleOf(text: string, existing: readonly Declaration[]): { quote: string; end: string } {
  const last = existing.at(-1);
  if (last) {
    const declaration = text.slice(...last.span);
    return { quote: declaration.includes('"') ? '"' : "'", end: declaration.endsWith(';') ? ';' : '' };
  }
  const single = text.split("'").length;
  const double = text.split('"').length;
  const lines = text.split('\n').filter((line) => /[\w)\]'"`]\s*;?\s*$/.test(line));
  const ended = lines.filter((line) => line.trimEnd().endsWith(';')).length;
  return { quote: double > single ? '"' : "'", end: lines.length > 0 && ended * 4 < lines.length ? '' : ';' };
}

/** A script that calls `require` and has no import or export of its own. */
function isCommonJs(text: string): boolean {
  return /\brequire\s*\(|\bmodule\.exports\b/.test(text) && !/^\s*(import|export)\b/m.test(text);
}

const HASHBANG = /^#!.*(?:\r?\n|$)/;
/** Comments on top that a blank line parts from the code: a licence, not the documentation of the first statement. */
const LICENCE = /^\s*(?:\/\*[^]*?\*\/[ \t]*\r?\n|(?:[ \t]*\/\/.*\r?\n)+)(?=[ \t]*\r?\n)(?:[ \t]*\r?\n)+/;
const DIRECTIVES = /^\s*(?:(['"])use [a-z ]+\1[ \t]*;?[ \t]*(?:\r?\n|$))+/;

/** Where the first import of a file may stand: behind its hashbang, licence and directives. */
function prologueEnd(text: string): number {
  let at = HASHBANG.exec(text)?.[0].length ?? 0;
  at += LICENCE.exec(text.slice(at))?.[0].length ?? 0;
  return at + (DIRECTIVES.exec(text.slice(at))?.[0].length ?? 0);
}
