import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesBelow, importsOf, root, type Import } from './sources.js';

/** The imports that break a rule, as lines that tell where. */
function breaches(imports: readonly Import[], isBreach: (each: Import) => boolean): string[] {
  return imports.filter(isBreach).map(({ from, specifier }) => `${from} imports ${specifier}`);
}

const isNode = (specifier: string) => specifier.startsWith('node:');
const isOwn = (specifier: string) => specifier.startsWith('.');
const leaves = (folder: string) => (each: Import) => each.target !== undefined && !each.target.startsWith(`${folder}/`);

describe('the layers', () => {
  it('know every package that there is', () => {
    const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { workspaces: string[] };
    expect(workspaces).toEqual(['runtime', 'engine', 'eslint-plugin', 'cli', 'extension', 'test']);
  });

  it.each(['runtime', 'engine', 'eslint-plugin', 'cli'])('%s reaches into no other folder', (name) => {
    expect(breaches(importsOf(`${name}/src`), leaves(name))).toEqual([]);
  });

  it('the extension reaches into the language server that it bundles, and no further', () => {
    const beyond = ({ target }: Import) => target !== undefined && !/^(extension|cli\/src\/lsp)\//.test(target);
    expect(breaches(importsOf('extension/src'), beyond)).toEqual([]);
  });

  it('the runtime imports nothing, and Node only for what is diagnosed or debugged', () => {
    const diagnostic = /^runtime\/src\/(debug|diagnostics|otel)\//;
    expect(
      breaches(importsOf('runtime/src'), ({ from, specifier }) => {
        if (isOwn(specifier) || specifier.startsWith('@lockwise/runtime')) return false;
        // The bridge to OpenTelemetry takes the interfaces of what its user has installed.
        if (specifier === '@opentelemetry/api') return !from.startsWith('runtime/src/otel/');
        return !(isNode(specifier) && diagnostic.test(from));
      }),
    ).toEqual([]);
    const manifest = JSON.parse(readFileSync(join(root, 'runtime/package.json'), 'utf8')) as Record<string, unknown>;
    for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies'])
      expect(kind === 'peerDependencies' ? [] : Object.keys(manifest[kind] ?? {}), kind).toEqual([]);
  });

  it('the core of the engine has no disk, no TypeScript and no host', () => {
    expect(
      breaches(importsOf('engine/src'), ({ from, specifier }) => {
        if (/^(eslint|vscode|oxlint|@lockwise\/)/.test(specifier)) return true;
        if (/^(typescript|@typescript\/)/.test(specifier)) return !from.startsWith('engine/src/types/');
        if (isNode(specifier) || specifier.startsWith('oxc-')) return !/^engine\/src\/(node|types)\//.test(from);
        return false;
      }),
    ).toEqual([]);
    const core = importsOf('engine/src').filter(({ from }) => !from.startsWith('engine/src/node/'));
    expect(breaches(core, ({ target }) => target?.startsWith('engine/src/node/') === true)).toEqual([]);
  });

  it('a check sees no syntax, and facts know neither rules nor locks', () => {
    expect(
      breaches(
        importsOf('engine/src/checks'),
        ({ specifier, target }) =>
          target?.startsWith('engine/src/ast/') === true || specifier.startsWith('@typescript-eslint/'),
      ),
    ).toEqual([]);
    expect(
      breaches(
        importsOf('engine/src/facts'),
        ({ target }) => target !== undefined && /^engine\/src\/(checks|fixes|link|models|node)\//.test(target),
      ),
    ).toEqual([]);
    expect(
      breaches(
        importsOf('engine/src/link'),
        ({ target }) => target !== undefined && /^engine\/src\/(checks|fixes|node)\//.test(target),
      ),
    ).toEqual([]);
  });

  it('models are data, and import nothing but each other and their form', () => {
    expect(breaches(importsOf('engine/src/models'), leaves('engine/src/models'))).toEqual([]);
  });

  it('nothing reaches back from a lower layer to a higher one', () => {
    const forbidden: Record<string, RegExp> = {
      'eslint-plugin': /^(lockwise|lockwise-vscode|@lockwise\/runtime|vscode)(\/|$)/,
      cli: /^(eslint-plugin-lockwise|eslint|vscode)(\/|$)/,
      extension: /^(eslint-plugin-lockwise|eslint)(\/|$)/,
    };
    for (const [name, pattern] of Object.entries(forbidden))
      expect(breaches(importsOf(`${name}/src`), ({ specifier }) => pattern.test(specifier))).toEqual([]);
  });

  it('the extension and the plugin hold no analysis', () => {
    for (const name of ['eslint-plugin', 'extension'])
      expect(
        breaches(importsOf(`${name}/src`), ({ specifier }) =>
          /^@typescript-eslint\/|^@lockwise\/engine\/(?!node$)/.test(specifier),
        ),
      ).toEqual([]);
  });

  it('the source of users is written by the CLI alone, in one place', () => {
    const writers = ['eslint-plugin', 'engine', 'extension'].flatMap((name) =>
      filesBelow(`${name}/src`, /\.ts$/).filter((path) =>
        /\b(writeFileSync|writeFile|renameSync|createWriteStream)\(/.test(readFileSync(join(root, path), 'utf8')),
      ),
    );
    expect(writers.filter((path) => !path.startsWith('engine/src/node/cache'))).toEqual([]);
  });

  it('no package that is published asks for a TypeScript of the user', () => {
    for (const name of ['runtime', 'eslint-plugin', 'cli']) {
      const {
        dependencies = {},
        peerDependencies = {},
        peerDependenciesMeta = {},
      } = JSON.parse(readFileSync(join(root, name, 'package.json'), 'utf8')) as {
        dependencies?: Record<string, string>;
        peerDependencies?: Record<string, string>;
        peerDependenciesMeta?: Record<string, { optional?: boolean }>;
      };
      expect(Object.keys(dependencies), name).not.toContain('typescript');
      if ('typescript' in peerDependencies) expect(peerDependenciesMeta['typescript']?.optional, name).toBe(true);
    }
  });
});
