import type { ReporterChoice, ReporterName } from '../arguments.js';
import { writeOutput } from '../output.js';
import type { Ports } from '../ports.js';
import { seenFromCheckout } from './checkout.js';
import { githubReport } from './github.js';
import { htmlReport } from './html.js';
import { jsonReport } from './json.js';
import { markdownReport } from './markdown.js';
import type { Outcome } from './outcome.js';
import { sarifReport } from './sarif.js';
import { textReport } from './text.js';

const REPORTERS: Readonly<Record<ReporterName, (outcome: Outcome, options: { colours: boolean }) => string>> = {
  text: textReport,
  json: jsonReport,
  sarif: sarifReport,
  github: githubReport,
  html: htmlReport,
  markdown: markdownReport,
};

/** Writes the outcome by every reporter that was asked for. */
export async function report(ports: Ports, choices: readonly ReporterChoice[], outcome: Outcome): Promise<void> {
  for (const { name, file } of choices) {
    const told = name === 'github' || name === 'sarif' ? seenFromCheckout(outcome, ports) : outcome;
    const text = REPORTERS[name](told, { colours: file === undefined && ports.terminal.colours });
    if (file === undefined) ports.terminal.out(text);
    else await writeOutput(ports, file, text);
  }
}
