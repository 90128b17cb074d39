// `lockwise report`: shows what `lockwise trace` recorded, one run or two against each other.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadProfile, type Profile, ProfileError } from '../../trace/profile.js';
import type { Ports } from '../../trace/command.js';
import { collectParts, partsFolder, unwritable } from '../../trace/part-files.js';
import { reportPage, type PageAssets } from './page.js';
import { comparisonTable, profileTable } from './table.js';

const reportUsage = `Usage: lockwise report PROFILE [PROFILE] [--html FILE] [--top N]

Shows which places of a program waited for locks, how long and behind whom. Two profiles are shown as before and after.

  --html FILE   also write the report as one HTML page with charts
  --top N       list at most N sites (default: 20)
  -h, --help    show this
`;

/** Runs `lockwise report` with what follows that word. Resolves to the exit code: 0, or 2 when a profile cannot be read. */
export async function report(argv: readonly string[], ports: Ports): Promise<number> {
  const fail = (line: string) => {
    ports.stderr(`lockwise report: ${line}\n`);
    return 2;
  };
  const request = parse(argv);
  if (typeof request === 'string') return fail(request);
  if (request.help) {
    ports.stdout(reportUsage);
    return 0;
  }
  try {
    const profiles = request.profiles.map((name) => readRun(name, ports));
    const [before, after] = profiles;
    ports.stdout(
      after === undefined ? profileTable(before!, request.top) : comparisonTable(before!, after, request.top),
    );
    return request.html === undefined ? 0 : writePage(profiles, request.html, ports, fail);
  } catch (error) {
    if (error instanceof ProfileError) return fail(error.message);
    throw error;
  }
}

interface Request {
  readonly help: boolean;
  readonly profiles: readonly string[];
  readonly html: string | undefined;
  readonly top: number;
}

/** The request, or what is wrong with it. */
function parse(argv: readonly string[]): Request | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: {
        html: { type: 'string' },
        top: { type: 'string', default: '20' },
        help: { type: 'boolean', short: 'h' },
      },
      allowPositionals: true,
    });
    const help = values.help === true;
    const top = Number(values.top);
    if (!Number.isInteger(top) || top < 1)
      return `--top ${values.top} is not a number of sites; give one of at least 1`;
    if (positionals.length === 0 && !help)
      return 'no profile named; write one with: lockwise trace -o FILE -- node app.js';
    if (positionals.length > 2) return `${positionals.length} profiles named; give one, or two to compare`;
    return { help, profiles: positionals, html: values.html, top };
  } catch (error) {
    return `${(error as Error).message.split('. ')[0]}; see lockwise report --help`;
  }
}

/** A run that was killed together with its recorder has left parts and no profile: then those are the run. */
function readRun(name: string, ports: Ports): Profile {
  const path = resolve(ports.cwd, name);
  if (!existsSync(path) && existsSync(partsFolder(path))) {
    const { profile } = collectParts(partsFolder(path));
    if (profile !== undefined) {
      ports.stderr(
        `lockwise report: ${name} was never finished: the run was killed; showing what its processes had left\n`,
      );
      return { ...profile, complete: false };
    }
  }
  try {
    return loadProfile(path);
  } catch (error) {
    if (error instanceof ProfileError) throw new ProfileError(error.message.replace(path, name));
    throw error;
  }
}

function writePage(profiles: readonly Profile[], html: string, ports: Ports, fail: (line: string) => number): number {
  try {
    writeFileSync(resolve(ports.cwd, html), reportPage(profiles, readAssets()));
  } catch (error) {
    return fail(unwritable(html, error).replace('-o FILE', '--html FILE'));
  }
  ports.stderr(`lockwise report: wrote ${html}\n`);
  return 0;
}

/** The page's script and style, which the build puts beside this module. */
function readAssets(): PageAssets {
  const read = (name: string) => readFileSync(new URL(`./page/${name}`, import.meta.url), 'utf8');
  return { script: read('report.js'), style: read('report.css') };
}
