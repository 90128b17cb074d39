import type { Finding } from '@lockwise/engine';

/** Findings by measured waiting, the most first; those that nothing was measured of keep their order, at the end. */
export function byWaiting(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((one, other) => waited(other) - waited(one));
}

/** The priority from 0 to 100 of each measured finding: its share of the most waiting. */
export function priorities(findings: readonly Finding[]): ReadonlyMap<Finding, number> {
  const measured = findings.filter((finding) => finding.measured !== undefined);
  const most = Math.max(...measured.map(waited));
  return new Map(measured.map((finding) => [finding, most > 0 ? Math.round((waited(finding) / most) * 1000) / 10 : 0]));
}

function waited(finding: Finding): number {
  return finding.measured?.waitedMs ?? -1;
}
