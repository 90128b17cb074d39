import { rules, type Finding, type Fix, type Place } from '@lockwise/engine';
import type { Location, Log, Region, Result, Run } from 'sarif';
import { version } from '../version.js';
import type { Outcome } from './outcome.js';
import { Places } from './places.js';
import { priorities } from './ranking.js';

/** The report in SARIF 2.1.0, as code scanning services take it. */
export function sarifReport(outcome: Outcome): string {
  const places = new Places(outcome.text);
  const ranks = priorities(outcome.findings);
  const run: Run = {
    tool: {
      driver: {
        name: 'lockwise',
        semanticVersion: version,
        informationUri: 'https://github.com/lockwise/lockwise',
        rules: rules.map(({ name, summary, docsUrl, category }) => ({
          id: name,
          shortDescription: { text: summary },
          helpUri: docsUrl,
          properties: { tags: [category] },
        })),
      },
    },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { SRCROOT: { description: { text: 'The folder that the run started in.' } } },
    results: outcome.findings.map((finding) => resultOf(finding, places, ranks.get(finding))),
    invocations: [
      {
        executionSuccessful: outcome.problems.length === 0,
        toolExecutionNotifications: [
          ...outcome.problems.map(({ path, span, message }) => ({
            level: 'error' as const,
            message: { text: message },
            locations: [
              span ? locationOf({ path, span }, places) : { physicalLocation: { artifactLocation: artifact(path) } },
            ],
          })),
          ...outcome.skipped
            .filter(({ notable }) => notable)
            .map(({ path, reason }) => ({
              level: 'note' as const,
              message: { text: reason },
              locations: [{ physicalLocation: { artifactLocation: artifact(path) } }],
            })),
        ],
      },
    ],
  };
  const log: Log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function resultOf(finding: Finding, places: Places, rank: number | undefined): Result {
  const index = rules.findIndex(({ name }) => name === finding.rule);
  const fixes = finding.fixes.filter(({ edits }) => edits.length > 0);
  return {
    ruleId: finding.rule,
    ...(index >= 0 && { ruleIndex: index }),
    level: finding.severity === 'error' ? 'error' : 'warning',
    message: { text: finding.message },
    locations: [
      {
        ...locationOf(finding, places),
        ...(finding.symbol !== '' && { logicalLocations: [{ fullyQualifiedName: finding.symbol }] }),
      },
    ],
    partialFingerprints: { 'lockwise/v1': finding.id },
    ...(finding.related.length > 0 && {
      relatedLocations: finding.related.map((one, id) => ({
        id,
        ...locationOf(one, places),
        message: { text: one.message },
      })),
    }),
    ...(fixes.length > 0 && { fixes: fixes.map((fix) => fixOf(fix, places)) }),
    ...(rank !== undefined && { rank }),
    ...((finding.evidence !== undefined || finding.measured) && {
      properties: {
        ...(finding.evidence !== undefined && { evidence: finding.evidence }),
        ...(finding.measured && { measured: finding.measured }),
      },
    }),
  };
}

function fixOf(fix: Fix, places: Places): NonNullable<Result['fixes']>[number] {
  const paths = [...new Set(fix.edits.map(({ path }) => path))];
  return {
    description: { text: `${fix.title} (${fix.tier}${fix.reason === undefined ? '' : `: ${fix.reason}`})` },
    artifactChanges: paths.map((path) => ({
      artifactLocation: artifact(path),
      replacements: fix.edits
        .filter((edit) => edit.path === path)
        .map((edit) => ({ deletedRegion: regionOf(edit, places), insertedContent: { text: edit.text } })),
    })),
  };
}

function locationOf(place: Place, places: Places): Location {
  return { physicalLocation: { artifactLocation: artifact(place.path), region: regionOf(place, places) } };
}

function regionOf(place: Place, places: Places): Region {
  const { start, end } = places.range(place);
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

function artifact(path: string): { uri: string; uriBaseId: string } {
  return { uri: path.split('/').map(encodeURIComponent).join('/'), uriBaseId: 'SRCROOT' };
}
