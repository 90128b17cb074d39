import type { RuleInfo } from '@lockwise/engine';
import type { Rule } from 'eslint';
import { analysisOf } from './analysis.js';
import { problemReport, reportOf } from './report.js';

/** A rule of ESLint that shows what the engine's check of the same name found. */
export function lockwiseRule(info: RuleInfo): Rule.RuleModule {
  return {
    meta: {
      type: info.category === 'right-sizing' ? 'suggestion' : 'problem',
      docs: {
        description: info.summary,
        url: info.docsUrl,
        recommended: info.levels.recommended !== 'off',
      },
      fixable: 'code',
      hasSuggestions: true,
      schema: info.optionsSchema ? [info.optionsSchema as never] : [],
    },
    create(context) {
      return {
        'Program:exit'() {
          const analysis = analysisOf(context, info);
          for (const problem of analysis.takeProblems()) context.report(problemReport(problem, context.sourceCode));
          for (const finding of analysis.findings)
            if (finding.rule === info.name) context.report(reportOf(finding, analysis, context.sourceCode));
        },
      };
    },
  };
}
