import type { Outcome } from './outcome.js';
import { Places } from './places.js';

/** Workflow commands, which GitHub shows as annotations beside the lines. */
export function githubReport(outcome: Outcome): string {
  const places = new Places(outcome.text);
  const findings = outcome.findings.map((finding) => {
    const { start, end } = places.range(finding);
    const related = finding.related.map((one) => `${places.label(one)} ${one.message}`);
    const fixes = finding.fixes.map(({ title, tier }) => `Fix (${tier}): ${title}`);
    const position = `file=${property(finding.path)},line=${start.line},endLine=${end.line},col=${start.column}${start.line === end.line ? `,endColumn=${end.column}` : ''}`;
    const body = [finding.message, ...related, ...fixes].join('\n');
    return `::${finding.severity === 'error' ? 'error' : 'warning'} ${position},title=${property(finding.rule)}::${data(body)}\n`;
  });
  const problems = outcome.problems.map(({ path, span, message }) => {
    const line = span ? `,line=${places.start({ path, span }).line}` : '';
    return `::error file=${property(path)}${line},title=lockwise::${data(message)}\n`;
  });
  return [...findings, ...problems].join('');
}

/** The escapes of the runner's own toolkit (actions/toolkit, packages/core/src/command.ts). */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
