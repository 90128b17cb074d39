import type { Request } from '../arguments.js';

/** The command that fixes what this run was about, as the user would type it. */
export function invocationOf(request: Request): string {
  const words = ['lockwise', 'fix', ...(request.command === 'merge' ? [] : request.paths)];
  if (request.preset) words.push('--preset', request.preset);
  for (const rule of request.rule) words.push('--rule', rule);
  for (const rule of request.skip) words.push('--skip', rule);
  for (const profile of request.profiles) words.push('--profile', profile);
  if (request.config !== undefined) words.push('--config', request.config);
  if (request.workspace !== undefined) words.push('--workspace', request.workspace);
  if (request.command === 'fix') {
    words.push('--write');
    if (request.fix.unsafe === 'all') words.push('--unsafe');
    else words.push(...request.fix.unsafe.map((rule) => `--unsafe=${rule}`));
  }
  return words.map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
