import { spawn } from 'node:child_process';
import type { ProcessResult, Processes } from '../ports.js';

export const processes: Processes = {
  run: (program, args, { cwd, env, shell = false, show = false } = {}) =>
    new Promise<ProcessResult>((done) => {
      const child = spawn(program, args, {
        ...(cwd !== undefined && { cwd }),
        env: { ...process.env, ...env },
        shell,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => {
        stdout.push(chunk);
        if (show) process.stderr.write(chunk);
      });
      child.stderr.on('data', (chunk: Buffer) => {
        stderr.push(chunk);
        if (show) process.stderr.write(chunk);
      });
      child.once('error', (error: NodeJS.ErrnoException) =>
        done({ code: error.code === 'ENOENT' ? 127 : 126, stdout: '', stderr: error.message }),
      );
      child.once('close', (code) =>
        done({
          code: code ?? 1,
          stdout: Buffer.concat(stdout).toString('utf8'),
          stderr: Buffer.concat(stderr).toString('utf8'),
        }),
      );
    }),
};
