// Measures one scenario in a process of its own and prints the figures as JSON: `goal-run.mjs FILE FUNCTION`.
import { measured } from './measure.mjs';

const [file, scenario] = process.argv.slice(2);
const results = await measured(await (await import(`./goals/${file}.mjs`))[scenario]());
process.stdout.write(JSON.stringify(results));
process.exit(0);
