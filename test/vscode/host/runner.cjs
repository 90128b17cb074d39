// A minimal runner: VS Code calls `run` of the module under `extensionTestsPath` and takes a rejection as failure.
'use strict';

/** Waits for a condition, whatever the speed of the machine. */
exports.until = async (what, probe, milliseconds = 60_000) => {
  for (const end = Date.now() + milliseconds; ;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > end) throw new Error(`never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

exports.runAll = (module, tests) => {
  module.run = async () => {
    let failed = 0;
    for (const [name, test] of Object.entries(tests)) {
      const began = Date.now();
      try {
        await test();
        console.log(`ok - ${name} (${Date.now() - began} ms)`);
      } catch (error) {
        failed++;
        console.log(`not ok - ${name}\n${error.stack}`);
      }
    }
    console.log(`# extension host: ${Object.keys(tests).length - failed} passed, ${failed} failed`);
    if (failed > 0) throw new Error(`${failed} failed`);
  };
};
