import { parseSync } from 'oxc-parser';
import type { Config, Edit, Finding, Fix, Host, Plan, Project, ProjectOptions } from '@lockwise/engine';
import { defaultConfig } from '@lockwise/engine';
import type { Surroundings } from '../../src/lsp/surroundings.js';

/**
 * A stand-in for the analysis, so that these tests are about the server alone: each call `slow(x)` is a finding of the rule `no-slow`
 * with a safe fix (`quick(x)` and its import), each `odd(x)` one of `no-odd` with an unsafe fix. Each file says which `slow` is defined where.
 */
export class FakeAnalysis {
  readonly files = new Map<string, string>();
  readonly checks: string[] = [];
  config: Config = defaultConfig;

  surroundings(): Surroundings {
    return {
      createProject: (options) => this.#project(options),
      createHost: (root) => this.#host(root),
      discover: (root) => Promise.resolve([...this.files.keys()].flatMap((file) => below(root, file))),
      loadConfig: () => ({ config: this.config, problems: [], sources: ['lockwise.config.jsonc'] }),
      sieve: () => (findings) => findings,
    };
  }

  #host(root: string): Host {
    return {
      parse: (path, text) => {
        const { program, comments, errors } = parseSync(path, text);
        return {
          program,
          comments,
          errors: errors.map(({ message, labels }) => ({ message, offset: labels[0]?.start ?? 0 })),
        };
      },
      read: (path) => this.files.get(`${root}/${path}`),
      resolve: () => undefined,
    };
  }

  #project({ config }: ProjectOptions): Project {
    const texts = new Map<string, string>();
    return {
      set: (path, text) => void texts.set(path, text),
      delete: (path) => void texts.delete(path),
      concerns: (_path, text) => /slow|odd/.test(text),
      reread: () => undefined,
      resolveAgain: () => undefined,
      link: () => undefined,
      helped: () => [],
      check: (paths = texts.keys()) => {
        const asked = [...paths];
        this.checks.push(...asked);
        const findings = asked.flatMap((path) => findingsOf(path, texts.get(path) ?? '', config));
        return { findings, problems: [] };
      },
      plan: planOf,
      locks: () => ({ locks: [], order: [], cycles: [] }),
      profileStates: () => [],
    };
  }
}

function below(root: string, file: string): string[] {
  return file.startsWith(`${root}/`) ? [file.slice(root.length + 1)] : [];
}

function findingsOf(path: string, text: string, config: Config): Finding[] {
  return [...text.matchAll(/\b(slow|odd)\(([^)]*)\)/g)].flatMap((match, index) => {
    const rule = match[1] === 'slow' ? 'no-slow' : 'no-odd';
    const level = config.rules[rule] ?? 'warn';
    if (level === 'off') return [];
    const span = [match.index, match.index + match[0].length] as const;
    const finding: Finding = {
      id: `${rule}-${index}`,
      rule,
      severity: level === 'error' ? 'error' : 'warn',
      path,
      span,
      message: `\`${match[0]}\` is slow.`,
      symbol: '',
      related: [{ path, span: [0, 1], message: 'the file begins here' }],
      fixes: [fixOf(rule, path, text, span, match[2] ?? '')],
    };
    return [finding];
  });
}

function fixOf(rule: string, path: string, text: string, span: Finding['span'], argument: string): Fix {
  const imported = "import { quick } from 'fast';\n";
  const addImport = text.includes(imported) ? [] : [{ path, span: [0, 0] as const, text: imported }];
  const own = { path, span, text: `quick(${argument})` };
  return {
    title: 'Use `quick`',
    ...(rule === 'no-slow' ? { tier: 'safe' } : { tier: 'unsafe', reason: '`odd` may have effects' }),
    edits: [...addImport, own],
    ownEdits: [own],
    imports: [{ path, module: 'fast', name: 'quick', kind: 'value' }],
  };
}

/** One import per file, and every own edit. */
function planOf(fixes: readonly Fix[]): Plan {
  const edits = new Map<string, Edit[]>();
  for (const fix of fixes)
    for (const edit of fix.edits) {
      const ofFile = edits.get(edit.path) ?? [];
      if (!ofFile.some((other) => other.text === edit.text && other.span[0] === edit.span[0])) ofFile.push(edit);
      edits.set(edit.path, ofFile);
    }
  return { edits, applied: fixes, deferred: [] };
}
