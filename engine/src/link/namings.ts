import type { Op, Value } from '../facts/format.js';
import type { Place } from '../findings.js';
import { literally } from '../mention.js';
import { knownByShape } from './known-by-shape.js';
import type { Linked } from './linked.js';
import { lineOf } from './line-of.js';
import { bindingMeans, means, type Nameable } from './meaning.js';
import { pickedIn, picks } from './picked.js';
import { mentionedIn, type Unit } from './unit.js';

/** A place that means it. */
export interface Naming {
  readonly unit: Unit;
  readonly fn: number;
  readonly op: Op;
  readonly value: Value;
}

/** Files that nobody would look at otherwise: a name that so many have in them tells nothing. */
const MAX_BESIDE = 50;

/**
 * Every place in the files of a project that means a member or variable which others can name, found by its name; or who may use it besides,
 * as the subject of a sentence. Only a host that has the whole project before it makes that known.
 *
 * @param outside whoever uses it out of sight, as the subject of a sentence.
 */
export function everyNaming(project: Linked, named: Nameable, outside: string): readonly Naming[] | string {
  const { whole } = project.program.host;
  if (!whole) return outside;
  const published = whole.published(named.unit.path);
  if (published) return `${outside} (${published})`;
  const known = named.cls === undefined ? undefined : knownByShape(project, named.unit, named.cls, named.name);
  if (known) return known;
  const picked = pickedAnywhere(project, named);
  if (picked) return maybe(project, picked);
  const beside = filesBeside(project, named, whole.naming(named.name));
  if (typeof beside === 'string') return beside;
  const found: Naming[] = [];
  for (const unit of [...project.units, ...beside]) {
    const doubt = exportedOtherwise(project, unit, named) ?? gather(project, unit, named, found);
    if (doubt) return doubt;
  }
  return found;
}

/** The files under analysis, and those besides that say a name, as far as they were read. */
export function unitsSaying(
  { program, units }: Linked,
  name: string,
  isSought: (text: string) => boolean = () => true,
): readonly Unit[] {
  const beside = (program.host.whole?.naming(name) ?? []).filter(
    (path) => SOURCE.test(path) && !program.isGiven(path) && isSought(program.text(path) ?? ''),
  );
  return [...units, ...beside.flatMap((path) => program.unit(path) ?? [])];
}

/** Where a member of a class is taken by a name that is computed: in the files under analysis, and in those that say the name of the class. */
function pickedAnywhere(project: Linked, { cls, ...named }: Nameable): Place | undefined {
  if (cls === undefined) return undefined;
  const { name } = named.unit.classOf(cls);
  const units = name === '' ? project.units : unitsSaying(project, name, picks);
  for (const unit of units) {
    const place = pickedIn(project, unit, { ...named, cls });
    if (place) return place;
  }
  return undefined;
}

/** A place that may mean it, as the subject of a sentence. */
function maybe(project: Linked, { path, span }: Place): string {
  return `\`${project.program.unit(path)!.slice(span)}\` (\`${lineOf(project, { path, span })}\`), which may be the same,`;
}

/** The files that have the name in them besides those under analysis. */
function filesBeside(project: Linked, { name }: Nameable, paths: readonly string[]): readonly Unit[] | string {
  const { program } = project;
  const isUse = useOf(name);
  const isAnalysed = (path: string) => program.isGiven(path) && program.unit(path) !== undefined;
  const beside = paths.filter((path) => !isAnalysed(path) && isUse.test(program.text(path) ?? name));
  if (beside.length > MAX_BESIDE) return `one of the ${beside.length} other files that say \`${name}\``;
  const units: Unit[] = [];
  for (const path of beside) {
    const unit = SOURCE.test(path) ? program.unit(path) : undefined;
    if (!unit) return `\`${path}\`, which says \`${name}\` and was not analysed,`;
    units.push(unit);
  }
  return units;
}

/** What is in another language may look like a program, and is none. */
const SOURCE = /\.[cm]?[jt]sx?$/;

/** `.name`, `{ name`, `, name`, `'name'`: what a word in a comment is not. */
function useOf(name: string): RegExp {
  return new RegExp(`(?:[.{,'"\`(]|\\b(?:import|export|as)\\b)\\s*${literally(name)}(?![\\w$])`);
}

/** Adds the places of one file; who may use it there besides, where there is no telling. */
function gather(project: Linked, unit: Unit, named: Nameable, found: Naming[]): string | undefined {
  if (!unit.text.includes(named.name)) return undefined;
  const seen = new Set<string>();
  const reads: Naming[] = [];
  for (const { op, fn } of unit.operations())
    for (const value of mentionedIn(op)) {
      const isDeclared = op.op === 'assign' && op.how === 'declare' && op.target === value;
      const meant = isDeclared ? 'no' : means(project, unit, fn, value, named);
      if (meant === 'no') continue;
      if (meant === 'maybe') return maybe(project, { path: unit.path, span: value.span });
      const naming = { unit, fn, op, value };
      if (op.op === 'read') reads.push(naming);
      else {
        found.push(naming);
        seen.add(String(value.span));
      }
    }
  // What a call or an assignment mentions is read there as well.
  found.push(...reads.filter(({ value }) => !seen.has(String(value.span))));
  return undefined;
}

/** A file that exports a variable by another name, under which nobody looks for it. */
function exportedOtherwise(project: Linked, unit: Unit, { unit: home, name, binding }: Nameable): string | undefined {
  if (binding === undefined) return undefined;
  const other = unit.facts.exports.find((fact) => {
    if (fact.name === name || fact.name === '*') return false;
    if (fact.from) return fact.from.name === name;
    if (fact.binding === undefined) return false;
    if (unit === home) return fact.binding === binding;
    return (
      unit.facts.bindings[fact.binding]!.kind === 'import' &&
      bindingMeans(project, unit, fact.binding, { unit: home, name, binding }) !== 'no'
    );
  });
  return other && `whoever imports \`${other.name}\`, as \`${unit.path}\` exports \`${name}\`,`;
}
