import { escaped, htmlPage } from '../page.js';
import type { Places } from '../places.js';
import type { Drawing } from './drawing.js';
import { picture } from './picture.js';
import { labelOf, legendOf } from './words.js';

/** One page that needs nothing else: a picture, and the same as a table. */
export function lockGraphPage(drawing: Drawing, places: Places): string {
  const rows = drawing.edges.map(
    (edge) =>
      `<tr${edge.cyclic ? ' class="cycle"' : ''}><td>${escaped(edge.from.title)}</td><td>${escaped(edge.to.title)}</td><td><code>${escaped(edge.place)}</code></td><td class="ring">${escaped(labelOf(edge))}</td></tr>`,
  );
  const locks = [...drawing.nested, ...drawing.alone].map(
    ({ title, lock }) =>
      `<tr><td>${escaped(title)}</td><td>${escaped(lock.kind)}</td><td>${lock.sections.length}</td><td>${escaped(lock.guards.join(', '))}</td><td><code>${escaped(places.label(lock))}</code></td></tr>`,
  );
  return htmlPage(
    'Lock order',
    STYLE,
    `<h1>Lock order</h1>
<p>${legendOf(drawing).map(escaped).join('<br>')}</p>
<div class="picture" role="region" aria-label="The lock order as a picture" tabindex="0">${picture(drawing)}</div>
<h2>Order</h2><table><thead><tr><th>held</th><th>waited for</th><th>where</th><th>ring</th></tr></thead><tbody>${rows.join('')}</tbody></table>
<h2>Locks</h2><table><thead><tr><th>lock</th><th>kind</th><th>sections</th><th>guards</th><th>declared</th></tr></thead><tbody>${locks.join('')}</tbody></table>`,
  );
}

const STYLE = `main{max-width:70rem}.picture{overflow-x:auto}
rect{fill:Canvas;stroke:currentColor}.cycle rect{stroke:var(--red);stroke-width:2.5}.gated rect,.gated path{stroke-dasharray:6 4}
text{text-anchor:middle;font:12px ui-monospace,monospace;fill:currentColor;paint-order:stroke;stroke:Canvas;stroke-width:4px}.name{font-weight:bold}
.edge path{fill:none;stroke:currentColor;stroke-width:1.5}.edge.cycle path{stroke:var(--red);stroke-width:2.5}
table{border-collapse:collapse;width:100%}td,th{text-align:left;border-bottom:1px solid var(--line);padding:.3rem .6rem;overflow-wrap:anywhere}th,.ring{overflow-wrap:normal}tr.cycle{color:var(--red)}`;
