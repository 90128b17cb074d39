// Restricted Mode: own rules run, the workspace's ESLint configuration does not, until the workspace is trusted.
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { link, withLocks } from './fixtures.mjs';
import { fixture, launch, until } from './workbench.mjs';

describe('an untrusted workspace', { timeout: 300_000 }, () => {
  it('is analysed without running anything of it, and its ESLint levels are honoured once it is trusted', async () => {
    const code = await launch({ workspace: fixture('sessions'), trust: false, prepareWorkspace: withConfig });
    const ran = join(code.folder, 'config-ran');
    try {
      await code.statusItem('Restricted Mode').waitFor();
      await code.open('src/fields.ts');
      await code.page.locator('.squiggly-warning').first().waitFor();
      await code.command('Lockwise: Show Output');
      await code.outputLine('is not read before the workspace is trusted').first().waitFor();
      assert.equal(existsSync(ran), false, 'the configuration must not have run');
      await code.screenshot('restricted');
      await code.command('Workspaces: Manage Workspace Trust');
      await code.page.locator('.workspace-trust-editor .monaco-button', { hasText: 'Trust' }).first().click();
      await code.statusItem('Restricted Mode').waitFor({ state: 'detached' });
      await until('the configuration to run', () => existsSync(ran));
      await code.open('src/fields.ts');
      await code.page.locator('.squiggly-error').first().waitFor();
    } catch (error) {
      await code.screenshot('failed-trust').catch(() => {});
      throw error;
    } finally {
      await code.close();
    }
  });
});

/** An ESLint configuration that leaves a trace when it is executed, and makes the rule an error. */
function withConfig(folder) {
  withLocks(folder);
  link(['eslint'])(folder);
  writeFileSync(
    join(folder, 'eslint.config.mjs'),
    `import { writeFileSync } from 'node:fs';
writeFileSync(new URL('./config-ran', import.meta.url), '');
const rule = { create: () => ({}) };
const plugin = { rules: { 'no-long-held-lock': rule } };
export default [
  { files: ['**/*.ts'], plugins: { lockwise: plugin }, rules: { 'lockwise/no-long-held-lock': 'error' } },
];
`,
  );
}
