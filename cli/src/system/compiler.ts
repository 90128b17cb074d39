import { setFlagsFromString } from 'node:v8';

/**
 * By the major version of V8, what makes it wait eight times as long before it compiles a function with all optimisations. A check is over before most of them
 * pay: they took a sixth of its CPU time on Node 20 and a tenth on Node 24, in helping threads, and without them the main thread takes 1 to 5 % more. A version
 * that is not here is left alone, for it would complain of a flag that it does not know.
 */
const LATER: Readonly<Record<string, string>> = {
  11: '--interrupt-budget=528000',
  13: '--invocation-count-for-turbofan=24000',
};

/** To be called before the work begins. What stays hot for seconds is optimised all the same. */
export function optimiseLater(): void {
  const [major] = process.versions.v8.split('.');
  const flag = LATER[major!];
  if (flag !== undefined) setFlagsFromString(flag);
}
