import { INTERRUPTED } from '../exit-codes.js';
import type { Ports } from '../ports.js';
import { JournalStore } from '../write/journal.js';
import { carryOut } from '../write/writer.js';

/** How the two ways to take up the last `fix --write` are told. */
interface Wording {
  readonly nothing: string;
  readonly done: string;
  readonly refused: string;
  readonly already: string;
  /** The command that goes on when this one was stopped. */
  readonly again: string;
}

/** Restores what the last `fix --write` of this folder changed. */
export function undo(ports: Ports): Promise<number> {
  return takeUp(ports, 'before', {
    nothing: 'nothing to undo',
    done: 'restored',
    refused: 'was not restored',
    already: 'Everything is as it was already.',
    again: 'lockwise undo',
  });
}

/** Goes on with a `fix --write` of this folder that was interrupted. */
export function resume(ports: Ports): Promise<number> {
  return takeUp(ports, 'after', {
    nothing: 'nothing to go on with',
    done: 'wrote',
    refused: 'was not written',
    already: 'Everything was written already.',
    again: 'lockwise fix --resume',
  });
}

async function takeUp(ports: Ports, goal: 'before' | 'after', words: Wording): Promise<number> {
  const { terminal, files } = ports;
  const root = files.realpath(ports.cwd) ?? ports.cwd;
  const store = new JournalStore(ports, root);
  const journal = store.read();
  if (!journal) {
    terminal.err(`lockwise: there is ${words.nothing} here: no \`lockwise fix --write\` was run in this folder\n`);
    return 2;
  }
  const { paths, refused, ended } = await carryOut(ports, store, journal.root, journal.entries, goal);
  for (const path of paths) terminal.out(`${words.done} ${path}\n`);
  for (const { path, reason } of refused) terminal.err(`lockwise: ${path} ${words.refused}: it ${reason}\n`);
  if (ended !== undefined) terminal.err(`lockwise: ${ended.replace('lockwise fix --resume', words.again)}\n`);
  if (paths.length === 0 && refused.length === 0 && ended === undefined) terminal.out(`${words.already}\n`);
  if (ports.interrupted()) return INTERRUPTED;
  return refused.length > 0 || ended !== undefined ? 2 : 0;
}
