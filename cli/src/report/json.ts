import type { Edit, Finding } from '@lockwise/engine';
import type { Outcome } from './outcome.js';
import { Places } from './places.js';
import { byWaiting } from './ranking.js';

/** The report as data, version 1: its schema is `cli/schema/report.schema.json`. */
export function jsonReport(outcome: Outcome): string {
  const places = new Places(outcome.text);
  const ranks = new Map(
    byWaiting(outcome.findings)
      .filter(({ measured }) => measured !== undefined)
      .map((finding, index) => [finding, index + 1]),
  );
  const report = {
    version: 1,
    findings: outcome.findings.map((finding) => findingOf(finding, places, ranks.get(finding))),
    files: outcome.files,
    skipped: outcome.skipped.filter(({ notable }) => notable).map(({ path, reason }) => ({ path, reason })),
    errors: outcome.problems.map(({ path, span, message }) => ({
      path,
      ...(span && { start: places.start({ path, span }) }),
      message,
    })),
    ...(outcome.fixing && { fixing: fixingOf(outcome) }),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function findingOf(finding: Finding, places: Places, rank: number | undefined): object {
  const { id, rule, severity, path, message, symbol, evidence, measured, related, fixes } = finding;
  return {
    id,
    rule,
    severity,
    path,
    ...places.range(finding),
    message,
    symbol,
    evidence: evidence ?? null,
    ...(measured && { measured: { ...measured, rank } }),
    related: related.map((one) => ({ path: one.path, ...places.range(one), message: one.message })),
    fixes: fixes.map(({ title, tier, reason, edits }) => ({
      title,
      tier,
      reason: reason ?? null,
      edits: edits.map((edit) => editOf(edit, places)),
    })),
  };
}

function editOf(edit: Edit, places: Places): object {
  return { path: edit.path, ...places.range(edit), text: edit.text };
}

function fixingOf({ fixing }: Outcome): object {
  const { written, changes, applied, dropped, stopped, refused, verified } = fixing!;
  return { written, files: changes.map(({ path }) => path), applied, dropped, stopped, refused, verified };
}
