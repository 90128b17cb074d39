import { join } from 'node:path';
import { prepare } from '../analyse/preparation.js';
import type { MakeProject } from '../analyse/project.js';
import type { Request } from '../arguments.js';
import { Baseline } from '../baseline/baseline.js';
import { INTERRUPTED } from '../main.js';
import type { Ports } from '../ports.js';
import { Places } from '../report/places.js';
import { count } from '../report/summary.js';

/** `baseline update` makes all findings known, `prune` forgets those that are gone, `check` tells whether either is due. */
export async function changesBaseline(request: Request, ports: Ports, make: MakeProject): Promise<number> {
  const [action, ...paths] = request.paths;
  const { analysis, discovered, problems, progress } = await prepare(ports, { ...request, paths }, make);
  const analysed = await analysis.check(ports, progress);
  progress.end();
  if (ports.interrupted()) return INTERRUPTED;
  const { findings } = analysed;
  const { terminal } = ports;
  const name = request.baseline === false ? 'lockwise-baseline.txt' : request.baseline;
  const file = join(discovered.root, name);
  const known = Baseline.read(ports.files, discovered.root, name) ?? Baseline.empty();
  for (const { path, message } of [...problems, ...analysed.problems]) terminal.err(`lockwise: ${path} ${message}\n`);
  const failed = problems.length + analysed.problems.length > 0;
  if (action === 'update') {
    const updated = Baseline.of(findings);
    await ports.files.replace(file, Buffer.from(updated.toString()));
    terminal.out(`${name} knows ${count(updated.size, 'finding')} now\n`);
    return failed ? 2 : 0;
  }
  const gone = known.gone(findings);
  if (action === 'prune') {
    // A file that was not checked may still have its finding.
    if (failed) return 2;
    if (gone.length > 0) await ports.files.replace(file, Buffer.from(known.without(gone).toString()));
    terminal.out(`${count(gone.length, 'entry', 'entries')} gone from ${name}\n`);
    return 0;
  }
  const fresh = findings.filter((finding) => !known.has(finding));
  const places = new Places((path) => analysis.text(path));
  for (const finding of fresh) terminal.out(`new   ${places.label(finding)}  ${finding.rule}  ${finding.message}\n`);
  for (const line of gone) terminal.out(`gone  ${line}\n`);
  const verdict =
    fresh.length + gone.length === 0
      ? `${name} is up to date\n`
      : `${count(fresh.length, 'new finding')}, ${count(gone.length, 'entry is', 'entries are')} gone: lockwise baseline update or prune\n`;
  terminal.out(verdict);
  if (failed) return 2;
  return fresh.length + gone.length > 0 ? 1 : 0;
}
