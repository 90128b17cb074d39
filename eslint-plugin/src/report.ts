import type { Edit, Finding, Fix, Problem } from '@lockwise/engine';
import type { Rule, SourceCode } from 'eslint';
import type { FileAnalysis } from './analysis.js';

/** How ESLint is told of a finding: a proven fix as autofix, every other as a suggestion, one over several files by the command that applies it. */
export function reportOf(finding: Finding, analysis: FileAnalysis, sourceCode: SourceCode): Rule.ReportDescriptor {
  const applicable = finding.fixes.filter((fix) => fix.tier !== 'manual' && isWithin(fix, finding.path));
  const proven = applicable.find((fix) => fix.tier === 'safe' && analysis.holdsAlone(finding, fix));
  const suggested = applicable.filter((fix) => fix !== proven);
  return {
    loc: {
      start: sourceCode.getLocFromIndex(finding.span[0]),
      end: sourceCode.getLocFromIndex(finding.span[1]),
    },
    message: messageOf(finding),
    fix: proven ? (fixer) => editsOf(proven, fixer) : null,
    suggest: suggested.map((fix) => ({
      desc: suggestionText(fix),
      fix: (fixer: Rule.RuleFixer) => editsOf(fix, fixer),
    })),
  };
}

/** How ESLint is told that a file, or an annotation in it, could not be used. */
export function problemReport(problem: Problem, sourceCode: SourceCode): Rule.ReportDescriptor {
  return { loc: sourceCode.getLocFromIndex(problem.span?.[0] ?? 0), message: `lockwise: ${problem.message}` };
}

function messageOf(finding: Finding): string {
  const wide = finding.fixes.find((fix) => fix.tier !== 'manual' && !isWithin(fix, finding.path));
  if (!wide) return finding.message;
  const unsafe = wide.tier === 'unsafe' ? ' --unsafe' : '';
  return `${finding.message} The fix changes several files: \`npx lockwise fix --rule ${finding.rule}${unsafe}\` shows it.`;
}

function suggestionText(fix: Fix): string {
  return fix.reason === undefined ? fix.title : `${fix.title} (${fix.reason})`;
}

function isWithin(fix: Fix, path: string): boolean {
  return fix.edits.length > 0 && fix.edits.every((edit) => edit.path === path);
}

function editsOf(fix: Fix, fixer: Rule.RuleFixer): Rule.Fix[] {
  return fix.edits.map((edit: Edit) => fixer.replaceTextRange([...edit.span], edit.text));
}
