import { createProject, profileNotice, type Problem, type Project } from '@lockwise/engine';
import { baselineOf, memoryOf, prepare, Sieve, survey, type Preparation } from './analyse/preparation.js';
import type { RunMemory } from './analyse/run-memory.js';
import type { MakeProject } from './analyse/project.js';
import { readArguments, UsageEnd, type Request } from './arguments.js';
import { changesBaseline } from './commands/baseline.js';
import { explain } from './commands/explain.js';
import { previewFixes, writeFixes } from './commands/fix.js';
import { graph } from './commands/graph.js';
import { init } from './commands/init.js';
import { languageServer } from './commands/lsp.js';
import { listFiles } from './commands/list-files.js';
import { merge, writePackageFacts, writePart } from './commands/shard.js';
import { contention, recording } from './commands/trace.js';
import { resume, undo } from './commands/take-up.js';
import { exitCode, INTERRUPTED } from './exit-codes.js';
import { planFixes } from './plan/planned-fixes.js';
import { FileTrouble, type Ports } from './ports.js';
import { invocationOf } from './report/invocation.js';
import { textOn, type ReadFigures } from './read/sources.js';
import { report } from './report/index.js';
import type { Outcome } from './report/outcome.js';
import { version } from './version.js';

/** Runs the CLI to its exit code: 0 nothing left, 1 findings left, 2 usage, configuration, internal or verify failure, 130 interrupted. */
export async function run(argv: readonly string[], ports: Ports, make: MakeProject = createProject): Promise<number> {
  try {
    if (argv[0] === 'trace') return await recording(argv.slice(1), ports);
    if (argv[0] === 'report') return await contention(argv.slice(1), ports);
    const request = readArguments(argv, version, ports.terminal);
    return await follow(request, ports, make);
  } catch (error) {
    if (!(error instanceof UsageEnd) && !(error instanceof FileTrouble)) throw error;
    const where = error instanceof FileTrouble && error.path !== undefined ? `${error.path} ` : '';
    if (error.message !== '') ports.terminal.err(`lockwise: ${where}${error.message}\n`);
    return error instanceof UsageEnd ? error.exitCode : 2;
  }
}

async function follow(request: Request, ports: Ports, make: MakeProject): Promise<number> {
  switch (request.command) {
    case 'check':
      return check(request, ports, make);
    case 'fix':
      return request.fix.resume ? resume(ports) : fix(request, ports, make);
    case 'graph':
      return graph(request, ports, make);
    case 'baseline':
      return changesBaseline(request, ports, make);
    case 'merge':
      return merge(request, ports, make);
    case 'undo':
      return undo(ports);
    case 'explain':
      return explain(request, ports);
    case 'init':
      return init(request, ports);
    case 'lsp':
      return languageServer();
  }
}

/** discover → read → analyse → report */
async function check(request: Request, ports: Ports, make: MakeProject): Promise<number> {
  const about = await survey(ports, request);
  const memory = memoryOf(ports, about);
  const looks = request.listFiles || request.shard !== undefined || request.facts !== undefined;
  const recalled = looks ? undefined : memory?.recall();
  if (recalled) {
    const { read, findings, problems } = recalled;
    const known = { ...about, read, problems: [...about.problems, ...read.problems] };
    return conclude(request, ports, known, {
      findings,
      problems,
      text: textOn(ports, about.discovered.root),
      notes: [],
    });
  }
  const prepared = await prepare(ports, request, make, about);
  if (request.listFiles) return listFiles(ports, prepared);
  if (request.shard) return writePart(request, ports, prepared, make);
  const code = await concludeCheck(request, ports, prepared, memory);
  if (code !== INTERRUPTED) await writePackageFacts(request, ports, prepared);
  return code;
}

/** The second half of `check`, which a merge of shards shares. */
export async function concludeCheck(
  request: Request,
  ports: Ports,
  prepared: Preparation,
  memory?: RunMemory,
): Promise<number> {
  const { analysis, progress, read } = prepared;
  const { findings, problems } = await analysis.check(ports, progress);
  progress.end();
  if (ports.interrupted()) return INTERRUPTED;
  memory?.keep(read, analysis.consulted, findings, problems);
  return conclude(request, ports, prepared, {
    findings,
    problems,
    text: (path) => analysis.text(path),
    notes: profileNotes(analysis.project),
  });
}

async function conclude(
  request: Request,
  ports: Ports,
  about: Told,
  { findings, problems, text, notes }: Pick<Outcome, 'findings' | 'problems' | 'text' | 'notes'>,
): Promise<number> {
  const { root } = about.discovered;
  const sieve = new Sieve(root, baselineOf(ports, request, root), false);
  const outcome: Outcome = {
    ...described(request, about, problems),
    findings: await sieve.pass(findings),
    known: sieve.known,
    text,
    notes,
  };
  await report(ports, request.reporters, outcome);
  return exitCode(outcome);
}

/** Whether the profiles are about the code as it is now. */
function profileNotes(project: Project): string[] {
  return project.profileStates().flatMap((state) => profileNotice(state) ?? []);
}

/** discover → read → analyse → plan → verify → write → report */
async function fix(request: Request, ports: Ports, make: MakeProject): Promise<number> {
  const prepared = await prepare(ports, request, make);
  if (request.listFiles) return listFiles(ports, prepared);
  const planned = await planFixes(request, ports, prepared);
  if (ports.interrupted()) return INTERRUPTED;
  const carryOut = request.fix.mode === 'write' ? writeFixes : previewFixes;
  const done = await carryOut(request, ports, planned);
  for (const line of done.refusals) ports.terminal.err(`${line}\n`);
  if (!done.outcome) return 2;
  const outcome: Outcome = { ...described(request, prepared, done.problems), ...done.outcome };
  await report(ports, done.reporters, outcome);
  if (ports.interrupted()) return INTERRUPTED;
  return done.failed ? 2 : exitCode(outcome);
}

/** What a report tells of the files besides their findings. */
interface Told extends Pick<Preparation, 'discovered' | 'problems'> {
  readonly read: ReadFigures;
}

function described(
  request: Request,
  prepared: Told,
  problems: readonly Problem[],
): Pick<Outcome, 'root' | 'problems' | 'skipped' | 'files' | 'invocation'> {
  const { discovered, read } = prepared;
  return {
    root: discovered.root,
    problems: [...prepared.problems, ...problems],
    skipped: [...discovered.skipped, ...read.skipped],
    files: read.looked,
    invocation: invocationOf(request),
  };
}
