import type { Node } from '../ast/node.js';
import type { Declaration } from '../link/lock-declaration.js';
import type { Source } from './source.js';

/** Every place in its file that names a variable, or a field by way of `this`, with the nodes around it, outermost first. */
export function mentionsOf(source: Source, own: Declaration): Node[][] {
  const { unit } = own;
  if (own.binding !== undefined) return unit.facts.bindings[own.binding]!.refs.map(({ span }) => source.around(span));
  const { span } = unit.classOf(own.cls!);
  const name = new RegExp(`\\bthis\\s*\\??\\.\\s*${own.name.replace(/[$]/g, '\\$')}(?![\\w$])`, 'g');
  return [...unit.text.slice(span[0], span[1]).matchAll(name)].flatMap(({ index, 0: text }) => {
    const start = span[0] + index;
    const path = source.around([start, start + text.length]);
    return path.at(-1)?.type === 'MemberExpression' ? [path] : [];
  });
}
