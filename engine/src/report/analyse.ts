import type { Check, Report } from '../checks/check.js';
import { checks } from '../checks/index.js';
import { levelOf, optionsOf, type Config } from '../config.js';
import type { Finding, Severity } from '../findings.js';
import { completeFix } from '../fixes/complete.js';
import { isRefusal, type Refusal } from '../fixes/outcome.js';
import type { Linked } from '../link/linked.js';
import type { Section } from '../link/section.js';
import type { Unit } from '../link/unit.js';
import type { Measurements } from '../profile/measurements.js';
import { fingerprints } from './fingerprint.js';

interface Raw extends Omit<Finding, 'id'> {
  readonly check: Check;
}

/** Runs the checks over a file and makes findings of what they report: sorted, silenced where comments say so, with ids. */
export function findingsOf(project: Linked, unit: Unit, config: Config, measurements: Measurements): Finding[] {
  const raw: Raw[] = [];
  for (const check of checks) {
    const level = levelOf(config, check.name, check.levels);
    if (level === 'off' || !isInSight(project, unit, check)) continue;
    const report = (given: Report) => raw.push(finding(project, unit, check, level, given));
    const measured = (section: Section) => measurements.of(project, section);
    check.run({ project, unit, options: optionsOf(config, check.name), preset: config.preset, measured, report });
  }
  const kept = raw.filter((one) => !isSuppressed(unit, one));
  kept.sort(
    (one, other) =>
      one.span[0] - other.span[0] ||
      one.span[1] - other.span[1] ||
      (one.rule < other.rule ? -1 : one.rule > other.rule ? 1 : 0),
  );
  const ids = fingerprints(unit.text, kept);
  return kept.map(({ check: _check, ...rest }, index) => {
    const measured = measurements.at(project, unit, rest.span);
    return { id: ids[index]!, ...rest, ...(measured && { measured }) };
  });
}

/** A rule that says by what text it goes is asked there alone: a host that looks at every file must find no more than one that does not. */
function isInSight(project: Linked, { text }: Unit, check: Check): boolean {
  return check.text === undefined || check.text.test(text) || project.program.words.speaks(text);
}

function finding(project: Linked, unit: Unit, check: Check, severity: Severity, report: Report): Raw {
  const outcomes = (report.fix ? [report.fix()].flat() : []).map((outcome) =>
    isRefusal(outcome) ? outcome : completeFix(project, outcome),
  );
  const fixes = outcomes.flatMap((outcome) => ('refused' in outcome ? [] : [outcome]));
  const [best] = outcomes;
  return {
    check,
    rule: check.name,
    severity: report.atMost ?? severity,
    path: unit.path,
    span: report.span,
    message: best && isRefusal(best) ? `${report.message} ${told(best, fixes.length)}` : report.message,
    symbol: project.symbolAt({ path: unit.path, span: report.span }),
    ...(report.evidence === undefined ? {} : { evidence: report.evidence }),
    related: report.related ?? [],
    fixes,
  };
}

/** Why the best fix is refused; another one may stand. */
function told({ refused }: Refusal, others: number): string {
  return others > 0 ? `That has no automatic fix: ${refused}.` : `No automatic fix: ${refused}.`;
}

function isSuppressed(unit: Unit, raw: Raw): boolean {
  return unit.facts.suppressions.some(
    ({ span, rules }) =>
      span[0] <= raw.span[0] && raw.span[0] <= span[1] && (rules.length === 0 || rules.includes(raw.rule)),
  );
}
