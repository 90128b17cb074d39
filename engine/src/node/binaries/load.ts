import { createRequire } from 'node:module';

const ask = createRequire(import.meta.url);

/** A package with a binary, loaded when it is first asked for. Throws what Node says where it is absent. */
export function load<T>(name: string): T {
  return ask(name) as T;
}

/** Whether a package with a binary is there: installed, and built for this platform. */
export function isThere(name: string): boolean {
  try {
    load(name);
    return true;
  } catch {
    return false;
  }
}
