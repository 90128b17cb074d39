import { pathToFileURL } from 'node:url';
import {
  CancellationTokenSource,
  CodeLensRefreshRequest,
  FileChangeType,
  type FileEvent,
} from 'vscode-languageserver/node';
import { profileNotice } from '@lockwise/engine';
import { settingsFrom } from './configuration.js';
import type { Diagnosing } from './diagnosing.js';
import { eslintConfigOf, isEslintConfig, readEslintLevels, type EslintLevels } from './eslint.js';
import type { Folder } from './folder.js';
import { isCode } from './folders.js';
import { locksChanged, type ProfileAnswer, type Settings } from './protocol.js';
import { scan } from './scan.js';
import type { Session } from './session.js';
import { normal } from './texts.js';

/** Reacts to what happens around the open texts: folders, files on the disk, settings, trust. */
export class WorkspaceWatch {
  readonly #session: Session;
  readonly #diagnosing: Diagnosing;
  readonly #scans = new Map<Folder, CancellationTokenSource>();

  constructor(session: Session, diagnosing: Diagnosing) {
    this.#session = session;
    this.#diagnosing = diagnosing;
  }

  /** Roots that join the workspace while it is open. */
  join(roots: readonly string[]): void {
    for (const root of roots) this.#session.folders.add(root);
    void this.configure(this.#session.settings);
  }

  stop(): void {
    for (const source of this.#scans.values()) source.cancel();
    this.#scans.clear();
  }

  drop(root: string): void {
    const folder = this.#session.folders.ofWorkspace.find((candidate) => candidate.root === root);
    if (folder === undefined) return;
    this.#scans.get(folder)?.cancel();
    for (const path of folder.known) this.#diagnosing.forget(this.#session.folders.uri(folder, path));
    this.#session.folders.remove(root);
    this.#diagnosing.refresh();
  }

  /** Takes the settings from a notification, or asks the client for them, folder by folder, where it can tell. */
  async configure(sent?: unknown): Promise<void> {
    const { abilities, connection, folders } = this.#session;
    const ask = async (uri?: string) =>
      settingsFrom(
        abilities.sendsConfiguration
          ? await connection.workspace.getConfiguration({
              section: 'lockwise',
              ...(uri === undefined ? {} : { scopeUri: uri }),
            })
          : sent,
      );
    this.#session.settings = await ask();
    folders.settings = this.#session.settings;
    for (const folder of folders.all) {
      const uri = pathToFileURL(folder.root).toString();
      const settings = abilities.sendsConfiguration ? await ask(uri) : folders.settings;
      if (JSON.stringify(settings) !== JSON.stringify(folder.settings)) folder.reload(settings);
      void this.#explore(folder);
    }
    this.#changed();
  }

  trust(): void {
    this.#session.trusted = true;
    this.#session.connection.console.log('The workspace is trusted: its ESLint configuration is honoured now.');
    this.reload();
  }

  /** Reads every configuration anew. */
  reload(): void {
    for (const folder of this.#session.folders.all) this.#reload(folder, folder.settings);
    this.#changed();
  }

  #reload(folder: Folder, settings: Settings): void {
    folder.reload(settings);
    void this.#explore(folder);
  }

  filesChanged(changes: readonly FileEvent[]): void {
    let configuration = false;
    for (const change of changes) {
      const uri = normal(change.uri);
      const located = this.#session.folders.locate(uri);
      if (located === undefined) continue;
      const { folder, path } = located;
      if (isEslintConfig(path) || folder.loaded.sources.includes(path)) configuration = true;
      if (change.type !== FileChangeType.Changed || path.endsWith('package.json')) folder.forgetResolutions();
      if (!isCode(path)) continue;
      // A file that git ignores may be created by a build at any time; it enters when it was found, or is opened.
      if (change.type === FileChangeType.Created && !folder.known.has(path)) void this.#adopt(folder, path);
      else if (folder.known.has(path)) folder.refresh(path);
      if (change.type === FileChangeType.Deleted) this.#diagnosing.forget(uri);
    }
    if (configuration) this.reload();
    else this.#changed();
  }

  async #adopt(folder: Folder, path: string): Promise<void> {
    if (!folder.settings.wholeWorkspace) return;
    const found = await this.#session.surroundings.discover(folder.root);
    if (!found.includes(path)) return;
    folder.look(path);
    this.#changed();
  }

  async #explore(folder: Folder): Promise<void> {
    this.#scans.get(folder)?.cancel();
    const source = new CancellationTokenSource();
    this.#scans.set(folder, source);
    try {
      this.#tellProblems(folder);
      const whole = folder.settings.wholeWorkspace && this.#session.folders.ofWorkspace.includes(folder);
      const paths = whole ? await this.#session.surroundings.discover(folder.root) : [...folder.known];
      if (source.token.isCancellationRequested) return;
      await this.#honourEslint(folder, paths);
      if (source.token.isCancellationRequested) return;
      if (whole) await this.#scan(folder, paths, source);
    } catch (error) {
      const message = `${folder.root}: not analysed as a whole, only what is open: ${(error as Error).message}`;
      this.#session.status({ state: 'trouble', message });
    } finally {
      if (this.#scans.get(folder) === source) this.#scans.delete(folder);
    }
  }

  /** Reads the profile again, with the settings as they are now. */
  async loadProfile(): Promise<ProfileAnswer> {
    await this.configure(this.#session.settings);
    this.reload();
    const folders = this.#session.folders.all.filter(({ settings }) => settings.profile !== '');
    const states = folders.flatMap((folder) => folder.profileStates());
    const troubles = folders.flatMap(({ loaded, settings }) =>
      loaded.problems.flatMap(({ path, message }) => (path === settings.profile ? [`${path}: ${message}`] : [])),
    );
    return {
      notices: [...troubles, ...states.flatMap((state) => profileNotice(state) ?? [])],
      places: states.reduce((sum, { places, stale }) => sum + places - stale.length, 0),
    };
  }

  #tellProblems(folder: Folder): void {
    for (const problem of folder.loaded.problems)
      this.#session.status({ state: 'trouble', message: `${problem.path}: ${problem.message}` });
  }

  /** Only in a trusted workspace, because an ESLint configuration is a program. */
  async #honourEslint(folder: Folder, paths: readonly string[]): Promise<void> {
    const { trusted, connection } = this.#session;
    const config = eslintConfigOf(folder.root);
    if (folder.settings.eslint === 'off' || config === undefined) return this.#useEslint(folder, undefined);
    if (!trusted) {
      connection.console.log(`${config} is not read before the workspace is trusted; the own rules run.`);
      return;
    }
    try {
      this.#useEslint(folder, await readEslintLevels(folder.root, paths.filter(isCode)));
    } catch (error) {
      const message = `${config}: its rule levels could not be read, so Lockwise's own are used: ${(error as Error).message}`;
      this.#session.status({ state: 'trouble', message });
    }
  }

  #useEslint(folder: Folder, levels: EslintLevels | undefined): void {
    if (JSON.stringify(folder.eslint) === JSON.stringify(levels)) return;
    folder.honour(levels);
    this.#changed();
  }

  async #scan(folder: Folder, paths: readonly string[], source: CancellationTokenSource): Promise<void> {
    const began = Date.now();
    this.#session.status({ state: 'working', message: `Analysing ${paths.length} files of ${folder.root}` });
    const complete = await scan(folder, paths, {
      seconds: folder.settings.timeBudget,
      token: source.token,
      lastAsked: () => this.#session.lastAsked,
    });
    if (source.token.isCancellationRequested) return;
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    const message = complete
      ? `${paths.length} files of ${folder.root} analysed in ${seconds} s`
      : `${folder.root}: closed files beyond the time budget of ${folder.settings.timeBudget} s are not analysed; raise lockwise.timeBudget`;
    this.#session.status({ state: complete ? 'ready' : 'trouble', message });
    this.#changed();
  }

  #changed(): void {
    this.#diagnosing.refresh();
    const { abilities, connection, settings } = this.#session;
    if (abilities.refreshesLenses && settings.codeLens) void connection.sendRequest(CodeLensRefreshRequest.type);
    if (abilities.commands) void connection.sendNotification(locksChanged);
  }
}
