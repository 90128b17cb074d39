import type { Finding } from '@lockwise/engine';
import pc from 'picocolors';
import type { Outcome } from './outcome.js';
import { Places } from './places.js';
import { conclusion } from './summary.js';

/** One page that needs nothing else: no script, no font, no network. */
export function htmlReport(outcome: Outcome): string {
  const places = new Places(outcome.text);
  const [head = '', ...rest] = conclusion(outcome, pc.createColors(false));
  const files = [...new Set(outcome.findings.map(({ path }) => path))];
  const sections = files.map((path) => {
    const findings = outcome.findings.filter((finding) => finding.path === path);
    return `<section><h2>${text(path)}</h2>${findings.map((finding) => article(finding, places)).join('')}</section>`;
  });
  const problems = outcome.problems.map(
    ({ path, span, message }) =>
      `<li><code>${text(span ? places.label({ path, span }) : path)}</code> ${prose(message)}</li>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Lockwise report</title><style>${STYLE}</style></head>
<body><main><h1>Lockwise</h1><p class="head">${text(head)}</p>${rest.length > 0 ? `<pre class="next">${text(rest.map((line) => line.trimStart()).join('\n'))}</pre>` : ''}
${problems.length > 0 ? `<section><h2>Problems</h2><ul>${problems.join('')}</ul></section>` : ''}${sections.join('\n')}</main></body></html>
`;
}

function article(finding: Finding, places: Places): string {
  const related = finding.related.map(
    (one) => `<li><code>${text(places.label(one))}</code> ${prose(one.message)}</li>`,
  );
  const fixes = finding.fixes.map(
    ({ title, tier, reason }) =>
      `<p class="fix"><span class="tier ${tier}">${tier}</span> ${prose(title)}${reason === undefined ? '' : ` <small>${prose(reason)}</small>`}</p>`,
  );
  return `<article id="${text(finding.id)}"><h3><span class="${finding.severity}">${finding.severity === 'error' ? 'error' : 'warning'}</span> ${text(finding.rule)}${finding.symbol === '' ? '' : ` <small>in ${text(finding.symbol)}</small>`}</h3>
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
      ? `${text(line.slice(0, from))}<mark>${text(line.slice(from, to))}</mark>${text(line.slice(to))}`
      : text(line);
    return `<span class="number">${number}</span>${code}`;
  });
  return `<pre class="code" tabindex="0">${rows.join('\n')}</pre>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function text(raw: string): string {
  return raw.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** Text with its code spans as code. */
function prose(raw: string): string {
  return text(raw).replace(/`([^`]+)`/g, '<code>$1</code>');
}

const STYLE = `:root{color-scheme:light dark;--line:#8884;--soft:#8881;--red:#c62828;--amber:#8a5a00;--green:#1b6e35}
@media(prefers-color-scheme:dark){:root{--red:#ff8a80;--amber:#ffcc66;--green:#81d89a}}
body{font:16px/1.5 system-ui,sans-serif;margin:0}main{max-width:60rem;margin:0 auto;padding:1.5rem}
h2{font-size:1.1rem;border-bottom:1px solid var(--line);padding-bottom:.3rem;margin-top:2rem;overflow-wrap:anywhere}h3{font-size:1rem;margin:0 0 .5rem}
article{border:1px solid var(--line);border-radius:8px;padding:1rem;margin:1rem 0}small{opacity:.75;font-weight:400}
.head{font-weight:600}.error{color:var(--red)}.warn{color:var(--amber)}pre{background:var(--soft);padding:.75rem;border-radius:6px;overflow-x:auto;font:13px/1.5 ui-monospace,monospace}
mark{background:#ffca2866;color:inherit;border-radius:2px}.number{display:inline-block;width:3.5em;padding-right:1em;text-align:right;opacity:.55;user-select:none}
.tier{font-size:.8rem;border:1px solid;border-radius:99px;padding:0 .5rem}.tier.safe{color:var(--green)}.tier.unsafe{color:var(--amber)}code{font-family:ui-monospace,monospace;font-size:.92em}
@media print{article{break-inside:avoid}}`;
