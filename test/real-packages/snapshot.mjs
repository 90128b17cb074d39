/** The findings of each package as text that a person can read: places, rules and messages, and no line of source. */
export function snapshotsOf(result, packages, folderOf) {
  const texts = new Map();
  for (const name of packages) {
    const folder = folderOf(name);
    const mine = (entry) => entry.path.startsWith(`${folder}/`);
    const lines = [
      ...result.findings.filter(mine).flatMap((finding) => linesOf(finding, folder)),
      ...result.errors.filter(mine).map((problem) => `problem ${short(problem.path, folder)}: ${problem.message}`),
    ];
    texts.set(folder, lines.length > 0 ? `${lines.join('\n')}\n` : 'no findings\n');
  }
  return texts;
}

function linesOf(finding, folder) {
  const { rule, severity, symbol, evidence, message } = finding;
  const place = placeOf(finding, folder);
  return [
    `${place} ${rule} (${severity}${evidence ? `, ${evidence}` : ''}) in ${symbol || 'the module'}`,
    `    ${message}`,
    ...finding.related.map((related) => `    - ${placeOf(related, folder)} ${related.message}`),
    ...finding.fixes.map((fix) => `    fix, ${fix.tier}: ${fix.title}${fix.reason ? `, because ${fix.reason}` : ''}`),
    '',
  ];
}

function placeOf({ path, start }, folder) {
  return `${short(path, folder)}:${start.line}:${start.column}`;
}

function short(path, folder) {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
}

/** What one text has and the other lacks, in the order of the texts. */
export function differenceOf(before, now) {
  const old = before.split('\n');
  const fresh = now.split('\n');
  const gone = old.filter((line) => !fresh.includes(line)).map((line) => `- ${line}`);
  const come = fresh.filter((line) => !old.includes(line)).map((line) => `+ ${line}`);
  return [...gone, ...come].join('\n') || '(the same lines in another order)';
}
