import { constants } from 'node:os';
import { run } from './main.js';
import type { Ports } from './ports.js';
import { optimiseLater } from './system/compiler.js';
import { terminal } from './system/console.js';
import { disk } from './system/disk.js';
import { growth, limitHeap } from './system/heap.js';
import { processes } from './system/processes.js';

/** Runs the CLI in this process, and leaves its exit code there. */
export async function runInProcess(argv: readonly string[]): Promise<void> {
  limitHeap(growth.check);
  optimiseLater();
  let interrupted = false;
  const onInterrupt = (): void => {
    // A second request means it.
    if (interrupted) process.exit(128 + constants.signals.SIGINT);
    interrupted = true;
  };
  process.on('SIGINT', onInterrupt);
  const ports: Ports = {
    cwd: process.cwd(),
    env: process.env,
    files: disk,
    processes,
    terminal,
    now: () => performance.now(),
    today: () => Date.now(),
    interrupted: () => interrupted,
  };
  try {
    process.exitCode = await run(argv, ports);
  } catch (error) {
    const { message, stack } = error as Error;
    terminal.err(`lockwise: internal error: ${message}\n`);
    terminal.err(process.env['LOCKWISE_DEBUG'] ? `${stack}\n` : 'Run again with LOCKWISE_DEBUG=1 for the details.\n');
    process.exitCode = 2;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}
