import type { Colors } from 'picocolors/types.js';
import { fixOfTier, type Outcome } from './outcome.js';

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** What could be fixed and how. Each finding counts once, by its most trusted fix. */
export function fixable({ findings }: Pick<Outcome, 'findings'>): { safe: number; unsafe: number; manual: number } {
  const safe = findings.filter((finding) => fixOfTier(finding, 'safe')).length;
  const unsafe = findings.filter((finding) => !fixOfTier(finding, 'safe') && fixOfTier(finding, 'unsafe')).length;
  return { safe, unsafe, manual: findings.length - safe - unsafe };
}

/** The last lines of a report: what there is, and the command that would fix it. */
export function conclusion(outcome: Outcome, c: Colors): string[] {
  const { findings, known, files, problems, notes, fixing } = outcome;
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const levels = [
    errors > 0 ? count(errors, 'error') : '',
    findings.length > errors ? count(findings.length - errors, 'warning') : '',
  ];
  const where = `in ${count(new Set(findings.map(({ path }) => path)).size, 'file')} of ${files} checked`;
  const left = fixing ? ' left' : '';
  const unread = `${count(problems.length, 'problem')} kept some of it from being checked`;
  const verdict =
    findings.length > 0
      ? c.red(`✖ ${count(findings.length, 'finding')}${left} (${levels.filter(Boolean).join(', ')}) ${where}`)
      : problems.length > 0
        ? // What could not be read is not clean.
          c.red(`✖ ${unread}; no findings${left} in the rest`)
        : c.green(`✔ No findings${left} in ${count(files, 'file')} checked`);
  const lines = [c.bold(verdict)];
  if (known > 0) lines.push(c.dim(`  ${count(known, 'more is', 'more are')} in the baseline`));
  if (problems.length > 0 && findings.length > 0) lines.push(c.red(`  ${unread}`));
  lines.push(...notes.map((note) => `  ${note}`), ...remedies(outcome, c));
  return lines;
}

function remedies(outcome: Outcome, c: Colors): string[] {
  const { safe, unsafe, manual } = fixable(outcome);
  const { fixing, invocation } = outcome;
  const planned = fixing && !fixing.written ? fixing.applied.length : 0;
  const lines: string[] = [];
  if (planned > 0) lines.push(`  Apply what is shown:       ${c.bold(invocation)}`);
  if (fixing?.written && fixing.changes.length > 0)
    lines.push(`  Take it back:              ${c.bold('lockwise undo')}`);
  const safeLeft = fixing ? 0 : safe;
  if (safeLeft > 0)
    lines.push(`  ${`Fix ${count(safeLeft, 'finding')} safely:`.padEnd(26)} ${c.bold(`${invocation} --write`)}`);
  if (unsafe > 0 && !(fixing && invocation.includes('--unsafe')))
    lines.push(
      `  ${`${safeLeft > 0 ? 'With' : 'Fix'} ${unsafe} that ${unsafe === 1 ? 'assumes' : 'assume'} more:`.padEnd(26)} ${c.bold(`${invocation.replace(' --write', '')} --write --unsafe`)} ${c.dim('(read the reasons first)')}`,
    );
  if (manual > 0)
    lines.push(
      `  ${count(manual, 'finding needs', 'findings need')} a person${lines.length > 0 ? '' : '; lockwise explain RULE tells more'}`,
    );
  if (safeLeft + unsafe > 0 && planned === 0 && !fixing?.written)
    lines.push(
      `  ${'See the change first:'.padEnd(26)} ${c.bold(`${invocation.replace(' --write', '')}${safeLeft > 0 ? '' : ' --unsafe'} --diff`)}`,
    );
  return lines;
}
