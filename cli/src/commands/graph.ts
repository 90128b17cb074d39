import pc from 'picocolors';
import { prepare } from '../analyse/preparation.js';
import type { MakeProject } from '../analyse/project.js';
import type { Request } from '../arguments.js';
import { dotGraph } from '../report/lock-graph/dot.js';
import { drawingOf } from '../report/lock-graph/drawing.js';
import { beyondMermaid, mermaidGraph } from '../report/lock-graph/mermaid.js';
import { textGraph } from '../report/lock-graph/text.js';
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
  const drawing = drawingOf(map, places);
  const drawings: Readonly<Record<string, () => string | Promise<string>>> = {
    text: () => textGraph(drawing, places, colours, terminal.columns),
    dot: () => dotGraph(drawing),
    mermaid: () => mermaidGraph(drawing),
    // What lays out the picture is read for it alone.
    html: async () => (await import('../report/lock-graph/page.js')).lockGraphPage(drawing, places),
  };
  const drawn = await drawings[request.format]!();
  if (request.output === undefined) terminal.out(drawn);
  else await writeOutput(ports, request.output, drawn);
  const beyond = request.format === 'mermaid' && beyondMermaid(drawing, drawn);
  if (beyond) terminal.err(`lockwise: ${beyond}\n`);
  if (problems.length > 0) return 2;
  return map.order.some(({ cyclic }) => cyclic) ? 1 : 0;
}
