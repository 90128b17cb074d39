import { baselineFile } from '@lockwise/engine';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';

/** What the user asked for, with the defaults filled in. */
export interface Request extends Selection, Narrowing {
  readonly command: CommandName;
  readonly paths: readonly string[];
  readonly reporters: readonly ReporterChoice[];
  readonly config?: string;
  /** Recorded profiles, whose measurements are added up. */
  readonly profiles: readonly string[];
  readonly baseline: string | false;
  readonly shard?: Shard;
  readonly cache: boolean;
  /** Ask the project's own TypeScript what the receivers of calls are. */
  readonly types: boolean;
  readonly output?: string;
  /** Where the facts of what is checked go. */
  readonly facts?: string;
  /** Files with the facts of what it depends on. */
  readonly link: readonly string[];
  readonly format: string;
  readonly fix: FixOptions;
}

export type CommandName = 'check' | 'fix' | 'graph' | 'undo' | 'baseline' | 'merge' | 'explain' | 'init' | 'lsp';

export interface Selection {
  readonly listFiles: boolean;
  readonly changed: boolean;
  readonly since?: string;
  readonly staged: boolean;
  readonly workspace?: string;
}

export interface Narrowing {
  readonly preset?: 'recommended' | 'strict';
  readonly rule: readonly string[];
  readonly skip: readonly string[];
}

export interface ReporterChoice {
  readonly name: ReporterName;
  /** Stdout when absent. */
  readonly file?: string;
}

export const reporterNames = ['text', 'json', 'sarif', 'github', 'html', 'markdown'] as const;
export type ReporterName = (typeof reporterNames)[number];

export interface Shard {
  readonly index: number;
  readonly count: number;
}

export interface FixOptions {
  readonly mode: 'preview' | 'diff' | 'write';
  /** Rules whose unsafe fixes are wanted: all, or by name. */
  readonly unsafe: 'all' | readonly string[];
  readonly interactive: boolean;
  readonly verify: 'syntax' | 'types' | 'auto';
  readonly verifyCommand?: string;
  readonly allowDirty: boolean;
  readonly allowNoVcs: boolean;
  /** The specifier to install the runtime by; `default` for this release's. */
  readonly install?: string;
  readonly mark: boolean;
  readonly resume: boolean;
}

/** What the user got wrong, or asked to read, in place of a request. */
export class UsageEnd extends Error {
  override readonly name = 'UsageEnd';
  readonly exitCode: number;

  constructor(message: string, exitCode = 2) {
    super(message);
    this.exitCode = exitCode;
  }
}

export interface Writers {
  out(text: string): void;
  err(text: string): void;
}

/** @throws UsageEnd after the help was printed, or when the arguments make no sense. */
export function readArguments(argv: readonly string[], version: string, writers: Writers): Request {
  let request: Request | undefined;
  const program = describeProgram(version, (made) => (request = made));
  forEachCommand(program, (command) => {
    command.exitOverride();
    command.configureOutput({ writeOut: (text) => writers.out(text), writeErr: () => undefined });
    command.showSuggestionAfterError(true);
  });
  try {
    program.parse(argv.map(bareUnsafe), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) throw new UsageEnd('', 0);
    throw new UsageEnd(
      `${error.message
        .replace(/^error: /, '')
        .replace(/\.$/, '')
        .replace(/\n/g, ' ')}; see lockwise --help`,
    );
  }
  if (!request) throw new UsageEnd('no command; see lockwise --help');
  return request;
}

/** `--unsafe` never takes the path behind it for its value. */
function bareUnsafe(argument: string): string {
  return argument === '--unsafe' || argument === '--install' ? `${argument}=` : argument;
}

function forEachCommand(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const inner of command.commands) forEachCommand(inner, visit);
}

type Options = Record<string, unknown>;

function describeProgram(version: string, accept: (request: Request) => void): Command {
  const program = new Command('lockwise')
    .description('Finds, explains and fixes async-lock anti-patterns in TypeScript and JavaScript.')
    .version(version)
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing left · 1 findings left · 2 usage, configuration or internal failure · 130 interrupted',
    );
  const on = (name: CommandName) => (paths: string[] | string, options: Options) =>
    accept(requestFrom(name, [paths].flat(), options));

  reporting(
    selecting(
      program
        .command('check', { isDefault: true })
        .description('report findings (the default command)')
        .argument('[paths...]'),
    ),
  )
    .addOption(new Option('--shard <i/n>', 'only the facts of one part, for lockwise merge').argParser(readShard))
    .option('--output <file>', 'where the part of a shard goes')
    .option('--facts <file>', 'keep the facts of this package in a file too, for those that depend on it')
    .option('--link <file>', 'the facts of a package that this one depends on; repeatable', listed)
    .action(on('check'));
  fixing(
    reporting(
      selecting(
        program.command('fix').description('preview what would change; --write applies it').argument('[paths...]'),
      ),
    ),
  ).action(on('fix'));
  selecting(program.command('graph').description('the order in which locks are taken').argument('[paths...]'))
    .addOption(
      new Option('--format <format>', 'how to draw it').choices(['text', 'dot', 'mermaid', 'html']).default('text'),
    )
    .option('--output <file>', 'write it to a file')
    .action(on('graph'));
  program
    .command('undo')
    .description('restore what the last `fix --write` changed')
    .action((options: Options) => accept(requestFrom('undo', [], options)));
  reporting(
    selecting(
      program
        .command('baseline')
        .description('update, prune or check the file of known findings')
        .argument('<action>')
        .argument('[paths...]'),
    ),
  ).action((action: string, paths: string[], options: Options) =>
    accept(requestFrom('baseline', [oneOf(['update', 'prune', 'check'], action), ...paths], options)),
  );
  reporting(
    program.command('merge').description('link the parts of a sharded run into one result').argument('<parts...>'),
  ).action(on('merge'));
  program
    .command('explain')
    .description("a rule's page")
    .argument('[rule]')
    .action((rule: string | undefined, options: Options) =>
      accept(requestFrom('explain', rule === undefined ? [] : [rule], options)),
    );
  program
    .command('init')
    .description('write the ESLint configuration and the extension recommendation, after showing them')
    .option('--write', 'write without asking')
    .action((options: Options) => accept(requestFrom('init', [], options)));
  program
    .command('lsp')
    .description('the language server over stdio')
    .option('--stdio', 'the only way; accepted for clients that say it')
    .action((options: Options) => accept(requestFrom('lsp', [], options)));
  program.command('trace').description('run a program with the recorder: lockwise trace -- node app.js');
  program.command('report').description('show a recorded profile, or compare two: lockwise report A.json [B.json]');
  return program;
}

const gather = (value: string, before: string[] = []): string[] => [...before, ...value.split(',').filter(Boolean)];

function selecting(command: Command): Command {
  return command
    .addOption(
      new Option('--preset <preset>', 'the rules, where no configuration says').choices(['recommended', 'strict']),
    )
    .option('--rule <id>', 'only this rule; repeatable', gather)
    .option('--skip <id>', 'without this rule; repeatable', gather)
    .option('--config <file>', 'the configuration (default: lockwise.config.jsonc)')
    .option('--changed', 'only files that differ from the last commit')
    .option('--since <ref>', 'only files that changed since a commit or branch')
    .option('--staged', 'only files that are staged')
    .option('--workspace <name>', 'only one package of the monorepo')
    .option('--list-files', 'tell which files are checked, and why the rest is not')
    .option('--types', "ask the project's TypeScript what receivers are: slower, sees more")
    .option('--no-cache', 'do not read or write the cache');
}

function reporting(command: Command): Command {
  return command
    .option('--profile <file>', 'what lockwise trace recorded: measured waiting, ranked; repeatable', listed)
    .option('--reporter <name[=file]>', `${reporterNames.join(', ')}; repeatable`, readReporter)
    .option('--baseline <file>', `the file of known findings (default: ${baselineFile})`)
    .option('--no-baseline', 'count known findings too');
}

function fixing(command: Command): Command {
  return command
    .option('--diff', 'print one unified diff, nothing else')
    .option('--write', 'apply the fixes')
    .option('--unsafe <rule>', 'fixes that assume something too: --unsafe, or --unsafe=RULE', listed)
    .option('-i, --interactive', 'ask for each fix')
    .addOption(
      new Option('--verify <how>', 'what the result must pass').choices(['syntax', 'types', 'auto']).default('auto'),
    )
    .option('--verify-command <command>', 'run this afterwards; roll back when it fails')
    .option('--allow-dirty', 'write to files with uncommitted changes')
    .option('--allow-no-vcs', 'write where there is no git repository')
    .option('--install <spec>', 'add @lockwise/runtime to the packages that need it: --install, or --install=SPEC')
    .option('--mark', 'leave a lockwise-todo comment where a person is needed')
    .option('--resume', 'go on with a `fix --write` that was interrupted');
}

/** Every value of an option that may be given more than once. */
function listed(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function readReporter(value: string, before: ReporterChoice[] = []): ReporterChoice[] {
  const [name, ...file] = value.split('=');
  if (!reporterNames.includes(name as ReporterName))
    throw new InvalidArgumentError(`Known are ${reporterNames.join(', ')}.`);
  return [...before, { name: name as ReporterName, ...(file.length > 0 && { file: file.join('=') }) }];
}

function readShard(value: string): Shard {
  const match = /^(\d+)\/(\d+)$/.exec(value);
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || index < 1 || index > count) throw new InvalidArgumentError('It must be i/n with 1 ≤ i ≤ n.');
  return { index, count };
}

function oneOf(known: readonly string[], value: string): string {
  if (!known.includes(value)) throw new UsageEnd(`unknown action ${value}; known are ${known.join(', ')}`);
  return value;
}

function requestFrom(command: CommandName, paths: readonly string[], options: Options): Request {
  const given = <T>(name: string): T | undefined => options[name] as T | undefined;
  const reporters = given<ReporterChoice[]>('reporter') ?? [{ name: 'text' as const }];
  if (reporters.filter(({ file }) => file === undefined).length > 1)
    throw new UsageEnd('two reporters would write to stdout; give one of them a file: --reporter json=findings.json');
  return {
    command,
    paths,
    reporters,
    format: given('format') ?? 'text',
    ...optional('config', given<string>('config')),
    ...optional('shard', given<Shard>('shard')),
    ...optional('output', given<string>('output')),
    ...optional('facts', given<string>('facts')),
    link: given('link') ?? [],
    ...optional('preset', given<'recommended' | 'strict'>('preset')),
    ...optional('since', given<string>('since')),
    ...optional('workspace', given<string>('workspace')),
    baseline:
      given('baseline') === false ? false : ((given<string | true>('baseline') as string | undefined) ?? baselineFile),
    cache: given('cache') !== false,
    types: given('types') === true,
    profiles: given('profile') ?? [],
    rule: given('rule') ?? [],
    skip: given('skip') ?? [],
    listFiles: given('listFiles') === true,
    changed: given('changed') === true,
    staged: given('staged') === true,
    fix: fixOptions(options),
  };
}

function fixOptions(options: Options): FixOptions {
  if (options['diff'] && options['write']) throw new UsageEnd('--diff shows and --write applies; give one of them');
  const unsafe = (options['unsafe'] as string[] | undefined) ?? [];
  const install = options['install'] as string | undefined;
  return {
    mode: options['diff'] ? 'diff' : options['write'] ? 'write' : 'preview',
    unsafe: unsafe.includes('') ? 'all' : unsafe,
    interactive: options['interactive'] === true,
    verify: (options['verify'] as FixOptions['verify'] | undefined) ?? 'auto',
    ...optional('verifyCommand', options['verifyCommand'] as string | undefined),
    ...optional('install', install === '' ? 'default' : install),
    allowDirty: options['allowDirty'] === true,
    allowNoVcs: options['allowNoVcs'] === true,
    mark: options['mark'] === true,
    resume: options['resume'] === true,
  };
}

function optional<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [key in K]?: V };
}
