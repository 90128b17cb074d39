import type { Ports } from '../ports.js';

/** What the recorder and its report need of the world around them. */
function surroundings({ cwd, env, terminal }: Ports): {
  cwd: string;
  env: NodeJS.ProcessEnv;
  stdout: (text: string) => void;
  stderr: (text: string) => void;
} {
  return { cwd, env: { ...env }, stdout: (text) => terminal.out(text), stderr: (text) => terminal.err(text) };
}

/** `lockwise trace`: runs a program with the recorder. */
export async function recording(argv: readonly string[], ports: Ports): Promise<number> {
  const { trace } = await import('../trace/command.js');
  return trace(argv, surroundings(ports));
}

/** `lockwise report`: shows a recorded profile, or compares two. */
export async function contention(argv: readonly string[], ports: Ports): Promise<number> {
  const { report } = await import('../report/profile/command.js');
  return report(argv, surroundings(ports));
}
