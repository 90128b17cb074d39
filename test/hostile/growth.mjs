// `node --no-opt test/hostile/growth.mjs [NAME…]`: how many steps the engine takes for each growing program, and for four times as much of it.
// Steps are counted by V8's coverage of the built engine, and are the same on every machine; what has been optimised is not counted, hence `--no-opt`.
import { Session } from 'node:inspector';
import { createProject, readDecorators } from '@lockwise/engine';
import { createNodeHost } from '@lockwise/engine/node';
import { growing } from './growing.mjs';

const COUNT = 20;

const session = new Session();
session.connect();

function post(method, parameters) {
  let answer;
  session.post(method, parameters, (error, result) => {
    if (error) throw error;
    answer = result;
  });
  return answer;
}

function check({ files, decorators = [] }) {
  const resolve = (specifier) => [`${specifier.slice(2)}.ts`].find((path) => path in files);
  const project = createProject({
    host: { ...createNodeHost({ root: '/' }), read: (path) => files[path], resolve },
    config: { preset: 'strict', rules: {}, locks: [], decorators: readDecorators(decorators).decorators },
  });
  for (const [path, text] of Object.entries(files)) project.set(path, text);
  project.check();
}

function stepsOf(program) {
  post('Profiler.enable');
  post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  check(typeof program === 'string' ? { files: { 'a.ts': program } } : program);
  const { result } = post('Profiler.takePreciseCoverage');
  post('Profiler.stopPreciseCoverage');
  const own = result.filter(({ url }) => /[\\/]engine[\\/]dist[\\/]/.test(url));
  const ranges = own.flatMap(({ functions }) => functions.flatMap((one) => one.ranges));
  return ranges.reduce((steps, { count }) => steps + count, 0);
}

const names = process.argv.slice(2);
for (const [name, make] of Object.entries(growing)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const [once, fourTimes] = [COUNT, 4 * COUNT].map((count) => stepsOf(make(count)));
  console.log(JSON.stringify({ name, once, fourTimes, ratio: Number((fourTimes / once).toFixed(2)) }));
}
