import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { workspacePackages, workspaceRoot } from '@lockwise/engine/node';
import { detect, type AgentName } from 'package-manager-detector';

/** Where a dependency has to go, and how the user's package manager puts it there. */
export interface Owner {
  /** Absolute: the folder whose package.json needs it. */
  readonly folder: string;
  /** Absolute: where the command is run, and the lock file is. */
  readonly top: string;
  /** The package's name, in a workspace. */
  readonly workspace?: string;
  readonly agent: AgentName;
}

/** The package that a file belongs to. */
export async function ownerOf(root: string, path: string): Promise<Owner | undefined> {
  for (let folder = dirname(join(root, path)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return describe(folder);
    if (dirname(folder) === folder) return undefined;
  }
}

async function describe(folder: string): Promise<Owner> {
  const top = workspaceRoot(folder);
  const member =
    top === undefined ? undefined : workspacePackages(top).find((item) => item.folder.replace(/[\\/]$/, '') === folder);
  const agent = (await detect({ cwd: top ?? folder }))?.name ?? 'npm';
  if (top === undefined || (member === undefined && top !== folder)) return { folder, top: folder, agent };
  return { folder, top, agent, ...(member && folder !== top && { workspace: member.name }) };
}

/** The command that adds a package to the owner, to be run in `top`. */
export function addCommand({ agent, folder, top, workspace }: Owner, specifier: string): string {
  const where = quoted(relative(top, folder).split(sep).join('/'));
  switch (agent) {
    case 'npm':
      return workspace === undefined ? `npm install ${specifier}` : `npm install ${specifier} --workspace ${where}`;
    case 'pnpm':
      if (workspace === undefined)
        return folder === top && workspaceRoot(top) === top ? `pnpm add -w ${specifier}` : `pnpm add ${specifier}`;
      return `pnpm add ${specifier} --filter ${quoted(workspace)}`;
    case 'yarn':
      return workspace === undefined ? `yarn add ${specifier}` : `yarn workspace ${quoted(workspace)} add ${specifier}`;
    case 'bun':
      return workspace === undefined ? `bun add ${specifier}` : `bun add ${specifier} --cwd ${where}`;
    default:
      return `deno add npm:${specifier}`;
  }
}

function quoted(word: string): string {
  return /^[\w@./-]+$/.test(word) ? word : JSON.stringify(word);
}
