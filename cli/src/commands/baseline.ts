import { relative, resolve, sep } from 'node:path';
import { Baseline, baselineFile } from '@lockwise/engine';
import { prepare } from '../analyse/preparation.js';
import type { MakeProject } from '../analyse/project.js';
import { UsageEnd, type Request } from '../arguments.js';
import { baselineAt } from '../baseline/baseline.js';
import { INTERRUPTED } from '../exit-codes.js';
import { writeOutput } from '../output.js';
import type { Ports } from '../ports.js';
import { Places } from '../report/places.js';
import { count } from '../report/summary.js';

/**
 * `baseline update` makes all findings known, `prune` forgets those that are gone, `check` tells whether either is due. An entry does not say which
 * file it is of: where only a part of the project is looked at, `update` adds, and nothing is taken for gone.
 */
export async function changesBaseline(request: Request, ports: Ports, make: MakeProject): Promise<number> {
  const [action, ...paths] = request.paths;
  const { analysis, discovered, problems, progress } = await prepare(ports, { ...request, paths }, make);
  const name = request.baseline === false ? baselineFile : request.baseline;
  const { file, baseline: known } = baselineAt(ports.files, discovered.root, name);
  const shown = relative(discovered.root, file).split(sep).join('/');
  const isPart = paths.length > 0 || isNarrowed(request) || file !== resolve(discovered.root, name);
  if (action === 'prune' && isPart)
    throw new UsageEnd(
      `baseline prune has to see the whole project; run it beside ${shown}, without paths and filters`,
    );
  const analysed = await analysis.check(ports, progress);
  progress.end();
  if (ports.interrupted()) return INTERRUPTED;
  const { findings } = analysed;
  const { terminal } = ports;
  for (const { path, message } of [...problems, ...analysed.problems]) terminal.err(`lockwise: ${path} ${message}\n`);
  // A file that could not be read may still have its findings.
  const failed = problems.length + analysed.problems.length > 0;
  if (action === 'update') {
    const found = Baseline.of(findings);
    const updated = isPart || failed ? found.with(known) : found;
    await writeOutput(ports, file, updated.toString());
    terminal.out(`${shown} knows ${count(updated.size, 'finding')} now\n`);
    return failed ? 2 : 0;
  }
  const gone = isPart ? [] : known.gone(findings);
  if (action === 'prune') {
    if (failed) return 2;
    if (gone.length > 0) await writeOutput(ports, file, known.without(gone).toString());
    terminal.out(`${count(gone.length, 'entry', 'entries')} gone from ${shown}\n`);
    return 0;
  }
  const fresh = findings.filter((finding) => !known.has(finding));
  const places = new Places((path) => analysis.text(path));
  for (const finding of fresh) terminal.out(`new   ${places.label(finding)}  ${finding.rule}  ${finding.message}\n`);
  for (const line of gone) terminal.out(`gone  ${line}\n`);
  const verdict =
    fresh.length + gone.length === 0
      ? `${shown} is up to date\n`
      : `${count(fresh.length, 'new finding')}, ${count(gone.length, 'entry is', 'entries are')} gone: lockwise baseline update or prune\n`;
  terminal.out(verdict);
  if (failed) return 2;
  return fresh.length + gone.length > 0 ? 1 : 0;
}

function isNarrowed({ changed, staged, since, workspace, rule, skip }: Request): boolean {
  return changed || staged || since !== undefined || workspace !== undefined || rule.length + skip.length > 0;
}
