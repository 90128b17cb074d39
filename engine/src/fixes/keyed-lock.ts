import { spanOf } from '../ast/node.js';
import type { Edit } from '../findings.js';
import type { Linked } from '../link/linked.js';
import { whoNoticesOtherKeys } from '../link/key-footprint.js';
import { declarationOf, makings } from '../link/lock-declaration.js';
import type { Lock, Section } from '../link/section.js';
import { lower, type Draft, type Outcome } from './outcome.js';
import { RUNTIME } from './runtime-module.js';
import { Source } from './source.js';
import { callbackCall } from './callback-call.js';

/** One lock for all keys becomes a `KeyedMutex`; each section passes its key. */
export function keyedLockFix(project: Linked, lock: Lock, keys: ReadonlyMap<Section, string>): Outcome {
  const own = declarationOf(project, lock);
  const made = own ? makings(own) : [];
  if (!own || made.length !== 1 || own.values.length !== 1) return { refused: `\`${lock.name}\` is made elsewhere` };
  const types = new Set<string>();
  const edits: Edit[] = [];
  for (const [section, key] of keys) {
    const { unit } = section;
    const source = Source.of(project, unit);
    const found =
      section.form === 'callback' ? callbackCall(source, section) : 'a section is not a callback of the lock';
    if (typeof found === 'string') return { refused: found };
    const { callee } = section.acquire;
    const type = unit.facts.bindings.find((binding) => binding.name === key && binding.owner === section.fn)?.type;
    if (callee.v !== 'member' || !type) return { refused: 'the type of a key is not written' };
    types.add(source.text(type.span));
    const [start] = spanOf(found.callback);
    edits.push({ path: unit.path, span: [callee.span[1] - callee.name.length, callee.span[1]], text: 'withLock' });
    edits.push({ path: unit.path, span: [start, start], text: `${key}, ` });
  }
  if (types.size !== 1) return { refused: 'the keys have several types' };
  const [type] = types;
  edits.push({ path: own.unit.path, span: made[0]!.span, text: `new KeyedMutex<${type!}>()` });
  if (own.type) edits.push({ path: own.unit.path, span: own.type.span, text: `KeyedMutex<${type!}>` });
  const fix: Draft = {
    title: `Make \`${lock.name}\` a \`KeyedMutex\``,
    tier: 'safe',
    edits,
    imports: [{ path: own.unit.path, module: RUNTIME, name: 'KeyedMutex', kind: 'value' }],
  };
  const notices = whoNoticesOtherKeys(project, lock);
  return notices
    ? lower(
        fix,
        'unsafe',
        `what the sections share beyond the entries of their keys is no longer kept apart: ${notices}`,
      )
    : fix;
}
