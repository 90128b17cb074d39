import type { Finding } from '@lockwise/engine';
import pc from 'picocolors';
import { unifiedDiff } from '../plan/unified-diff.js';
import type { Outcome } from './outcome.js';
import { escaped, htmlPage, prose } from './page.js';
import { Places } from './places.js';
import { conclusion } from './summary.js';

/** One page that needs nothing else: no script, no font, no network. */
export function htmlReport(outcome: Outcome): string {
  const places = new Places(outcome.text);
  const [verdict = '', ...rest] = conclusion(outcome, pc.createColors(false));
  const files = [...new Set(outcome.findings.map(({ path }) => path))];
  const sections = files.map((path) => {
    const findings = outcome.findings.filter((finding) => finding.path === path);
    return `<section><h2>${escaped(path)}</h2>${findings.map((finding) => article(finding, places)).join('')}</section>`;
  });
  const problems = outcome.problems.map(
    ({ path, span, message }) =>
      `<li><code>${escaped(span ? places.label({ path, span }) : path)}</code> ${prose(message)}</li>`,
  );
  const head = `<h1>Lockwise</h1><p class="head">${escaped(verdict)}</p>${rest.length > 0 ? `<pre class="next">${escaped(rest.map((line) => line.trimStart()).join('\n'))}</pre>` : ''}`;
  const trouble = problems.length > 0 ? `<section><h2>Problems</h2><ul>${problems.join('')}</ul></section>` : '';
  return htmlPage('Lockwise report', STYLE, [head, fixingSection(outcome), trouble, ...sections].join('\n'));
}

/** What `fix` did, or would do, and what it left out for which reason. */
function fixingSection({ fixing }: Outcome): string {
  if (!fixing) return '';
  const { written, changes, applied, dropped, stopped, refused, verified } = fixing;
  const at = (path: string, line?: number): string =>
    `<code>${escaped(line === undefined ? path : `${path}:${line}`)}</code>`;
  const parts: readonly (readonly [string, readonly string[]])[] = [
    [written ? 'Applied' : 'Would apply', applied.map(({ path, line, title }) => `${at(path, line)} ${prose(title)}`)],
    [
      'Left out, because the result did not pass',
      dropped.map(({ path, line, title, because }) => `${at(path, line)} ${prose(title)}<br>${prose(because)}`),
    ],
    ['Stopped; the file is left as it was', stopped.map(({ path, why }) => `${at(path)} ${prose(why)}`)],
    ['Not written', refused.map(({ path, reason }) => `${at(path)} ${prose(reason)}`)],
  ];
  const lists = parts.filter(([, items]) => items.length > 0);
  if (lists.length === 0) return '';
  const shown = lists.map(
    ([name, items]) => `<h3>${name}</h3><ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`,
  );
  const diff = written ? '' : unifiedDiff(changes);
  const change =
    diff === ''
      ? ''
      : `<h3>The change</h3><pre tabindex="0" role="region" aria-label="The change">${diffLines(diff)}</pre>`;
  return `<section><h2>Fixes</h2><p>${escaped(verified)}</p>${shown.join('')}${change}</section>`;
}

function diffLines(diff: string): string {
  return diff
    .split('\n')
    .map((line) => {
      const tag = line.startsWith('+') ? 'ins' : line.startsWith('-') ? 'del' : undefined;
      return tag === undefined ? escaped(line) : `<${tag}>${escaped(line)}</${tag}>`;
    })
    .join('\n');
}

function article(finding: Finding, places: Places): string {
  const related = finding.related.map(
    (one) => `<li><code>${escaped(places.label(one))}</code> ${prose(one.message)}</li>`,
  );
  const fixes = finding.fixes.map(
    ({ title, tier, reason }) =>
      `<p class="fix"><span class="tier ${tier}">${tier}</span> ${prose(title)}${reason === undefined ? '' : ` <small>${prose(reason)}</small>`}</p>`,
  );
  return `<article id="${escaped(`${finding.path}-${finding.id}`)}"><h3><span class="${finding.severity}">${finding.severity === 'error' ? 'error' : 'warning'}</span> ${escaped(finding.rule)}${finding.symbol === '' ? '' : ` <small>in ${escaped(finding.symbol)}</small>`}</h3>
<p>${prose(finding.message)}</p>${frame(finding, places)}${related.length > 0 ? `<ul>${related.join('')}</ul>` : ''}${fixes.join('')}</article>`;
}

function frame(finding: Finding, places: Places): string {
  const { start, end } = places.range(finding);
  const lines = places.lines(finding.path, finding.span, 2).slice(0, 14);
  const rows = lines.map(({ number, text: line }) => {
    const from = number === start.line ? start.column - 1 : number > start.line ? 0 : line.length;
    const to = number === end.line ? end.column - 1 : number < end.line ? line.length : 0;
    const marked = number >= start.line && number <= end.line && from < to;
    const code = marked
      ? `${escaped(line.slice(0, from))}<mark>${escaped(line.slice(from, to))}</mark>${escaped(line.slice(to))}`
      : escaped(line);
    return `<span class="number">${number}</span>${code.replaceAll('\t', '    ')}`;
  });
  return `<pre class="code" tabindex="0" role="region" aria-label="${escaped(`Code at ${places.label(finding)}`)}">${rows.join('\n')}</pre>`;
}

const STYLE = `main{max-width:60rem}
h2{font-size:1.1rem;border-bottom:1px solid var(--line);padding-bottom:.3rem;margin-top:2rem;overflow-wrap:anywhere}h3{font-size:1rem;margin:0 0 .5rem}
article{border:1px solid var(--line);border-radius:8px;padding:1rem;margin:1rem 0}small{opacity:.8;font-weight:400}p,li{overflow-wrap:anywhere}
.head{font-weight:600}.error{color:var(--red)}.warn{color:var(--amber)}pre{background:var(--soft);padding:.75rem;border-radius:6px;overflow-x:auto;font:13px/1.5 ui-monospace,monospace}
mark{background:#ffca2866;color:inherit;border-radius:2px}.number{display:inline-block;width:3.5em;padding-right:1em;text-align:right;opacity:.65;user-select:none}
.tier{font-size:.8rem;border:1px solid;border-radius:99px;padding:0 .5rem}.tier.safe{color:var(--green)}.tier.unsafe{color:var(--amber)}
ins{color:var(--green);text-decoration:none}del{color:var(--red);text-decoration:none}
@media print{article{break-inside:avoid}}`;
