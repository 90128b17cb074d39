/**
 * Words of files that take locks by themselves. A call is followed into a file without any of them only where its body
 * matters for what a section waits for, never in search of a lock.
 */
const LOCK_WORDS =
  /(?<![A-Za-z])(?:un)?[Ll]ock|[a-z0-9_](?:Un)?Lock|LOCK|[Mm]utex|[Ss]emaphore|[Ss]equencer|[Ee]xclusive|(?<![A-Za-z])[Aa]cquire|[a-z]Acquire|p-limit|p-queue|PQueue|[Ll]imiter|async-queue/;

/** Files that pass names on: a lock may stand behind them under any name. */
const PASSES_ON = /\bexport\s*(?:\*|\{[^}]*\}\s*from\b)/;

export function mayTakeLocks(text: string): boolean {
  return LOCK_WORDS.test(text) || (text.length < 20_000 && PASSES_ON.test(text));
}
