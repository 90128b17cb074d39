import {
  LSPErrorCodes,
  ResponseError,
  type CancellationToken,
  type WorkDoneProgressReporter,
} from 'vscode-languageserver/node';
import type { Finding } from '@lockwise/engine';
import type { Folder } from './folder.js';
import { isCode } from './folders.js';
import type { Plan, PlanParams } from './protocol.js';
import { breathe } from './scan.js';
import type { Session } from './session.js';
import type { ChosenEdit } from './combination.js';
import { annotatedEdit } from './workspace-edit.js';

/** The edits that mend the whole workspace. Nothing is applied here: the client shows them first. */
export async function plan(
  session: Session,
  params: PlanParams,
  token: CancellationToken,
  progress: WorkDoneProgressReporter,
): Promise<Plan> {
  progress.begin('Lockwise: planning the fixes', 0, undefined, true);
  const stopped = () => token.isCancellationRequested;
  const plans: { folder: Folder; edits: readonly ChosenEdit[] }[] = [];
  let fixed = 0;
  let left = 0;
  try {
    for (const folder of session.folders.ofWorkspace) {
      const findings = await collect(folder, params.rule, stopped, (done, all) => {
        progress.report(Math.floor((100 * done) / all), `${done} of ${all} files`);
      });
      const combination = folder.combine(findings, params.tier);
      plans.push({ folder, edits: combination.edits });
      fixed += combination.fixed.length;
      left += findings.length - combination.fixed.length;
    }
  } finally {
    progress.done();
  }
  return { edit: annotatedEdit(session.folders, plans), fixed, left };
}

async function collect(
  folder: Folder,
  rule: string | undefined,
  stopped: () => boolean,
  tell: (done: number, all: number) => void,
): Promise<Finding[]> {
  const paths = [...folder.known].filter(isCode).sort();
  const findings: Finding[] = [];
  for (const [index, path] of paths.entries()) {
    if (index % 16 === 0) {
      await breathe();
      if (stopped()) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'The plan was cancelled.');
      tell(index, paths.length);
    }
    const ofFile = folder.report(path).findings;
    findings.push(...(rule === undefined ? ofFile : ofFile.filter((finding) => finding.rule === rule)));
  }
  return findings;
}
