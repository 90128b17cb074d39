import type { ImportFact } from '../facts/format.js';
import type { Edit, ImportRequest, Span } from '../findings.js';
import type { Unit } from '../link/unit.js';

/**
 * The edits that bring the requested names into a file, each once, and that take out imports which the given edits
 * leave without a use. Existing declarations of the same module are extended; the file's quotes, semicolons and line
 * ends are kept.
 */
export function importEdits(unit: Unit, requests: readonly ImportRequest[], edits: readonly Edit[]): Edit[] {
  const wanted = requests.filter(
    (request, index) =>
      !isImported(unit, request) && index === requests.findIndex((other) => sameRequest(other, request)),
  );
  const removed = unit.facts.imports.filter(
    (fact) => isLeftUnused(unit, fact, edits) && !requests.some((request) => brings(fact, request)),
  );
  const groups = new Map<string, ImportRequest[]>();
  for (const request of wanted) groups.set(request.module, [...(groups.get(request.module) ?? []), request]);
  const result: Edit[] = removals(unit, removed, groups);
  for (const [module, names] of groups) {
    const home = unit.facts.imports.findLast(
      (fact) => fact.module === module && isNamed(unit, fact) && !fact.typeOnly && !removed.includes(fact),
    );
    const list = names.map((name) => name.name);
    if (home)
      result.push({ path: unit.path, span: [home.specifier[1], home.specifier[1]], text: `, ${list.join(', ')}` });
    else result.push(newDeclaration(unit, module, list, removed));
  }
  return merge(result);
}

function sameRequest(one: ImportRequest, other: ImportRequest): boolean {
  return one.module === other.module && one.name === other.name;
}

function brings(fact: ImportFact, request: ImportRequest): boolean {
  return fact.module === request.module && fact.name === request.name;
}

function isImported(unit: Unit, request: ImportRequest): boolean {
  return unit.facts.imports.some(
    (fact) => brings(fact, request) && !fact.typeOnly && unit.facts.bindings[fact.binding]!.name === request.name,
  );
}

/** Whether a specifier stands in braces. */
function isNamed(unit: Unit, fact: ImportFact): boolean {
  return fact.name !== '*' && unit.text.slice(fact.declaration[0], fact.specifier[0]).includes('{');
}

/** Every use of the name lies in replaced text that does not mention it again. */
function isLeftUnused(unit: Unit, fact: ImportFact, edits: readonly Edit[]): boolean {
  const { name, refs } = unit.facts.bindings[fact.binding]!;
  if (refs.length === 0) return false;
  const word = new RegExp(`(?<![\\w$.])${name.replace(/\$/g, '\\$')}(?![\\w$])`);
  const own = edits.filter((edit) => edit.path === unit.path);
  if (own.some((edit) => word.test(edit.text))) return false;
  return refs.every((ref) => own.some((edit) => edit.span[0] <= ref.span[0] && ref.span[1] <= edit.span[1]));
}

function removals(
  unit: Unit,
  removed: readonly ImportFact[],
  added: ReadonlyMap<string, readonly ImportRequest[]>,
): Edit[] {
  const byDeclaration = new Map<number, ImportFact[]>();
  for (const fact of removed)
    byDeclaration.set(fact.declaration[0], [...(byDeclaration.get(fact.declaration[0]) ?? []), fact]);
  return [...byDeclaration.values()].flatMap((facts): Edit[] => {
    const { declaration } = facts[0]!;
    const all = unit.facts.imports.filter((fact) => fact.declaration[0] === declaration[0]);
    if (all.length === facts.length) return [{ path: unit.path, span: wholeLine(unit, declaration), text: '' }];
    void added;
    return facts.map((fact) => ({ path: unit.path, span: withComma(unit, fact.specifier), text: '' }));
  });
}

function wholeLine(unit: Unit, span: Span): Span {
  const after = /^[ \t]*\r?\n/.exec(unit.text.slice(span[1]));
  return after ? [span[0], span[1] + after[0].length] : span;
}

/** A specifier with the comma that separates it from its neighbour. */
function withComma(unit: Unit, span: Span): Span {
  const after = /^\s*,\s*/.exec(unit.text.slice(span[1]));
  if (after && !/^\s*,\s*\}/.test(unit.text.slice(span[1]))) return [span[0], span[1] + after[0].length];
  const before = /,\s*$/.exec(unit.text.slice(0, span[0]));
  return before ? [span[0] - before[0].length, span[1]] : span;
}

function newDeclaration(unit: Unit, module: string, names: readonly string[], removed: readonly ImportFact[]): Edit {
  const { text } = unit;
  const eol = /\r?\n/.exec(text)?.[0] ?? '\n';
  const last = unit.facts.imports.findLast((fact) => !removed.includes(fact)) ?? unit.facts.imports.at(-1);
  const quote = last && text.slice(...last.declaration).includes('"') ? '"' : "'";
  const semicolon =
    last &&
    !text
      .slice(...last.declaration)
      .trimEnd()
      .endsWith(';')
      ? ''
      : ';';
  const line = `import { ${names.join(', ')} } from ${quote}${module}${quote}${semicolon}`;
  if (!last) {
    const start = /^(#!.*\r?\n)?(\s*(\/\*[^]*?\*\/|\/\/.*)\s*?\r?\n)*(\s*['"]use [a-z]+['"];?\s*?\r?\n)*/.exec(text)![0]
      .length;
    return { path: unit.path, span: [start, start], text: `${line}${eol}` };
  }
  const gone = removed.includes(last);
  const position = gone ? wholeLine(unit, last.declaration)[1] : last.declaration[1];
  return { path: unit.path, span: [position, position], text: gone ? `${line}${eol}` : `${eol}${line}` };
}

/** Insertions at one place become one, in the order given. */
function merge(edits: readonly Edit[]): Edit[] {
  const merged: Edit[] = [];
  for (const edit of edits) {
    const same = merged.findIndex(
      (other) => other.span[0] === edit.span[0] && other.span[1] === edit.span[1] && other.span[0] === other.span[1],
    );
    if (same >= 0) merged[same] = { ...edit, text: merged[same]!.text + edit.text };
    else merged.push(edit);
  }
  return merged.sort((one, other) => one.span[0] - other.span[0]);
}
