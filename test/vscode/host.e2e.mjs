// Tests that run inside the real extension host, with the real `vscode` module: see host/tests.cjs.
import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { withEslint, withLocks } from './fixtures.mjs';
import { prepareEslintServer } from './prepare.mjs';
import { fixture, launch } from './workbench.mjs';

const here = dirname(fileURLToPath(import.meta.url));

process.env.LOCKWISE_TEST_ESLINT_SERVER = prepareEslintServer();

describe('inside the extension host', { timeout: 300_000 }, () => {
  for (const { name, driver, tests, prepareWorkspace } of [
    { name: 'the extension', driver: 'host/driver', tests: 'host/tests.cjs', prepareWorkspace: withLocks },
    {
      name: "the extension beside the ESLint extension's server",
      driver: 'host/eslint-driver',
      tests: 'host/eslint-tests.cjs',
      prepareWorkspace: withEslint,
    },
  ])
    it(`${name} does what it contributes`, async () => {
      let end;
      const ended = new Promise((resolve) => (end = resolve));
      const lines = [];
      const code = await launch({
        workspace: fixture('sessions'),
        prepareWorkspace,
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
