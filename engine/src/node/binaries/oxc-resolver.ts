import type * as Resolver from 'oxc-resolver';
import { load } from './load.js';

type Options = ConstructorParameters<typeof Resolver.ResolverFactory>[0];

/** Stands for `oxc-resolver` in a bundle, so that it is loaded when it is first used: a run that resolves nothing does without, and so does the plugin. */
export const ResolverFactory = function (options?: Options) {
  return new (load<typeof Resolver>('oxc-resolver').ResolverFactory)(options);
} as unknown as typeof Resolver.ResolverFactory;
