import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';

const BINARY = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Where Chromium is; installs Debian's package when it is missing and this user may. */
function requireChromium() {
  if (existsSync(BINARY)) return BINARY;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error(
      `no Chromium at ${BINARY}: install it (Debian: apt-get install chromium), or name it with CHROMIUM=PATH`,
    );
  }
  console.log('platforms: installing Chromium from the packages of the system (apt-get install chromium)');
  const options = { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  spawnSync('apt-get', ['update', '-q'], options);
  const { status } = spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], options);
  if (status !== 0 || !existsSync(BINARY))
    throw new Error('apt-get could not install chromium: see its messages above');
  return BINARY;
}

/** A page and a worker with the program. The headers are those that a page needs for shared memory. */
function served(bundle) {
  const files = {
    '/': ['text/html', '<!doctype html><title>platforms</title>'],
    '/program.mjs': ['text/javascript', bundle],
    '/worker.mjs': [
      'text/javascript',
      `import { smoke } from './program.mjs';
       smoke().then((passed) => postMessage({ passed }), (error) => postMessage({ error: String(error) }));`,
    ],
  };
  const server = createServer((request, response) => {
    const [type, body] = files[request.url] ?? [];
    const headers = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': type ?? 'text/plain', ...headers });
    response.end(body ?? 'not found');
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/** Runs the program in a page and in a web worker of Chromium; returns what passed in each. */
export async function inChromium(bundle) {
  const server = await served(bundle);
  const browser = await chromium.launch({ executablePath: requireChromium(), args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    const version = browser.version();
    const inPage = await page.evaluate(async () => (await import('/program.mjs')).smoke());
    const inWorker = await page.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const worker = new Worker('/worker.mjs', { type: 'module' });
          worker.onerror = (event) => reject(new Error(event.message));
          worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data.passed));
        }),
    );
    return { version, inPage, inWorker };
  } finally {
    await browser.close();
    server.close();
  }
}
