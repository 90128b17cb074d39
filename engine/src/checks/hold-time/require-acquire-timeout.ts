/**
 * Reports an acquire that may wait for ever: at the entry points that the configuration names, one without any bound on
 * the wait; everywhere, one whose bound is switched off by `-1` or `Infinity`.
 */
import { boundOf } from '../../link/wait-bound.js';
import type { Section } from '../../link/section.js';
import { isTest } from '../../link/test-file.js';
import type { Check } from '../check.js';

export const requireAcquireTimeout: Check = {
  name: 'require-acquire-timeout',
  summary: 'A request for a lock at an entry point should have a bound on the wait.',
  category: 'hold-time',
  levels: { recommended: 'off', strict: 'warn' },
  optionsSchema: {
    type: 'object',
    properties: {
      entryPoints: {
        type: 'array',
        items: { type: 'string' },
        description:
          'Where requests come in: paths, such as `src/routes/**`, or functions, such as `Api.*`. `*` stands for any part, `**` for any path.',
      },
    },
    additionalProperties: false,
  },
  run({ project, unit, options, report }) {
    if (isTest(unit.path)) return;
    const entryPoints = ((options['entryPoints'] ?? []) as readonly string[]).map(pattern);
    for (const section of project.sections(unit)) {
      if (!section.hold.waits) continue;
      const bound = boundOf(project, section);
      const isEntry = entryPoints.some((one) => one.test(unit.path) || one.test(symbolOf(section)));
      if (bound === 'some' || (bound === 'none' && !isEntry)) continue;
      report({
        span: section.acquire.span,
        message: `This request for \`${section.ref.name}\` ${bound === 'off' ? 'waits for ever: its bound is switched off' : 'has no bound on the wait'}. When the holder hangs, so does everybody who comes here, without a word. Give it a timeout or a signal.`,
        fix: () => ({ refused: 'how long to wait, and what to do then, is not for a tool to say' }),
      });
    }
  },
};

function symbolOf({ unit, trace }: Section): string {
  return unit.fn(trace.fn).symbol;
}

/** A pattern of paths or symbols as a regular expression. */
function pattern(text: string): RegExp {
  const parts = text.split(/(\*\*|\*)/).map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : escaped(part)));
  return new RegExp(`^${parts.join('')}$`);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
