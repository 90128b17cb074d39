import type { Finding, Fix, Problem } from '@lockwise/engine';
import { baselineOf, Sieve, type Preparation } from '../analyse/preparation.js';
import type { ReporterChoice, Request } from '../arguments.js';
import { installRuntime } from '../dependencies/install.js';
import { Questions } from '../plan/interactive.js';
import { settle, type Applied, type Choice, type Exclusions, type Settled } from '../plan/fixpoint.js';
import { markLeftovers } from '../plan/marks.js';
import { unifiedDiff } from '../plan/unified-diff.js';
import type { Ports } from '../ports.js';
import type { AppliedFix, Change, DroppedFix, Fixing, Outcome } from '../report/outcome.js';
import { Places } from '../report/places.js';
import { verified, type Verdict } from '../verify/verification.js';
import { guard } from '../write/guard.js';
import { JournalStore } from '../write/journal.js';
import { carryOut, writeChanges, type Written } from '../write/writer.js';
import { INTERRUPTED } from '../main.js';

export interface FixDone {
  /** Absent when nothing may be written. */
  readonly outcome?: Pick<Outcome, 'findings' | 'known' | 'text' | 'fixing' | 'notes'>;
  readonly problems: readonly Problem[];
  /** Why not, for stderr. */
  readonly refusals: readonly string[];
  readonly reporters: readonly ReporterChoice[];
  readonly failed: boolean;
}

/** plan → verify → write: what `fix` does between reading and reporting. */
export async function fixFiles(request: Request, ports: Ports, prepared: Preparation): Promise<FixDone> {
  const { analysis, discovered, progress } = prepared;
  const { root } = discovered;
  const installs = request.fix.install !== undefined && request.fix.mode === 'write';
  const sieve = new Sieve(root, baselineOf(ports, request, root), installs);
  const first = await analysis.check(ports, progress);
  progress.end();

  const questions = request.fix.interactive ? Questions.on(ports.terminal, (path) => analysis.text(path)) : undefined;
  const choose = (finding: Finding, round: number): Choice | Promise<Choice> => {
    const fix = permitted(finding, request);
    return fix && questions ? questions.ask(finding, fix, round) : fix;
  };
  const exclusions: Exclusions = { fixes: new Set(), paths: new Set() };
  const verdict = await verified(
    ports,
    request,
    prepared,
    () => settle(ports, analysis, sieve.pass, choose, exclusions),
    exclusions,
  );
  const marked = request.fix.mark ? markLeftovers(verdict.settled, analysis) : verdict.settled;
  const changes = changesOf(prepared, marked);
  const known = sieve.known;
  const gathered: Gathered = {
    request,
    ports,
    prepared,
    verdict,
    settled: marked,
    changes,
    known,
    problems: first.problems,
  };
  if (ports.interrupted()) return { problems: [], refusals: [], reporters: [], failed: false };
  if (request.fix.mode === 'write') return write(gathered, sieve);
  return preview(gathered, sieve);
}

interface Gathered {
  readonly request: Request;
  readonly ports: Ports;
  readonly prepared: Preparation;
  readonly verdict: Verdict;
  readonly settled: Settled;
  readonly changes: readonly Change[];
  readonly known: number;
  readonly problems: readonly Problem[];
}

/** The fix that the request allows: safe ones always, unsafe ones where they are asked for. */
function permitted(finding: Finding, { fix: { unsafe } }: Request): Fix | undefined {
  const tiers = unsafe === 'all' || unsafe.includes(finding.rule) ? ['safe', 'unsafe'] : ['safe'];
  return finding.fixes.find(({ tier, edits }) => tiers.includes(tier) && edits.length > 0);
}

function changesOf({ analysis, read }: Preparation, { texts }: Settled): Change[] {
  return [...texts]
    .map(([path, after]) => ({
      path,
      before: analysis.original(path)!,
      after,
      byteOrderMark: read.sources.get(path)?.byteOrderMark ?? analysis.hasMark(path),
    }))
    .filter(({ before, after }) => before !== after)
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function preview(gathered: Gathered, sieve: Sieve): FixDone {
  const { request, ports, prepared, settled, changes, problems } = gathered;
  const { analysis } = prepared;
  analysis.restore();
  const fixing = fixingOf(gathered, false);
  const toFiles = request.reporters.filter(({ file }) => file !== undefined);
  if (request.fix.mode === 'diff') {
    ports.terminal.out(unifiedDiff(changes));
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
      known: gathered.known,
      text: (path) => analysis.original(path),
      fixing,
      notes: installNotes(gathered, sieve),
    },
    problems,
    refusals: [],
    reporters: request.fix.mode === 'diff' ? toFiles : request.reporters,
    failed: false,
  };
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

async function write(gathered: Gathered, sieve: Sieve): Promise<FixDone> {
  const { request, ports, prepared, settled, changes, problems } = gathered;
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
  const rolledBack = await runVerifyCommand(gathered, written);
  const { analysis } = prepared;
  if (rolledBack !== undefined) await installed.takeBack();
  const isWritten = (path: string): boolean => rolledBack === undefined && written.paths.includes(path);
  const unwritten = changes.filter(({ path }) => !isWritten(path));
  for (const { path, before } of unwritten) analysis.set(path, before);
  const left =
    unwritten.length === 0
      ? settled.after
      : await sieve.pass((await analysis.check(ports, prepared.progress)).findings);
  const described = fixingOf(gathered, true);
  const fixing: Fixing = {
    ...described,
    written: rolledBack === undefined,
    applied: described.applied.filter(({ paths }) => paths.every(isWritten)),
    changes: changes.filter(({ path }) => isWritten(path)),
    refused: written.refused,
  };
  const ends = [rolledBack, written.ended].filter((line) => line !== undefined).map((line) => `lockwise: ${line}`);
  return {
    outcome: {
      findings: left,
      known: gathered.known,
      text: (path) => analysis.text(path),
      fixing,
      notes: [...installed.notes, ...(rolledBack === undefined ? installNotes(gathered, sieve) : [])],
    },
    problems,
    refusals: ends,
    reporters: request.reporters,
    failed: ends.length > 0,
  };
}

/** Runs the user's own check over what was written; why it was taken back, or undefined when it passed. */
async function runVerifyCommand(
  { request, ports, prepared }: Gathered,
  { paths }: Written,
): Promise<string | undefined> {
  const { verifyCommand } = request.fix;
  if (verifyCommand === undefined || paths.length === 0) return undefined;
  ports.terminal.err(`lockwise: running ${verifyCommand}\n`);
  const { code } = await ports.processes.run(verifyCommand, [], { cwd: ports.cwd, shell: true, show: true });
  if (code === 0) return undefined;
  const { root } = prepared.discovered;
  const store = new JournalStore(ports, root);
  const { refused } = await carryOut(ports, store, root, store.read()?.entries ?? [], 'before');
  const kept = refused.map(({ path, reason }) => `; ${path} could not be restored: it ${reason}`).join('');
  return `\`${verifyCommand}\` failed with code ${code}, so every file was restored${kept}`;
}

function fixingOf({ verdict, settled, changes, prepared }: Gathered, written: boolean): Fixing {
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
function installNotes({ settled, request }: Gathered, sieve: Sieve): string[] {
  const needed = settled.applied.some(({ fix }) => fix.imports.length > 0);
  if (!needed || request.fix.install !== undefined) return [];
  return sieve.commands.map((command) => `Install what the fixes import: ${command}`);
}

/** Goes on with a `fix --write` that was interrupted. */
export async function resume(_request: Request, ports: Ports): Promise<number> {
  const { terminal, files } = ports;
  const root = files.realpath(ports.cwd) ?? ports.cwd;
  const store = new JournalStore(ports, root);
  const journal = store.read();
  if (!journal) {
    terminal.err('lockwise: there is nothing to go on with here: no `lockwise fix --write` was run in this folder\n');
    return 2;
  }
  const { paths, refused, ended } = await carryOut(ports, store, journal.root, journal.entries, 'after');
  for (const path of paths) terminal.out(`wrote ${path}\n`);
  for (const { path, reason } of refused) terminal.err(`lockwise: ${path} was not written: it ${reason}\n`);
  if (ended !== undefined) terminal.err(`lockwise: ${ended}\n`);
  if (paths.length === 0 && refused.length === 0) terminal.out('Everything was written already.\n');
  if (ports.interrupted()) return INTERRUPTED;
  return refused.length > 0 || ended !== undefined ? 2 : 0;
}
