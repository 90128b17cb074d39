/**
 * Reports an acquire that may wait for ever: at the entry points that the configuration names, one without any bound on
 * the wait; everywhere, one whose bound is switched off by `-1` or `Infinity`.
 */
import type { Span } from '../../findings.js';
import { boundRequestFix } from '../../fixes/bound-request.js';
import type { Outcome } from '../../fixes/outcome.js';
import { shorten } from '../../link/suspension.js';
import { endlessRequests, isBounded } from '../../link/wait-bound.js';
import type { Section } from '../../link/section.js';
import { isTest } from '../../link/test-file.js';
import type { Check, Report } from '../check.js';

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
      timeout: {
        type: 'integer',
        minimum: 1,
        description: 'The bound that the fix writes, in milliseconds. Without it there is no fix.',
      },
    },
    additionalProperties: false,
  },
  run({ project, unit, options, report }) {
    if (isTest(unit.path)) return;
    const entryPoints = ((options['entryPoints'] ?? []) as readonly string[]).map(pattern);
    const endless = endlessRequests(project, unit);
    const timeout = options['timeout'] as number | undefined;
    const sections = project.sections(unit);
    const fixOf = (section: Section | undefined) => (): Outcome =>
      section
        ? boundRequestFix(project, section, timeout)
        : { refused: 'what the function does when the time is up is not for a tool to say' };
    for (const call of endless)
      report(
        request(
          call.span,
          `\`${shorten(unit.slice(call.callee.span))}\``,
          'waits for ever: its bound is switched off',
          fixOf(sections.find(({ acquire }) => acquire === call)),
        ),
      );
    for (const section of sections) {
      const isEntry = entryPoints.some((one) => one.test(unit.path) || one.test(symbolOf(section)));
      // How long a decorator waits is told where it is written.
      if (section.form === 'decorator') continue;
      if (!section.hold.waits || !isEntry || endless.has(section.acquire) || isBounded(project, section)) continue;
      report(request(section.acquire.span, `\`${section.ref.name}\``, 'has no bound on the wait', fixOf(section)));
    }
  },
};

function request(span: Span, lock: string, what: string, fix: () => Outcome): Report {
  return {
    span,
    message: `this request for ${lock} ${what}. When the holder hangs, so does everybody who comes here, without a word. Give it a timeout or a signal.`,
    fix,
  };
}

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
