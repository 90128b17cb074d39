import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How often the memory of a running program is looked at, in milliseconds. The kernel keeps its peak, so only the last moment is missed. */
const LOOK = 4;

/**
 * Runs a program to its end.
 *
 * @returns wall and CPU time in milliseconds, those of the processes that it started included, and the peak of its own memory in megabytes
 *   (undefined where there is no `/proc`).
 */
export function usageOf({ command, args, cwd, env = {}, codes = [0] }) {
  return new Promise((resolve, reject) => {
    // The shell's own clock knows the children of the program too, which Node tells nobody about.
    const script = 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>"$LOCKWISE_BENCH_ERRORS"';
    const errors = `${cwd}/.bench-errors`;
    const shell = spawn('bash', ['-c', `${script}; exit $?`, 'bench', command, ...args], {
      cwd,
      env: { ...process.env, ...env, LOCKWISE_BENCH_ERRORS: errors },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let told = '';
    let peak;
    shell.stderr.on('data', (chunk) => (told += chunk));
    const looking = setInterval(() => (peak = Math.max(peak ?? 0, peakOf(childOf(shell.pid)) ?? 0) || undefined), LOOK);
    shell.on('error', reject);
    shell.on('close', (code) => {
      clearInterval(looking);
      const times = /([\d.]+) ([\d.]+) ([\d.]+)\s*$/.exec(told);
      if (!codes.includes(code) || !times)
        return reject(new Error(`${command} ${args.join(' ')} ended with ${code}: ${told}${readOr(errors)}`));
      const [wall, user, system] = times.slice(1).map((seconds) => Number(seconds) * 1000);
      resolve({ wall, cpu: user + system, megabytes: peak });
    });
  });
}

function childOf(pid) {
  return readOr(`/proc/${pid}/task/${pid}/children`).trim().split(' ')[0];
}

function peakOf(pid) {
  const kilobytes = pid && /VmHWM:\s*(\d+)/.exec(readOr(`/proc/${pid}/status`))?.[1];
  return kilobytes ? Number(kilobytes) / 1024 : undefined;
}

function readOr(file, otherwise = '') {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}
