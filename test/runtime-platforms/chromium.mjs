import { createServer } from 'node:http';
import { chromium } from 'playwright-core';
import { chromium as findChromium } from '../browser/chromium.mjs';

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
  const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
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
