import { spanOf, type Node } from '../ast/node.js';
import { lockAction } from '../link/action.js';
import type { Linked } from '../link/linked.js';
import type { Section } from '../link/section.js';
import type { Source } from './source.js';
import { same } from '../ast/span.js';

const MORE_THAN_VALUE = 'a guard is used for more than its value';

/** A place where data is read or written: the expression, with the nodes around it, outermost first. */
export type Reference = readonly Node[];

/**
 * Every place where a section touches the data that its lock owns: `guard.value`, or the value that the callback gets.
 * A clause when the guard is used in some other way.
 */
export function dataReferences(project: Linked, source: Source, section: Section): readonly Reference[] | string {
  const { unit } = section;
  const handle = handleOf(project, section);
  if (typeof handle === 'string') return handle;
  if (handle === undefined) return [];
  const found: Reference[] = [];
  for (const ref of unit.facts.bindings[handle.binding]!.refs) {
    if (same(ref.span, unit.facts.bindings[handle.binding]!.span)) continue;
    const path = source.around(ref.span);
    if (handle.passes === 'value') {
      found.push(path);
      continue;
    }
    const parent = path.at(-2);
    const name =
      parent?.type === 'MemberExpression' && parent['object'] === path.at(-1)
        ? (parent['property'] as Node)['name']
        : undefined;
    if (name === 'value') found.push(path.slice(0, -1));
    else if (name !== 'release') return MORE_THAN_VALUE;
  }
  return found;
}

interface Handle {
  readonly binding: number;
  readonly passes: 'guard' | 'value';
}

/** The variable through which a section reaches the data; undefined when it has none, a clause when there is no telling. */
function handleOf(project: Linked, section: Section): Handle | string | undefined {
  const { unit, acquire, fn } = section;
  if (section.form === 'callback') {
    const action = lockAction(project.entities, unit, fn, acquire);
    const functions = acquire.args.filter((argument) => argument.v === 'fn');
    if (action?.do !== 'section' || section.callback === undefined || functions.length > 1)
      return 'a section is not one function that is written there';
    const parameter = unit.fn(section.callback).params[0];
    if (!parameter || !action.passes) return undefined;
    if (parameter.binding === undefined) return 'a guard is taken apart in a pattern';
    return { binding: parameter.binding, passes: action.passes };
  }
  const binding = unit.facts.bindings.findIndex(({ init }) => {
    const value = init?.v === 'await' ? init.of : init;
    return value?.v === 'call' && value.id === acquire.id;
  });
  if (binding >= 0) return { binding, passes: 'guard' };
  const statement = acquire.result === 'discard' || acquire.result === 'await';
  return statement ? undefined : MORE_THAN_VALUE;
}

/**
 * The expression whose place in the source the reference takes once the lock is gone: a callback that is nothing but the
 * reference gives way to its whole call.
 */
export function inPlace(reference: Reference, sections: ReadonlySet<Node>): Reference {
  const callback = reference.at(-2);
  const isBody =
    callback?.type === 'ArrowFunctionExpression' && callback['body'] === reference.at(-1) && sections.has(callback);
  if (!isBody) return reference;
  const call = reference.length - 3;
  return reference.slice(0, reference[call - 1]?.type === 'AwaitExpression' ? call : call + 1);
}

/** Whether nobody uses what an expression gives: it is a statement, or all that a section does whose result nobody uses. */
export function isDiscarded(reference: Reference, sections: ReadonlySet<Node>): boolean {
  const parent = reference.at(-2);
  if (parent?.type === 'ExpressionStatement') return true;
  if (parent?.type !== 'ArrowFunctionExpression' || !sections.has(parent)) return false;
  const call = reference.length - 3;
  const outer = reference[call - 1]?.type === 'AwaitExpression' ? call - 2 : call - 1;
  return reference[outer]?.type === 'ExpressionStatement';
}

/** The arrow functions that run with a lock held. */
export function sectionCallbacks(source: Source, sections: readonly Section[]): Set<Node> {
  const found = new Set<Node>();
  for (const section of sections) {
    if (section.callback === undefined || section.unit !== source.unit) continue;
    const { span } = section.unit.fn(section.callback);
    const node = source.around(span).find((one) => one.type === 'ArrowFunctionExpression' && same(spanOf(one), span));
    if (node) found.add(node);
  }
  return found;
}

/** The lock of a section as it is written there: `this.count`. */
export function lockText(source: Source, section: Section): string | undefined {
  const { callee, args } = section.acquire;
  const value = callee.v === 'member' && callee.name !== '' ? callee.of : args[0];
  if (!value || /[()[\]\n]/.test(source.text(value.span))) return undefined;
  return source.text(value.span);
}
