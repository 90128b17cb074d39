/** What the server speaks beyond LSP. Clients that know none of it get plain diagnostics, code actions, hovers and code lenses. */
import type { Range, WorkspaceEdit } from 'vscode-languageserver';
import type { Level, Preset } from '@lockwise/engine';

/** The settings of section `lockwise`, as a client sends them. Every member may be missing. */
export interface Settings {
  /** Whether diagnostics follow each change or only saves. */
  readonly run: 'onType' | 'onSave';
  /** The rules where no configuration names them. */
  readonly preset: Preset;
  /** Levels that differ from the preset and from the project's own configuration. */
  readonly rules: Readonly<Record<string, Level>>;
  /** Path of a `lockwise.config.jsonc`, relative to the workspace folder; empty for the one in the folder itself. */
  readonly configFile: string;
  /** Path of a recorded profile, relative to the workspace folder; empty for none. */
  readonly profile: string;
  /** `auto`: the levels of an ESLint configuration that has the plugin are honoured, in trusted workspaces. */
  readonly eslint: 'auto' | 'off';
  readonly codeLens: boolean;
  /** Whether closed files are analysed too. */
  readonly wholeWorkspace: boolean;
  /** The longest time in seconds that the server spends on the closed files of a folder. */
  readonly timeBudget: number;
}

export const defaultSettings: Settings = {
  run: 'onType',
  preset: 'recommended',
  rules: {},
  configFile: '',
  profile: '',
  eslint: 'auto',
  codeLens: false,
  wholeWorkspace: true,
  timeBudget: 60,
};

/** `initializationOptions` of our own client. */
export interface ClientOptions {
  /** Whether configuration that is a program (ESLint's) may be executed. Absent: false. */
  readonly trusted?: boolean;
  /** The client has the commands of the extension: it asks for the reason of a suppression and opens rule pages. */
  readonly commands?: boolean;
  readonly settings?: Partial<Settings>;
}

/** Notification from the client: the workspace has become trusted. */
export const trustNotification = 'lockwise/trusted';

/** Notification from the server: what the status item shows. */
export const statusNotification = 'lockwise/status';
export interface Status {
  readonly state: 'ready' | 'working' | 'trouble';
  /** One line: what the server does, or what is wrong, where, and what to do. */
  readonly message: string;
}

/** Request: the edits that mend what is left in the workspace, for the client to preview and apply. */
export const planRequest = 'lockwise/plan';
export interface PlanParams {
  /** `safe`: only fixes that are proven; `unsafe`: also those under a named assumption. */
  readonly tier: 'safe' | 'unsafe';
  /** Restricts the plan to one rule. */
  readonly rule?: string;
  readonly workDoneToken?: string | number;
}
export interface Plan {
  readonly edit: WorkspaceEdit;
  /** Findings whose fix is part of the edit. */
  readonly fixed: number;
  /** Findings that stay, by reason: no fix, a lower tier, or in the way of another fix. */
  readonly left: number;
}

/** Request: reads the profile of the settings again. Answers what is to be said of it, a line for each trouble. */
export const profileRequest = 'lockwise/profile';
export interface ProfileAnswer {
  /** What keeps it from being used, or from being about the code as it is now. */
  readonly notices: readonly string[];
  /** Places of it that are in the code. */
  readonly places: number;
}

/** Request: every lock that is known, with its sections. Answers `null` where the engine has not looked at the workspace yet. */
export const locksRequest = 'lockwise/locks';
/** Request: which lock is awaited while which is held. */
export const orderRequest = 'lockwise/order';
/** Notification from the server: the answers to the two requests above may have changed. */
export const locksChanged = 'lockwise/locksChanged';

export interface Spot {
  readonly uri: string;
  readonly range: Range;
}

export interface LockNode extends Spot {
  readonly id: string;
  readonly name: string;
  /** The kind and the library: `async-mutex Mutex`. */
  readonly kind: string;
  readonly guards: readonly string[];
  /** What a recorded run measured, in a line. */
  readonly measured?: string;
  readonly sections: readonly SectionNode[];
}

export interface SectionNode extends Spot {
  /** The function that holds the lock, such as `Cache.load`. */
  readonly symbol: string;
  readonly measured?: string;
  readonly suspensions: readonly SuspensionNode[];
}

export interface SuspensionNode extends Spot {
  /** What is waited for, such as `network: fetch(url)`. */
  readonly what: string;
}

export interface LockOrder {
  readonly locks: readonly { readonly id: string; readonly name: string; readonly kind: string; readonly spot: Spot }[];
  /** `to` is awaited while `from` is held. */
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly spot: Spot;
    /** Part of a cycle: two tasks can wait for each other. */
    readonly cyclic: boolean;
  }[];
}

/** Request: the edit that silences a finding, with the reason that the user gave. `null` when the finding is gone. */
export const suppressRequest = 'lockwise/suppress';
export interface SuppressParams {
  readonly uri: string;
  readonly id: string;
  readonly reason: string;
}
