import type { AsyncMutex, AsyncRwLock } from '@lockwise/runtime';
import type { Database } from '../../shared/database.js';
import type { Member } from '../../shared/service.js';

export type InitializedFlag = AsyncRwLock<boolean>;
export type LeaderFlag = AsyncRwLock<boolean>;
export type DatabaseHandle = AsyncMutex<Database | undefined>;
export type ClusterMembers = AsyncMutex<Map<string, Member>>;
