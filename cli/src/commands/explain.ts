import { readFileSync } from 'node:fs';
import { rules } from '@lockwise/engine';
import pc from 'picocolors';
import type { Request } from '../arguments.js';
import { unknownRule } from '../configuration.js';
import { packagedFile } from '../packaged.js';
import type { Ports } from '../ports.js';

/** Shows a rule's page, or the list of rules. */
export function explain({ paths: [name] }: Request, { terminal }: Ports): number {
  const c = pc.createColors(terminal.colours);
  if (name === undefined) {
    const width = Math.max(...rules.map((rule) => rule.name.length));
    for (const { name: rule, summary } of rules) terminal.out(`${c.cyan(rule.padEnd(width))}  ${summary}\n`);
    return 0;
  }
  const rule = rules.find((candidate) => candidate.name === name);
  if (!rule) {
    terminal.err(`lockwise: the command line ${unknownRule(name)}\n`);
    return 2;
  }
  const page = packagedFile(`rules/${name}.md`) ?? packagedFile(`docs/rules/${name}.md`);
  const text = page === undefined ? `# ${name}\n\n${rule.summary}\n\n${rule.docsUrl}\n` : readFileSync(page, 'utf8');
  terminal.out(terminal.colours ? dressed(text, c) : text);
  return 0;
}

/** Markdown with headings, code and emphasis in colours. */
function dressed(text: string, c: ReturnType<typeof pc.createColors>): string {
  let fenced = false;
  return text
    .split('\n')
    .map((line) => {
      if (line.startsWith('```')) {
        fenced = !fenced;
        return c.dim(line);
      }
      if (fenced) return c.yellow(line);
      if (line.startsWith('#')) return c.bold(c.cyan(line.replace(/^#+ /, '')));
      return line
        .replace(/`([^`]+)`/g, (_, code: string) => c.yellow(code))
        .replace(/\*\*([^*]+)\*\*/g, (_, words: string) => c.bold(words));
    })
    .join('\n');
}
