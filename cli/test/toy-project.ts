import type { Edit, Finding, Fix, Tier } from '@lockwise/engine';
import type { MakeProject } from '../src/analyse/project.js';
import { planFixes } from '../../engine/src/edits/plan.js';
import { extractFacts } from '../../engine/src/facts/extract.js';
import { Unit } from '../../engine/src/link/unit.js';

/** A rule of the toy: what it finds, and what it makes of it. */
export interface ToyRule {
  readonly name: string;
  readonly pattern: RegExp;
  readonly replacement?: string;
  readonly tier?: Tier;
  readonly reason?: string;
  readonly imports?: readonly string[];
  /** What the fix changes besides, in other files. */
  readonly also?: readonly Edit[];
}

/** A project with rules by regular expression, for testing what goes on around an analysis. */
export function toyProject(...rules: readonly ToyRule[]): MakeProject {
  return ({ host }) => {
    const texts = new Map<string, string>();
    const unit = (path: string): Unit => {
      const text = texts.get(path) ?? host.read(path) ?? '';
      return new Unit(path, text, extractFacts(text, host.parse(path, text)));
    };
    return {
      set: (path, text) => void texts.set(path, text),
      delete: (path) => void texts.delete(path),
      concerns: () => true,
      helped: () => [],
      reread: () => {},
      resolveAgain: () => {},
      link: () => {},
      check: (paths = texts.keys()) => ({
        findings: [...paths]
          .sort()
          .flatMap((path) => rules.flatMap((rule) => findings(path, texts.get(path) ?? '', rule))),
        problems: [],
      }),
      profileStates: () => [],
      locks: () => ({ locks: [], order: [], cycles: [] }),
      plan: (fixes) => planFixes(fixes, unit),
    };
  };
}

function findings(path: string, text: string, rule: ToyRule): Finding[] {
  return [...text.matchAll(new RegExp(rule.pattern, 'g'))].map((match, ordinal) => {
    const span = [match.index, match.index + match[0].length] as const;
    const fixes =
      rule.replacement === undefined
        ? []
        : [fixOf(rule, { path, span, text: match[0].replace(rule.pattern, rule.replacement) })];
    const id = `${rule.name}-${match[0]}-${ordinal}`;
    return {
      id,
      rule: rule.name,
      severity: 'warn',
      path,
      span,
      message: `found ${rule.name}`,
      symbol: '',
      related: [],
      fixes,
    };
  });
}

function fixOf({ name, tier = 'safe', reason, imports = [], also = [] }: ToyRule, edit: Edit): Fix {
  return {
    title: `Mend ${name}`,
    tier,
    ...(tier !== 'safe' && { reason: reason ?? 'it assumes something' }),
    edits: [edit, ...also],
    ownEdits: [edit, ...also],
    imports: imports.map((imported) => ({
      path: edit.path,
      module: '@lockwise/runtime',
      name: imported,
      kind: 'value',
    })),
  };
}
