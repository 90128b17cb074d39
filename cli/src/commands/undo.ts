import type { Ports } from '../ports.js';
import { JournalStore } from '../write/journal.js';
import { carryOut } from '../write/writer.js';
import { INTERRUPTED } from '../main.js';

/** Restores what the last `fix --write` of this folder changed. */
export async function undo(ports: Ports): Promise<number> {
  const { terminal, files } = ports;
  const root = files.realpath(ports.cwd) ?? ports.cwd;
  const store = new JournalStore(ports, root);
  const journal = store.read();
  if (!journal) {
    terminal.err('lockwise: there is nothing to undo here: no `lockwise fix --write` was run in this folder\n');
    return 2;
  }
  const { paths, refused, ended } = await carryOut(ports, store, journal.root, journal.entries, 'before');
  for (const path of paths) terminal.out(`restored ${path}\n`);
  for (const { path, reason } of refused) terminal.err(`lockwise: ${path} was not restored: it ${reason}\n`);
  if (ended !== undefined) terminal.err(`lockwise: ${ended.replace('lockwise fix --resume', 'lockwise undo')}\n`);
  if (paths.length === 0 && refused.length === 0) terminal.out('Everything is as it was already.\n');
  if (ports.interrupted()) return INTERRUPTED;
  return refused.length > 0 || ended !== undefined ? 2 : 0;
}
