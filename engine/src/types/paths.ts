/** An absolute path with `/`, as TypeScript writes it on every platform. */
export function join(root: string, path: string): string {
  return `${root.replaceAll('\\', '/').replace(/\/$/, '')}/${path}`;
}
