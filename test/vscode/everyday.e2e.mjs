// Small things of every day: a suppression with its reason, the page of a rule, the state, the walkthrough.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withLocks } from './fixtures.mjs';
import { fixture, launch } from './workbench.mjs';

describe('every day', { timeout: 300_000 }, () => {
  it('suppresses with a reason, opens the page of a rule, tells its state and walks through', async () => {
    const code = await launch({ workspace: fixture('sessions'), prepareWorkspace: withLocks });
    try {
      await code.open('src/fields.ts');
      await code.waitForSquiggles(1);
      await code.languageStatus('Lockwise').waitFor();
      await suppress(code);
      await readPage(code);
      await walkThrough(code);
    } catch (error) {
      await code.screenshot('failed-everyday').catch(() => {});
      throw error;
    } finally {
      await code.close();
    }
  });
});

async function suppress(code) {
  await code.focusEditor();
  await code.lightBulb(9, 24, 'Suppress no-long-held-lock');
  await code.takeAction('Suppress no-long-held-lock');
  await code.answer('', 'A suppression needs a reason.');
  await code.answer('the server orders the loads');
  await code.waitForSquiggles(0);
  await code.save('fields.ts');
  const comment = '    // lockwise-disable-next-line no-long-held-lock -- the server orders the loads\n';
  assert.ok(code.disk('src/fields.ts').includes(`${comment}    return await this.mutex`), code.disk('src/fields.ts'));
}

async function readPage(code) {
  await code.open('src/owned.ts');
  await code.waitForSquiggles(1);
  await code.focusEditor();
  await code.lightBulb(12, 24, 'Open the page of no-long-held-lock');
  await code.takeAction('Open the page of no-long-held-lock');
  await code.webview().locator('h1', { hasText: 'no-long-held-lock' }).waitFor();
  await code.screenshot('rule-page');
}

async function walkThrough(code) {
  await code.commandWithChoice('Welcome: Open Walkthrough', 'Get started with Lockwise');
  const steps = code.walkthroughSteps();
  await steps.filter({ hasText: 'See a finding' }).waitFor();
  assert.equal(await steps.count(), 3);
  await code.screenshot('walkthrough');
}
