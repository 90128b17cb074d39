import type { Project, ProjectOptions } from '@lockwise/engine';

/** Makes the project: the engine's own way, unless a test has another. */
export type MakeProject = (options: ProjectOptions) => Project;
