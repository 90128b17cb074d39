import { spanOf, type Node } from '../ast/node.js';
import { lockAction } from '../link/action.js';
import type { Linked } from '../link/linked.js';
import type { Section } from '../link/section.js';
import { returnsSettled } from '../link/settled.js';
import { callbackCall } from './callback-call.js';
import { insertAsync } from './made-async.js';
import type { Rewriting } from './rewriting.js';
import { valueAround, withoutBlock, type Given } from './without-block.js';

/**
 * The body of a callback in the place of the call that ran it with the lock held.
 * @param isLast - nothing comes after it where it then stands, so that it may return from there.
 */
export function withoutCallback(
  project: Linked,
  rewriting: Rewriting,
  section: Section,
  isLast = false,
): string | undefined {
  const { source } = rewriting;
  const found = callbackCall(source, section);
  if (typeof found === 'string') return found;
  const { path, outer, callback } = found;
  const given: Given = { pending: givesPromise(project, section), copied: givesCopy(project, section), isLast };
  const refused = madeAsync(rewriting, path, outer);
  if (refused) return refused;
  const body = callback['body'] as Node;
  if (source.losesComment(spanOf(path[outer]!), [spanOf(body)])) return 'a comment in the call would be lost';
  if (given.copied && (body.type === 'BlockStatement' || section.acquire.args.length > 2))
    return 'a section copies what it gives in a way of its own';
  if (body.type === 'BlockStatement') return withoutBlock(rewriting, path, outer, body, given);
  const { before, after } = valueAround(given, path, outer, body);
  rewriting.unwrap(spanOf(path[outer]!), spanOf(body), before, after);
  return undefined;
}

/** Whether what a section gives may be a promise that takes time. */
export function givesPromise(project: Linked, { unit, callback }: Section): boolean {
  return callback !== undefined && !returnsSettled(project, unit, callback);
}

function givesCopy(project: Linked, { unit, fn, acquire }: Section): boolean {
  const action = lockAction(project.entities, unit, fn, acquire);
  return action?.do === 'section' && action.copies === true;
}

/** A function that returns the section's promise itself becomes `async`: an error stays a rejection. */
function madeAsync(rewriting: Rewriting, path: readonly Node[], outer: number): string | undefined {
  if (path[outer]!.type === 'AwaitExpression') return undefined;
  // What is not awaited is returned: there is a function around it.
  const at = path.findLastIndex((node, index) => index < outer && /Function/.test(node.type) && node['body'] != null);
  return path[at]!['async'] === true ? undefined : insertAsync(rewriting, path, at);
}
