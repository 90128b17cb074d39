import { realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import {
  createProject,
  rules as ruleInfos,
  type Analysis,
  type Config,
  type Finding,
  type Fix,
  type Parsed,
  type Problem,
  type Project,
  type RuleInfo,
} from '@lockwise/engine';
import type { Rule, SourceCode } from 'eslint';
import { baselineOf } from './baseline.js';
import { tsEstreeOf } from './estree.js';
import { lonelyHost, treeHost, type WatchedHost } from './host.js';
import { profilesOf, tellStale, type Profiles } from './profiles.js';
import { readSettings, type Settings } from './settings.js';
import { LintedTypes, typedBy } from './types.js';

/** What was found in one file. */
export interface FileAnalysis extends Analysis {
  /** Whether the fix is offered, as safe and with the same edits, to one who sees this file alone: only then may it be applied unasked. */
  holdsAlone(finding: Finding, fix: Fix): boolean;
  /** What kept the file from being analysed, for the first one who asks: one rule tells it for all. */
  takeProblems(): readonly Problem[];
}

/** The analysis of a file is the same for all rules that have the same options: it is made once per source code. */
const made = new WeakMap<SourceCode, Map<string, FileAnalysis>>();
/**
 * A project is kept while the files that it read on the way, and the program that has their types, are unchanged. Files of another tsconfig have a
 * project of their own: what is known of a file that several of them see must not depend on which was linted first.
 */
const projects = new Map<string, Kept>();

/** How many are kept: one for each rule with options, of each of a few packages. */
const KEPT_PROJECTS = 64;

interface Kept {
  readonly project: Project;
  readonly files: WatchedHost;
  readonly types?: LintedTypes;
}

/** The findings of the file that is being linted, as the rule and the settings want them. */
export function analysisOf(context: Rule.RuleContext, info: RuleInfo): FileAnalysis {
  const settings = readSettings(context);
  const profiles = profilesOf(settings.profiles, resolve(context.cwd, settings.root));
  const config = configOf(settings, info, context.options[0] as object | undefined);
  const key = JSON.stringify([settings.root, config, profiles?.version, typedBy(context.sourceCode)]);
  const analyses = made.get(context.sourceCode) ?? new Map<string, FileAnalysis>();
  made.set(context.sourceCode, analyses);
  const analysis = analyses.get(key) ?? analyse(context, settings, config, key, profiles);
  analyses.set(key, analysis);
  return analysis;
}

/** ESLint decides which rules run, so all do here: those that the preset leaves out too. */
function configOf(settings: Settings, info: RuleInfo, options: object | undefined): Config {
  const extra = ruleInfos
    .filter((rule) => rule.levels[settings.preset] === 'off')
    .map((rule) => [rule.name, 'warn'] as const);
  const rules: Record<string, Config['rules'][string]> = Object.fromEntries(extra);
  if (options) {
    const level = info.levels[settings.preset];
    rules[info.name] = [level === 'off' ? 'warn' : level, options];
  }
  const { preset, locks, decorators } = settings;
  return { preset, rules, locks, decorators };
}

function analyse(
  context: Rule.RuleContext,
  settings: Settings,
  levels: Config,
  key: string,
  profiles: Profiles | undefined,
): FileAnalysis {
  const config = { ...levels, ...(profiles && { profiles: profiles.given }) };
  const { sourceCode } = context;
  const root = realPath(resolve(context.cwd, settings.root));
  const path = pathWithin(root, realPath(context.filename));
  const parsed = parsedOf(sourceCode);
  const { project } =
    path === undefined
      ? { project: createProject({ host: lonelyHost, config }) }
      : projectAt(root, config, key, sourceCode);
  const shown = path ?? 'file.ts';
  const analysis = checked(project, shown, sourceCode.text, parsed);
  const baseline = baselineOf(settings, root);
  if (profiles && path !== undefined) tellStale(project, profiles);
  let alone: Analysis | undefined;
  let untold = analysis.problems.filter((problem) => problem.path === shown);
  return {
    ...analysis,
    findings: analysis.findings.filter((finding) => !baseline.has(finding)),
    takeProblems() {
      const told = untold;
      untold = [];
      return told;
    },
    holdsAlone(finding, fix) {
      if (path === undefined) return true;
      alone ??= checked(createProject({ host: lonelyHost, config }), shown, sourceCode.text, parsed);
      return alone.findings.some(
        (other) =>
          other.id === finding.id &&
          other.span[0] === finding.span[0] &&
          other.fixes.some((twin) => twin.tier === 'safe' && sameEdits(twin, fix)),
      );
    },
  };
}

function checked(project: Project, path: string, text: string, parsed: Parsed): Analysis {
  project.set(path, text, parsed);
  try {
    return project.check([path]);
  } finally {
    // What was found must not depend on the order in which ESLint comes by the files.
    project.delete(path);
  }
}

function projectAt(root: string, config: Config, key: string, sourceCode: SourceCode): { readonly project: Project } {
  const kept = projects.get(key);
  projects.delete(key);
  const isFresh = kept !== undefined && kept.types?.isOf(sourceCode) !== false && !kept.files.hasChanged();
  const project = isFresh ? kept : openedAt(root, config, sourceCode);
  projects.set(key, project);
  if (projects.size > KEPT_PROJECTS) projects.delete(projects.keys().next().value!);
  return project;
}

function openedAt(root: string, config: Config, sourceCode: SourceCode): Kept {
  const files = treeHost(root);
  const types = typedBy(sourceCode) === undefined ? undefined : new LintedTypes(root, sourceCode);
  const host = types ? { ...files.host, types } : files.host;
  return { project: createProject({ host, config }), files, ...(types && { types }) };
}

function pathWithin(root: string, filename: string): string | undefined {
  if (!isAbsolute(filename)) return undefined; // `<input>`, `<text>`: no file at all.
  const path = relative(root, filename);
  if (path === '' || path.startsWith('..') || isAbsolute(path)) return undefined;
  return sep === '/' ? path : path.split(sep).join('/');
}

/** Where a path leads, or itself where there is nothing: a text that is linted need not be on the disk. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function parsedOf(sourceCode: SourceCode): Parsed {
  return {
    program: tsEstreeOf(sourceCode),
    comments: sourceCode.getAllComments().map(({ type, value, range }) => ({
      type,
      value,
      start: range![0],
      end: range![1],
    })),
    errors: [],
  };
}

function sameEdits(one: Fix, other: Fix): boolean {
  return JSON.stringify(one.edits) === JSON.stringify(other.edits);
}
