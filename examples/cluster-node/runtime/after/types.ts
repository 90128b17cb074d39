import type { Database } from '../../shared/database.js';
import type { Member } from '../../shared/service.js';
import { AtomicCounter, OptionalArc } from '@lockwise/runtime';

export type InitializedFlag = AtomicCounter;
export type LeaderFlag = AtomicCounter;
export type DatabaseHandle = OptionalArc<Database>;
export type ClusterMembers = Map<string, Member>;
