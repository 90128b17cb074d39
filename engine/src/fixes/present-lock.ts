import { spanOf, type Node } from '../ast/node.js';
import { same } from '../ast/span.js';
import type { Span } from '../findings.js';
import type { Linked } from '../link/linked.js';
import { declarationOf, type Declaration } from '../link/lock-declaration.js';
import type { Lock } from '../link/section.js';
import { everyValue } from '../link/unit.js';
import { usesInOwnFile } from './cell-references.js';
import { localName } from './local-name.js';
import { lower, type Outcome } from './outcome.js';
import { needsParens } from './parens.js';
import { Rewriting } from './rewriting.js';
import { Source } from './source.js';

/**
 * A lock that may be absent is made where it is declared, and nobody asks any more whether it is there. Allowed where the
 * file makes it in one place, never clears it, and no other file can.
 */
export function presentLockFix(project: Linked, lock: Lock | undefined): Outcome {
  const own = lock && declarationOf(project, lock);
  if (!own) return { refused: 'the lock is no variable and no field of its own' };
  if (own.parameter && own.cls === undefined)
    return { refused: `\`${own.name}\` is given by the caller, who alone can say whether it is always there` };
  const references = usesInOwnFile(project, own);
  if (typeof references === 'string') return { refused: references };
  const rewriting = new Rewriting(Source.of(project, own.unit));
  const refused = own.parameter ? byDefault(project, rewriting, own) : atDeclaration(rewriting, own);
  if (refused) return { refused };
  for (const reference of references) {
    const lost = withoutTest(rewriting, reference);
    if (lost) return { refused: lost };
  }
  return lower(
    { title: `Make \`${own.name}\` where it is declared`, tier: 'safe', edits: rewriting.finish() },
    'unsafe',
    'what used to be skipped, or to run unguarded, while there was no lock now runs under it',
  );
}

/** `constructor(private readonly lock?: Mutex)`: whoever gives none gets one that the object makes for itself. */
function byDefault(project: Linked, rewriting: Rewriting, own: Declaration): string | undefined {
  const { unit, type } = own;
  const entity = type && project.entities.typed(unit, type);
  const made = entity?.k === 'lock' && entity.model.made === 'class' && entity.model.capacityArg === undefined;
  const named = type?.t === 'union' ? type.of.find((part) => part.t === 'ref') : type;
  if (!made || named?.t !== 'ref' || named.bind === undefined)
    return `the type of \`${own.name}\` does not say how to make one`;
  const imported = unit.facts.imports.find(({ binding }) => binding === named.bind);
  if (imported?.typeOnly) return `\`${named.name}\` is imported as a type only`;
  const text = unit.slice(named.span);
  const end = rewriting.source.around(type!.span).findLast((node) => node.type === 'TSTypeAnnotation')!;
  rewriting.replace([own.nameSpan[0] + own.name.length, spanOf(end)[1]], `: ${text} = new ${text}()`);
  return undefined;
}

function atDeclaration(rewriting: Rewriting, own: Declaration): string | undefined {
  const { unit, name } = own;
  const values = valuesOf(own);
  const [made, ...more] = values.filter(({ v }) => v !== 'none');
  if (made?.v !== 'made') return `nothing in this file makes \`${name}\``;
  if (more.length > 0) return `\`${name}\` is set in several places`;
  if (values.some((value) => value.v === 'none' && value.statement)) return `\`${name}\` is cleared again`;
  const text = unit.slice(made.span);
  const local = localName(unit, made.span);
  if (local) return `\`${name}\` is made with \`${local}\``;
  const declared = declaredPart(rewriting, own);
  if (!declared) return `\`${name}\` is declared together with others`;
  const statement = made.statement ? making(rewriting.source, made.span) : undefined;
  if (made.statement && !statement) return `\`${name}\` is made in the middle of a statement`;
  rewriting.replace(declared, `${name} = ${text}`);
  if (statement) rewriting.remove(statement);
  return undefined;
}

type Given = { readonly v: 'none' | 'made' | 'other'; readonly span: Span; readonly statement: boolean };

/** Everything that the lock is set to, in its declaration or by a statement. */
function valuesOf(own: Declaration): Given[] {
  const { unit, binding } = own;
  const written = binding === undefined ? [] : unit.variableWrites(binding);
  const all = [...own.values.map(({ value }) => value), ...written.map((op) => op.value)];
  return all.map((value, at) => {
    const made = [...everyValue(value)].find((part) => part.v === 'call' && unit.call(part.id)?.op.isNew);
    const isNothing = (value.v === 'lit' && value.value === null) || unit.slice(value.span) === 'undefined';
    const statement = at > 0 || (binding !== undefined && own.values.length === 0) || !isInitial(own, value.span);
    return { v: isNothing ? 'none' : made ? 'made' : 'other', span: (made ?? value).span, statement };
  });
}

function isInitial({ unit, cls, nameSpan, binding }: Declaration, span: Span): boolean {
  if (binding !== undefined) return unit.facts.bindings[binding]!.init?.span === span;
  const member = unit.classOf(cls!).members.find((one) => same(one.nameSpan, nameSpan));
  return member?.init?.span === span;
}

/** The declaration from its name on, with annotation and first value; a `let` becomes a `const`. */
function declaredPart(rewriting: Rewriting, own: Declaration): Span | undefined {
  const { source } = rewriting;
  if (own.binding === undefined) {
    const field = source.around(own.nameSpan).findLast((node) => node.type === 'PropertyDefinition');
    return field && [own.nameSpan[0], spanOf(field)[1] - (source.text(spanOf(field)).endsWith(';') ? 1 : 0)];
  }
  const variable = source.enclosing(own.nameSpan, 'VariableDeclaration');
  const [declarator, ...others] = (variable?.['declarations'] ?? []) as Node[];
  if (!declarator || others.length > 0) return undefined;
  const [start] = spanOf(variable!);
  rewriting.replace([start, start + (variable!['kind'] as string).length], 'const');
  return spanOf(declarator);
}

/** The statement that does nothing but make the lock, with the test whether it is there already. */
function making(source: Source, span: Span): Node | undefined {
  const path = source.around(span);
  const at = path.findLastIndex(({ type }) => type === 'ExpressionStatement');
  const assignment = path[at]?.['expression'] as Node | undefined;
  if (assignment?.type !== 'AssignmentExpression' || !same(spanOf(assignment['right'] as Node), span)) return undefined;
  let outer = at;
  const isLone = (node?: Node) => node?.type === 'BlockStatement' && (node['body'] as Node[]).length === 1;
  if (isLone(path[outer - 1]) && path[outer - 2]?.type === 'IfStatement') outer--;
  const test = path[outer - 1];
  const isTest = test?.type === 'IfStatement' && test['consequent'] === path[outer] && test['alternate'] == null;
  return isTest ? test : path[at];
}

/** Takes away the question whether the lock is there, for it is. Gives the condition that forbids it. */
function withoutTest(rewriting: Rewriting, path: readonly Node[]): string | undefined {
  const node = path.at(-1)!;
  const parent = path.at(-2);
  const [, end] = spanOf(node);
  if (parent?.type === 'MemberExpression' && parent['optional'] === true && parent['object'] === node) {
    const { text } = rewriting.source.unit;
    const at = text.indexOf('?.', end);
    rewriting.replace([at, at + 2], '.');
  }
  const chosen = chosenBy(parent, node);
  if (!parent || !chosen) return undefined;
  if (rewriting.source.losesComment(spanOf(parent), [spanOf(chosen)])) return 'a comment would be lost';
  const statements = chosen.type === 'BlockStatement' ? (chosen['body'] as Node[]) : [];
  const declares = statements.some(({ type }) => /Declaration$/.test(type));
  const inner: Span =
    statements.length > 0 && !declares ? [spanOf(statements[0]!)[0], spanOf(statements.at(-1)!)[1]] : spanOf(chosen);
  const [before, after] = needsParens(chosen, path.at(-3)) ? ['(', ')'] : [];
  rewriting.unwrap(spanOf(parent), inner, before, after);
  return undefined;
}

/** What runs when the lock is there, where a test of nothing but that decides. */
function chosenBy(parent: Node | undefined, test: Node): Node | undefined {
  if (parent?.type === 'LogicalExpression' && parent['operator'] === '&&' && parent['left'] === test)
    return parent['right'] as Node;
  const isTest = parent && /^(If|Conditional)/.test(parent.type) && parent['test'] === test;
  return isTest ? (parent['consequent'] as Node) : undefined;
}
