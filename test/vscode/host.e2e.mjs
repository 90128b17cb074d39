// Tests that run inside the real extension host, with the real `vscode` module: see host/tests.cjs.
import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { withLocks } from './fixtures.mjs';
import { fixture, launch } from './workbench.mjs';

const here = dirname(fileURLToPath(import.meta.url));

describe('inside the extension host', { timeout: 300_000 }, () => {
  for (const { name, driver, workspace, tests } of [
    { name: 'the extension', driver: 'host/driver', workspace: 'sessions', tests: 'host/tests.cjs' },
  ])
    it(`${name} does what it contributes`, async () => {
      let end;
      const ended = new Promise((resolve) => (end = resolve));
      const lines = [];
      const code = await launch({
        workspace: fixture(workspace),
        prepareWorkspace: withLocks,
        payload: (uri) => [
          ['extensionDevelopmentPath', uri(join(here, driver))],
          ['extensionTestsPath', uri(join(here, tests))],
          ['skipWelcome', 'true'],
        ],
        expose: {
          codeAutomationLog: (_kind, args) => {
            lines.push(args.join(' '));
            if (/^(ok|not ok|#)/.test(String(args[0]))) console.log(...args);
          },
          codeAutomationExit: (status) => end(status),
        },
      });
      try {
        const late = new Promise((_, reject) => {
          setTimeout(() => reject(new Error(`no exit:\n${lines.slice(-40).join('\n')}`)), 200_000).unref();
        });
        assert.equal(await Promise.race([ended, late]), 0, lines.join('\n'));
      } finally {
        await code.close();
      }
    });
});
