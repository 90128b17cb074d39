import { createRequire } from 'node:module';

const ask = createRequire(import.meta.url);

/** A package with a binary that may be absent: not installed, or not built for this platform. */
export function loaded<T>(name: string): T | undefined {
  try {
    return ask(name) as T;
  } catch {
    return undefined;
  }
}
