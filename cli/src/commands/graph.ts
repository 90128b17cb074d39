import pc from 'picocolors';
import { prepare } from '../analyse/preparation.js';
import type { MakeProject } from '../analyse/project.js';
import type { Request } from '../arguments.js';
import { dotGraph, mermaidGraph, textGraph } from '../report/lock-graph.js';
import { lockGraphPage } from '../report/lock-graph-page.js';
import { Places } from '../report/places.js';
import { writeOutput } from '../output.js';
import type { Ports } from '../ports.js';

/** The locks of a project, and the order in which they are taken. 1 when the order has a cycle, which two tasks can wait in for ever. */
export async function graph(request: Request, ports: Ports, make: MakeProject): Promise<number> {
  const { analysis, problems, progress } = await prepare(ports, request, make);
  progress.end();
  const { terminal } = ports;
  for (const { path, message } of problems) terminal.err(`lockwise: ${path} ${message}\n`);
  const map = analysis.project.locks();
  const places = new Places((path) => analysis.text(path));
  const colours = pc.createColors(terminal.colours && request.output === undefined);
  const drawings: Readonly<Record<string, () => string>> = {
    text: () => textGraph(map, places, colours),
    dot: () => dotGraph(map),
    mermaid: () => mermaidGraph(map),
    html: () => lockGraphPage(map, places),
  };
  const drawing = drawings[request.format]!();
  if (request.output === undefined) terminal.out(drawing);
  else await writeOutput(ports, request.output, drawing);
  if (problems.length > 0) return 2;
  return map.order.some(({ cyclic }) => cyclic) ? 1 : 0;
}
