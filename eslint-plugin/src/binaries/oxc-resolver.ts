import type * as Resolver from 'oxc-resolver';
import { loaded } from './load.js';

type Options = ConstructorParameters<typeof Resolver.ResolverFactory>[0];

/** Stands for `oxc-resolver` in the bundle, so that it is loaded when it is first used and the plugin works where it is absent. */
export const ResolverFactory = function (options?: Options) {
  const { ResolverFactory: Factory } = loaded<typeof Resolver>('oxc-resolver')!;
  return new Factory(options);
} as unknown as typeof Resolver.ResolverFactory;
