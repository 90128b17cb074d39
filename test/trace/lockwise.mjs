// `trace` and `report` of the built command line, as a process.
import { report } from '../../cli/dist/report/profile/command.js';
import { trace } from '../../cli/dist/trace/command.js';

const [command, ...argv] = process.argv.slice(2);
const ports = {
  cwd: process.cwd(),
  env: process.env,
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
};
process.exitCode = await { trace, report }[command](argv, ports);
