import { spanOf } from '../ast/node.js';
import type { Linked } from '../link/linked.js';
import { declarationOf, makings, nameEnd, type Declaration } from '../link/lock-declaration.js';
import type { Lock, Section } from '../link/section.js';
import type { Unit } from '../link/unit.js';
import { dataReferences, lockText, type Reference } from './data-references.js';
import { aliasOf, otherUseOfAlias, sameAlias } from './retype.js';
import type { Rewriting } from './rewriting.js';
import { Source } from './source.js';

/** `guard.value` becomes the data themselves, which bear the lock's name. Gives the condition that forbids it. */
export function bareData(project: Linked, rewriting: Rewriting, section: Section): string | undefined {
  const { source } = rewriting;
  const target = lockText(source, section);
  if (target === undefined) return 'the lock of a section is computed';
  const references = dataReferences(project, source, section);
  if (typeof references === 'string') return references;
  for (const reference of references) {
    const node = reference.at(-1)!;
    if (/^this\b/.test(target) && hasOtherThis(reference, section))
      return 'a function in a section has a `this` of its own';
    const parent = reference.at(-2);
    const shorthand = parent?.type === 'Property' && parent['shorthand'] === true;
    rewriting.replace(spanOf(node), shorthand ? `${source.text(spanOf(node))}: ${target}` : target);
  }
  return undefined;
}

/** Whether a function with its own `this` stands between a place and the function that takes the lock. */
function hasOtherThis(reference: Reference, section: Section): boolean {
  const [start, end] = section.unit.fn(section.fn).span;
  return reference.some((node) => {
    const [from, to] = spanOf(node);
    return /^(FunctionExpression|FunctionDeclaration|Class\w+)$/.test(node.type) && start < from && to < end;
  });
}

/** `new AsyncMutex(new Map())` becomes `new Map()`: the declaration, its type, and the alias that names the type. */
export function redeclaredAsData(
  project: Linked,
  lock: Lock,
  own: Declaration,
  rewritingOf: (unit: Unit) => Rewriting,
): string | undefined {
  if (sameAlias(project, lock).length > 1) return `other locks are declared with the type of \`${lock.name}\``;
  const rewriting = rewritingOf(own.unit);
  const made = makings(own);
  const [op] = made;
  const initial = op?.args[0];
  if (made.length !== 1 || own.values.length !== 1 || !op || !initial)
    return `\`${own.name}\` is made without its data, or elsewhere`;
  rewriting.replace([op.span[0], initial.span[0]], '');
  rewriting.replace([initial.span[1], op.span[1]], '');
  const uses = lock.sections.flatMap((section) => usesOf(project, section));
  if (uses.some(isAssigned)) {
    // Such a function would see the data of the moment when it runs, and not those of its section.
    if (uses.some(isDeferred)) return 'data that a section replaces are used by a function that may run later';
    const refused = madeWritable(rewriting, own);
    if (refused) return refused;
  }
  const given = op.typeArgs[0];
  if (!own.type) {
    if (given) rewriting.replace([nameEnd(own), nameEnd(own)], `: ${own.unit.slice(given.span)}`);
    return undefined;
  }
  const alias = aliasOf(project, own.unit, own.type);
  const owner = alias?.unit ?? own.unit;
  const type = alias?.fact.type ?? own.type;
  if (type.t !== 'ref' || !type.args[0]) return `the type of \`${own.name}\` is built of others`;
  const group = project.locks.flatMap((other) => declarationOf(project, other) ?? []);
  if (alias && otherUseOfAlias(project, alias, group))
    return `the type \`${alias.fact.name}\` is used for more than locks`;
  rewritingOf(owner).replace(type.span, owner.slice(type.args[0].span));
  return undefined;
}

/** A place where a section uses the data of its lock. */
interface Use {
  readonly reference: Reference;
  readonly section: Section;
}

function usesOf(project: Linked, section: Section): Use[] {
  const references = dataReferences(project, Source.of(project, section.unit), section);
  return typeof references === 'string' ? [] : references.map((reference) => ({ reference, section }));
}

/** Whether the lock is given other data there, instead of changing those that it has. */
function isAssigned({ reference }: Use): boolean {
  const parent = reference.at(-2);
  return parent?.['left'] === reference.at(-1) || parent?.type === 'UpdateExpression';
}

/** Whether a function within the section stands around the place. */
function isDeferred({ reference, section: { unit, fn, callback } }: Use): boolean {
  const [start, end] = unit.fn(callback ?? fn).span;
  return reference.some((node) => {
    const [from, to] = spanOf(node);
    return /Function/.test(node.type) && start < from && to < end;
  });
}

function madeWritable(rewriting: Rewriting, own: Declaration): string | undefined {
  const { source } = rewriting;
  const holder = source.enclosing(own.nameSpan, 'PropertyDefinition', 'VariableDeclaration');
  if (!holder) return `\`${own.name}\` is declared in an unusual way`;
  const [start] = spanOf(holder);
  const before = source.text([start, own.nameSpan[0]]);
  const keyword = /\breadonly\s+|\bconst\b/.exec(before);
  if (keyword)
    rewriting.replace(
      [start + keyword.index, start + keyword.index + keyword[0].length],
      keyword[0] === 'const' ? 'let' : '',
    );
  return undefined;
}
