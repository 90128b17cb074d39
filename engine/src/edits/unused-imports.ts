import { analyze } from '@typescript-eslint/scope-manager';

/** The local names of imports that nothing in the program refers to, neither as a value nor as a type. */
export function unusedImports(program: object): Set<string> {
  const scopes = analyze(program as never, { sourceType: 'module', lib: [], jsxPragma: null });
  const unused = new Set<string>();
  for (const scope of scopes.scopes)
    for (const variable of scope.variables)
      if (
        variable.defs.some((definition) => String(definition.type) === 'ImportBinding') &&
        variable.references.length === 0
      )
        unused.add(variable.name);
  return unused;
}
