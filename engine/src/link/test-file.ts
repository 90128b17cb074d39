/** Whether a file is a test: nobody waits there for a lock, and what it holds it holds on purpose. */
export function isTest(path: string): boolean {
  return /(^|\/)(__tests__|__mocks__|tests?|testing|spec|e2e|fixtures)\/|[.-](test|spec|e2e|bench|stories)\.[cm]?[jt]sx?$/.test(
    path,
  );
}
