import { dirname, resolve } from 'node:path';
import { UsageEnd } from './arguments.js';
import { FileTrouble, type Ports } from './ports.js';

/**
 * Writes a file that the user asked for, with the folder it is to be in.
 * @param name as the user would say it, relative to where he stands
 * @throws UsageEnd when the disk refuses
 */
export async function writeOutput({ cwd, files }: Ports, name: string, text: string): Promise<void> {
  const file = resolve(cwd, name);
  try {
    files.makeFolder(dirname(file));
    await files.replace(file, Buffer.from(text));
  } catch (error) {
    if (error instanceof FileTrouble) throw new UsageEnd(`${name} could not be written, for it ${error.message}`);
    throw error;
  }
}
