import type { Finding, Problem } from '@lockwise/engine';
import type { ReporterChoice, Request } from '../arguments.js';
import { installRuntime } from '../dependencies/install.js';
import type { Applied, Settled } from '../plan/fixpoint.js';
import type { PlannedFixes } from '../plan/planned-fixes.js';
import { unifiedDiff } from '../plan/unified-diff.js';
import type { Ports } from '../ports.js';
import type { AppliedFix, DroppedFix, Fixing, Outcome } from '../report/outcome.js';
import { Places } from '../report/places.js';
import { count, fixable } from '../report/summary.js';
import { guard } from '../write/guard.js';
import { JournalStore } from '../write/journal.js';
import { carryOut, writeChanges } from '../write/writer.js';

export interface FixDone {
  /** Absent when nothing may be written. */
  readonly outcome?: Pick<Outcome, 'findings' | 'known' | 'text' | 'fixing' | 'notes'>;
  readonly problems: readonly Problem[];
  /** Why not, for stderr. */
  readonly refusals: readonly string[];
  readonly reporters: readonly ReporterChoice[];
  readonly failed: boolean;
}

/** Shows what would change, or prints it as a patch. */
export function previewFixes(request: Request, ports: Ports, planned: PlannedFixes): FixDone {
  const { prepared, settled, changes, problems } = planned;
  const { analysis } = prepared;
  analysis.restore();
  const fixing = fixingOf(planned, false);
  const toFiles = request.reporters.filter(({ file }) => file !== undefined);
  if (request.fix.mode === 'diff') {
    ports.terminal.out(unifiedDiff(changes));
    if (changes.length === 0 && settled.after.length > 0) ports.terminal.err(`lockwise: ${nothingToShow(settled)}\n`);
    for (const { path, line, title, because } of fixing.dropped)
      ports.terminal.err(`left out ${path}:${line} ${title}: ${because}\n`);
    for (const { path, why } of fixing.stopped)
      ports.terminal.err(`stopped ${path}: ${why}; the file is left as it was\n`);
    for (const { path, message } of [...prepared.problems, ...problems])
      ports.terminal.err(`problem ${path} ${message}\n`);
  }
  return {
    outcome: {
      findings: leftOf(settled),
      known: planned.known,
      text: (path) => analysis.original(path),
      fixing,
      notes: installNotes(request, planned),
    },
    problems,
    refusals: [],
    reporters: request.fix.mode === 'diff' ? toFiles : request.reporters,
    failed: false,
  };
}

/** Why a patch is empty though something was found. */
function nothingToShow({ after }: Settled): string {
  const { unsafe } = fixable({ findings: after });
  return unsafe > 0
    ? `no fix is safe; ${count(unsafe, 'finding has', 'findings have')} one that assumes more: see it with --unsafe`
    : 'nothing that was found has a fix that could be shown; lockwise check says why';
}

/** What the fixes leave, where it stands before them: a later round may mend what the first one could not. */
function leftOf({ before, after, applied }: Settled): Finding[] {
  const keyOf = ({ path, rule, symbol }: Finding): string => [path, rule, symbol].join('\0');
  const left = new Map<string, number>();
  for (const finding of after) left.set(keyOf(finding), (left.get(keyOf(finding)) ?? 0) + 1);
  const mended = new Set(applied.map(({ finding }) => finding));
  return before.filter((finding) => {
    const count = left.get(keyOf(finding)) ?? 0;
    if (mended.has(finding) || count === 0) return false;
    left.set(keyOf(finding), count - 1);
    return true;
  });
}

/** Writes the fixes, where git and the disk allow it, and the user's own check passes. */
export async function writeFixes(request: Request, ports: Ports, planned: PlannedFixes): Promise<FixDone> {
  const { prepared, sieve, settled, changes, problems } = planned;
  const { root } = prepared.discovered;
  const refusals = await guard(
    ports,
    root,
    changes.map(({ path }) => path),
    request.fix,
  );
  if (refusals.length > 0)
    return {
      problems,
      refusals: [`lockwise: nothing was written. ${refusals[0]!}`, ...refusals.slice(1)],
      reporters: [],
      failed: true,
    };
  const installed = await installRuntime(ports, root, settled.applied, request.fix.install);
  if (installed.failure !== undefined)
    return { problems, refusals: [`lockwise: nothing was written. ${installed.failure}`], reporters: [], failed: true };
  const written = await writeChanges(ports, root, changes);
  const rolledBack = await runVerifyCommand(request, ports, root, written.paths);
  const { analysis } = prepared;
  if (rolledBack !== undefined) await installed.takeBack();
  const isWritten = (path: string): boolean => rolledBack === undefined && written.paths.includes(path);
  const unwritten = changes.filter(({ path }) => !isWritten(path));
  for (const { path, before } of unwritten) analysis.set(path, before);
  const left =
    unwritten.length === 0
      ? settled.after
      : await sieve.pass((await analysis.check(ports, prepared.progress)).findings);
  const described = fixingOf(planned, true);
  const fixing: Fixing = {
    ...described,
    written: rolledBack === undefined,
    applied: described.applied.filter(({ paths }) => paths.every(isWritten)),
    changes: changes.filter(({ path }) => isWritten(path)),
    refused: [...planned.refused, ...written.refused],
  };
  const ends = [rolledBack, written.ended].filter((line) => line !== undefined).map((line) => `lockwise: ${line}`);
  return {
    outcome: {
      findings: left,
      known: planned.known,
      text: (path) => analysis.text(path),
      fixing,
      notes: [...installed.notes, ...(rolledBack === undefined ? installNotes(request, planned) : [])],
    },
    problems,
    refusals: ends,
    reporters: request.reporters,
    failed: ends.length > 0,
  };
}

/** Runs the user's own check over what was written; why it was taken back, or undefined when it passed. */
async function runVerifyCommand(
  request: Request,
  ports: Ports,
  root: string,
  paths: readonly string[],
): Promise<string | undefined> {
  const { verifyCommand } = request.fix;
  if (verifyCommand === undefined || paths.length === 0) return undefined;
  ports.terminal.err(`lockwise: running ${verifyCommand}\n`);
  const { code } = await ports.processes.run(verifyCommand, [], { cwd: ports.cwd, shell: true, show: true });
  if (code === 0) return undefined;
  const store = new JournalStore(ports, root);
  // Who interrupts the check wants its work undone too.
  const unstoppable = { ...ports, interrupted: () => false };
  const { refused } = await carryOut(unstoppable, store, root, store.read()?.entries ?? [], 'before');
  // What was taken back is not to be gone on with.
  if (refused.length === 0) store.clear();
  const kept = refused.map(({ path, reason }) => `; ${path} could not be restored: it ${reason}`).join('');
  return `\`${verifyCommand}\` failed with code ${code}, so every file was restored${kept}`;
}

function fixingOf({ verdict, settled, changes, prepared }: PlannedFixes, written: boolean): Fixing {
  const places = new Places((path) => prepared.analysis.original(path));
  return {
    written,
    changes,
    applied: settled.applied.map((one) => describe(one, places)).sort(byPlace),
    dropped: verdict.refused.map(({ applied, because }): DroppedFix => ({ ...describe(applied, places), because })),
    stopped: settled.stops,
    refused: [],
    verified: verdict.how,
  };
}

function describe({ finding, fix, origin }: Applied, places: Places): AppliedFix {
  const { rule, path } = finding;
  const { line } = places.start({ path, span: [origin, origin] });
  const { title, tier, reason } = fix;
  const paths = [...new Set(fix.edits.map((edit) => edit.path))].sort();
  return { rule, path, line, title, tier, ...(reason !== undefined && { reason }), paths };
}

function byPlace(one: AppliedFix, other: AppliedFix): number {
  if (one.path !== other.path) return one.path < other.path ? -1 : 1;
  return one.line - other.line;
}

/** What still has to be installed for the result to run. */
function installNotes(request: Request, { settled, sieve }: PlannedFixes): string[] {
  const needed = settled.applied.some(({ fix }) => fix.imports.length > 0);
  if (!needed || request.fix.install !== undefined) return [];
  return sieve.commands.map((command) => `Install what the fixes import: ${command}`);
}
