import { dirname, join, normalize } from 'node:path';
import { parseSync } from 'oxc-parser';
import { expect } from 'vitest';
import {
  createProject,
  readDecorators,
  Prefilter,
  wholeProject,
  type Finding,
  type Host,
  type Manifest,
  type Config,
  type Parsed,
  type Tier,
} from '@lockwise/engine';
import { newTypeErrors } from './type-errors.js';

/** One file, or several by path. Where one text stands alone its path is `sample.ts`. */
export type Sample = string | Readonly<Record<string, string>>;

export const SAMPLE = 'sample.ts';

/** What a rule is configured with, beyond its level. */
export type Options = Readonly<Record<string, unknown>>;

/** The findings of one rule in all files of a sample, under the strict preset and without options unless told. */
export function findings(
  rule: string,
  sample: Sample,
  preset: Config['preset'] = 'strict',
  options?: Options,
  decorators: Config['decorators'] = [],
): readonly Finding[] {
  const files = filesOf(sample);
  const found = projectOf(files, options ? { [rule]: ['warn', options] } : {}, preset, decorators)
    .check()
    .findings.filter((finding) => finding.rule === rule);
  // The command looks only at files that the prefilter keeps: a rule must not report where it would not be asked.
  const prefilter = new Prefilter({ preset: 'strict', rules: {}, locks: [], decorators });
  for (const { path } of found) expect(prefilter.mayConcern(files[path]!), `prefilter of ${path}`).toBe(true);
  return found;
}

/** Decorators as a configuration has them. */
export function decorators(...given: readonly object[]): NonNullable<Config['decorators']> {
  const read = readDecorators(given);
  expect(read.errors).toEqual([]);
  return read.decorators;
}

/**
 * Asserts where a rule reports: on the lines that end in `// reports`, and on no other. `// reports: words` also asserts that the message
 * holds the words.
 */
export function expectReports(
  rule: string,
  sample: Sample,
  preset: Config['preset'] = 'strict',
  known: Config['decorators'] = [],
): readonly Finding[] {
  const files = filesOf(sample);
  const wanted = Object.entries(files).flatMap(([path, text]) =>
    text.split('\n').flatMap((line, index) => {
      const mark = /\/\/ reports(?:: (.*))?$/.exec(line);
      return mark ? [{ at: `${path}:${index + 1}`, words: mark[1]?.trim() ?? '' }] : [];
    }),
  );
  const found = findings(rule, sample, preset, undefined, known);
  const places = found.map((finding) => `${finding.path}:${lineOf(files[finding.path]!, finding.span[0])}`);
  expect(places.sort()).toEqual(wanted.map((mark) => mark.at).sort());
  for (const { at, words } of wanted) {
    const messages = found
      .filter((finding) => `${finding.path}:${lineOf(files[finding.path]!, finding.span[0])}` === at)
      .map((finding) => finding.message);
    expect(messages.join('\n')).toContain(words);
  }
  return found;
}

/** Asserts that a rule reports as `expectReports` has it, and that the recommended preset leaves all of it out. */
export function expectReportsInStrict(rule: string, sample: Sample): void {
  expectReports(rule, sample);
  expect(findings(rule, sample, 'recommended').map((finding) => finding.message)).toEqual([]);
}

/** Asserts that a rule says nothing of a sample, which parses. */
export function expectSilent(rule: string, sample: Sample): void {
  expect(findings(rule, sample).map((finding) => finding.message)).toEqual([]);
}

export interface Fixed {
  readonly tier: Tier;
  /** A part of the reason, which every fix has that is not `safe`. */
  readonly reason?: string;
  /** Which of the fixes offered for the first finding; the first unless told. */
  readonly index?: number;
}

/**
 * Asserts what a fix of the first finding writes, its tier and its reason; that the result has no type error which the sample has not; and that a
 * second run of the rule finds nothing there to fix.
 */
export function expectFix(rule: string, sample: Sample, result: Sample, fixed: Fixed): void {
  const files = filesOf(sample);
  const project = projectOf(files);
  const [finding] = project.check().findings.filter((one) => one.rule === rule);
  const fix = finding?.fixes[fixed.index ?? 0];
  expect(fix, finding?.message ?? 'no finding').toBeDefined();
  expect({ tier: fix!.tier, reason: fix!.reason ?? '' }).toEqual({
    tier: fixed.tier,
    reason: fixed.tier === 'safe' ? '' : (expect.stringContaining(fixed.reason ?? '') as string),
  });
  const after = applied(files, fix!.edits);
  expect(after).toEqual(filesOf(result));
  expect(newTypeErrors(files, after)).toEqual([]);
  expect(findings(rule, after).filter((again) => again.symbol === finding!.symbol && again.fixes.length > 0)).toEqual(
    [],
  );
}

/** Asserts that the first finding offers no fix and names the condition that failed. */
export function expectRefusal(rule: string, sample: Sample, condition: string): void {
  const [finding] = findings(rule, sample);
  expect(finding, 'no finding').toBeDefined();
  expect(finding!.fixes.filter((fix) => fix.tier !== 'manual')).toEqual([]);
  expect(finding!.message).toContain(condition);
}

export function projectOf(
  sample: Sample,
  rules: Config['rules'] = {},
  preset: Config['preset'] = 'strict',
  known: Config['decorators'] = [],
) {
  const files = filesOf(sample);
  const config = { preset, rules, locks: [], decorators: known };
  const project = createProject({ host: memoryHost(files), config });
  const prefilter = new Prefilter(config);
  for (const [path, text] of Object.entries(files)) if (isAnalysed(files, path, prefilter)) project.set(path, text);
  const { problems } = project.check();
  expect(problems).toEqual([]);
  return project;
}

/** A sample with a manifest is a whole project: as the command does, it leaves files without a word of a lock aside. */
function isAnalysed(files: Readonly<Record<string, string>>, path: string, prefilter: Prefilter): boolean {
  return !(MANIFEST in files) || (/\.[jt]sx?$/.test(path) && prefilter.mayConcern(files[path]!));
}

const MANIFEST = 'package.json';

export function filesOf(sample: Sample): Record<string, string> {
  return typeof sample === 'string' ? { [SAMPLE]: sample } : { ...sample };
}

export function applied(
  files: Readonly<Record<string, string>>,
  edits: Finding['fixes'][number]['edits'],
): Record<string, string> {
  const result = { ...files };
  for (const edit of [...edits].reverse()) {
    const text = result[edit.path]!;
    result[edit.path] = text.slice(0, edit.span[0]) + edit.text + text.slice(edit.span[1]);
  }
  return result;
}

/** Files in memory; a relative specifier resolves among them, with `.js` standing for `.ts`. Where there is a manifest, no file is missing. */
export function memoryHost(files: Readonly<Record<string, string>>): Host {
  const host = memoryFiles(files);
  if (!(MANIFEST in files)) return host;
  const whole = wholeProject({
    ...host,
    paths: Object.keys(files).sort(),
    manifest: (folder) => {
      const text = files[join(folder, MANIFEST)];
      return text === undefined ? undefined : (JSON.parse(text) as Manifest);
    },
    mayContain: (path, text) => files[path]!.includes(text),
    source: (folder, target) => [join(folder, target)].find((path) => path in files),
  });
  return { ...host, whole };
}

function memoryFiles(files: Readonly<Record<string, string>>): Host {
  return {
    parse: parseText,
    read: (path) => files[path],
    resolve(specifier, from) {
      if (!specifier.startsWith('.')) return undefined;
      const path = normalize(join(dirname(from), specifier)).replaceAll('\\', '/');
      return [path, `${path}.ts`, path.replace(/\.js$/, '.ts'), `${path}/index.ts`].find((one) => one in files);
    },
  };
}

function parseText(path: string, text: string): Parsed {
  const lang = path.endsWith('x') ? 'tsx' : 'ts';
  const parsed = parseSync(path, text, {
    range: true,
    preserveParens: false,
    astType: 'ts',
    sourceType: 'module',
    lang,
  });
  const errors = parsed.errors.map((error) => ({ message: error.message, offset: error.labels[0]?.start ?? 0 }));
  return { program: parsed.program, comments: parsed.comments, errors };
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
