// `lockwise trace`: runs a program with the recorder, and writes what it recorded.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Profile } from './profile.js';
import { stillWaiting } from './ending.js';
import {
  collectParts,
  defaultOutput,
  partsFolder,
  partsVariable,
  prepareParts,
  removeParts,
  unwritable,
  writeWhole,
} from './part-files.js';

/** What the commands need of the world around them. */
export interface Ports {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

const traceUsage = `Usage: lockwise trace [-o FILE] -- COMMAND [ARGUMENT...]

Runs COMMAND with the recorder in every Node process and thread of it, and writes a profile of who waited for which lock.
The program is run as it is; no change to it is needed.

  -o, --output FILE   where to write the profile (default: ${defaultOutput})
  -h, --help          show this

Exit code: the program's own; 1 when it would be 0 and a lock was still waited for at the end; 2 when nothing could be recorded.
`;

/** Runs `lockwise trace` with what follows that word. Resolves to the exit code. */
export async function trace(argv: readonly string[], ports: Ports): Promise<number> {
  const say = (line: string) => ports.stderr(`lockwise trace: ${line}\n`);
  const request = parse(argv);
  if (typeof request === 'string') {
    say(request);
    return 2;
  }
  if (request.help) {
    ports.stdout(traceUsage);
    return 0;
  }
  const output = resolve(ports.cwd, request.output);
  const folder = partsFolder(output);
  try {
    prepareParts(folder);
  } catch (error) {
    say(unwritable(output, error));
    return 2;
  }
  const ending = await run(request.command, ports, folder);
  if (ending.failure !== undefined) {
    removeParts(folder);
    say(ending.failure);
    return 2;
  }
  return conclude(request, output, ending, say);
}

interface Request {
  readonly help: boolean;
  readonly output: string;
  readonly command: readonly string[];
}

/** The request, or what is wrong with it. */
function parse(argv: readonly string[]): Request | string {
  const end = argv.indexOf('--');
  const options = end === -1 ? optionsOf(argv) : argv.slice(0, end);
  const command = end === -1 ? argv.slice(options.length) : argv.slice(end + 1);
  try {
    const { values, positionals } = parseArgs({
      args: [...options],
      options: {
        output: { type: 'string', short: 'o', default: defaultOutput },
        help: { type: 'boolean', short: 'h' },
      },
      allowPositionals: true,
    });
    if (positionals.length > 0)
      return `unexpected ${positionals[0]}; put the program after --, as in: lockwise trace -- node app.js`;
    const help = values.help === true;
    if (command.length === 0 && !help)
      return 'no program to run; name it after --, as in: lockwise trace -- node app.js';
    return { help, output: values.output, command };
  } catch (error) {
    return `${(error as Error).message.split('. ')[0]}; see lockwise trace --help`;
  }
}

/** Without `--`, the program starts at the first word that is no option. */
function optionsOf(argv: readonly string[]): readonly string[] {
  for (let at = 0; at < argv.length; at++) {
    if (!argv[at]!.startsWith('-')) return argv.slice(0, at);
    if (argv[at] === '-o' || argv[at] === '--output') at++;
  }
  return argv;
}

interface Ending {
  readonly code: number;
  readonly signal?: NodeJS.Signals;
  readonly failure?: string;
}

async function run([program, ...args]: readonly string[], ports: Ports, folder: string): Promise<Ending> {
  const preload = `--import=${new URL('./preload.js', import.meta.url).href}`;
  const env = {
    ...ports.env,
    [partsVariable]: folder,
    NODE_OPTIONS: [ports.env['NODE_OPTIONS'], preload].filter(Boolean).join(' '),
  };
  const child = spawn(program!, args, { cwd: ports.cwd, env, stdio: 'inherit' });
  // A terminal sends its signals to both processes; this one waits for the program to end, and then writes the profile.
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  const wait = () => undefined;
  process.on('SIGINT', wait).on('SIGTERM', forward).on('SIGHUP', forward);
  try {
    return await new Promise<Ending>((done) => {
      child.once('error', (error: NodeJS.ErrnoException) =>
        done({
          code: 2,
          failure: `cannot start ${program}: ${error.code === 'ENOENT' ? 'no such program' : error.message}; check its name`,
        }),
      );
      child.once('close', (code, signal) =>
        done(signal === null ? { code: code ?? 0 } : { code: 128 + constants.signals[signal], signal }),
      );
    });
  } finally {
    process.off('SIGINT', wait).off('SIGTERM', forward).off('SIGHUP', forward);
  }
}

function conclude(request: Request, output: string, { code, signal }: Ending, say: (line: string) => void): number {
  const folder = partsFolder(output);
  const { profile, problems } = collectParts(folder);
  problems.forEach(say);
  if (profile === undefined) {
    removeParts(folder);
    say(
      `nothing was recorded: ${request.command[0]} ran no Node program to its first second or end; trace one as in: lockwise trace -- node app.js`,
    );
    return code === 0 ? 2 : code;
  }
  try {
    writeWhole(output, { ...profile, command: request.command });
    removeParts(folder);
  } catch (error) {
    say(unwritable(output, error));
    return code === 0 ? 2 : code;
  }
  const waiting = stillWaiting(profile);
  waiting.forEach(say);
  if (!profile.complete) say(cutShort(profile, signal));
  say(`wrote ${request.output}: ${summary(profile)}; see it with: lockwise report ${request.output}`);
  return code === 0 && waiting.length > 0 ? 1 : code;
}

function cutShort({ threads, durationMs }: Profile, signal: NodeJS.Signals | undefined): string {
  const cut = threads
    .filter(({ complete }) => !complete)
    .map((one) => (one.thread === 0 ? `process ${one.process}` : `thread ${one.thread} of process ${one.process}`));
  const how = signal === undefined ? 'ended without notice' : `was killed (${signal})`;
  return `${cut.join(', ')} ${how}: the profile covers what came before its last second (${(durationMs / 1000).toFixed(1)} s of the run)`;
}

/** A profile in half a line. */
function summary({ sites }: Profile): string {
  const total = (of: (site: Profile['sites'][number]) => number) => sites.reduce((sum, site) => sum + of(site), 0);
  const waited = total(({ wait }) => wait.sum);
  return `${sites.length} sites, ${total((site) => site.acquisitions)} acquisitions, ${total((site) => site.contended)} contended, ${(waited / 1000).toFixed(2)} s of waiting`;
}
