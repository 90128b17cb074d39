import type { MakeProject } from '../analyse/project.js';
import type { Request } from '../arguments.js';
import { prepare } from '../analyse/preparation.js';
import type { Ports } from '../ports.js';

/** The order in which locks are taken. */
export async function graph(request: Request, ports: Ports, make: MakeProject): Promise<number> {
  const { analysis } = await prepare(ports, request, make);
  void analysis;
  ports.terminal.err('lockwise: the lock graph is not there yet\n');
  return 2;
}
