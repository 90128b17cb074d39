export { isThere } from './binaries/load.js';
export { decode, encode, type Decoded } from './decode.js';
export { createNodeHost, type NodeHostOptions } from './host.js';
export { parseSource, type ParseOptions } from './parse.js';
export { ModuleResolver, sourceOf } from './resolver.js';
export { workspacePackages, workspaceRoot, type WorkspacePackage } from './workspaces.js';
