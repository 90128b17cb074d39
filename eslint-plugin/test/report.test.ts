import type { Finding, Fix } from '@lockwise/engine';
import type { Rule } from 'eslint';
import { SourceCode } from 'eslint';
import * as parser from '@typescript-eslint/parser';
import { describe, expect, it } from 'vitest';
import { reportOf } from '../src/report.js';

const text = 'one();\ntwo();\n';
const ast = parser.parseForESLint(text, { range: true, loc: true, tokens: true, comment: true }).ast;
const sourceCode = new SourceCode(text, ast as never);

function fix(part: Partial<Fix>): Fix {
  const edits = part.edits ?? [{ path: 'a.ts', span: [0, 3] as const, text: 'three' }];
  return { title: 'Say three', tier: 'safe', imports: [], ...part, edits, ownEdits: edits };
}

function report(fixes: readonly Fix[], holdsAlone = true): Rule.ReportDescriptor {
  const finding: Finding = {
    id: 'x',
    rule: 'no-x',
    severity: 'error',
    path: 'a.ts',
    span: [7, 10],
    message: 'Two.',
    symbol: '',
    related: [],
    fixes,
  };
  return reportOf(
    finding,
    { findings: [finding], problems: [], holdsAlone: () => holdsAlone, takeProblems: () => [] },
    sourceCode,
  );
}

const suggestions = (descriptor: Rule.ReportDescriptor) =>
  descriptor.suggest?.map((each) => 'desc' in each && each.desc);

describe('the report of a finding', () => {
  it('stands where the finding is', () => {
    expect(report([])).toMatchObject({
      loc: { start: { line: 2, column: 0 }, end: { line: 2, column: 3 } },
      message: 'Two.',
    });
  });

  it('carries a proven fix of this file as autofix', () => {
    const descriptor = report([fix({})]);
    expect(descriptor.fix).toBeTypeOf('function');
    expect(suggestions(descriptor)).toEqual([]);
  });

  it('only suggests a fix whose proof needed other files', () => {
    const descriptor = report([fix({})], false);
    expect(descriptor.fix).toBeNull();
    expect(suggestions(descriptor)).toEqual(['Say three']);
  });

  it('suggests an unsafe fix, with its reason', () => {
    const descriptor = report([fix({ tier: 'unsafe', reason: 'three may differ from two' })]);
    expect(descriptor.fix).toBeNull();
    expect(suggestions(descriptor)).toEqual(['Say three (three may differ from two)']);
  });

  it('names the command for a fix over several files, and offers nothing of it', () => {
    const wide = fix({
      tier: 'unsafe',
      reason: 'all callers change',
      edits: [
        { path: 'a.ts', span: [0, 3], text: 'three' },
        { path: 'b.ts', span: [0, 0], text: 'four' },
      ],
    });
    const descriptor = report([wide]);
    expect(descriptor).toMatchObject({
      message: 'Two. The fix changes several files: `npx lockwise fix --rule no-x --unsafe` shows it.',
      fix: null,
    });
    expect(suggestions(descriptor)).toEqual([]);
  });

  it('offers nothing for a manual fix', () => {
    const descriptor = report([fix({ tier: 'manual', reason: 'needs a decision' })]);
    expect(descriptor).toMatchObject({ message: 'Two.', fix: null });
    expect(suggestions(descriptor)).toEqual([]);
  });
});
