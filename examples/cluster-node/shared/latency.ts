/** Waits like a disk or a peer would: as long as it is told, in milliseconds. */
export function latency(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
