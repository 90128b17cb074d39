import { Network } from '../../shared/network.js';
import type { ClusterService, Dump, Member, Sample, Status } from '../../shared/service.js';
import { ConsensusManager } from './consensus.js';
import { DatabaseAccess } from './database.js';
import { NodeFlags } from './flags.js';
import { Membership } from './members.js';
import { Metrics } from './metrics.js';
import { PeerConnector } from './peers.js';

export class ClusterNode implements ClusterService {
  private readonly network = new Network();
  private readonly flags = new NodeFlags();
  private readonly database = new DatabaseAccess();
  private readonly membership = new Membership();
  private readonly peers = new PeerConnector(this.network);
  private readonly consensus = new ConsensusManager(this.database, this.network);
  private readonly metrics = new Metrics();

  async start(): Promise<void> {
    await this.database.open();
    await this.flags.setInitialized(true);
  }

  async stop(): Promise<void> {
    await this.flags.setInitialized(false);
    await this.database.close();
  }

  async status(): Promise<Status> {
    const [initialized, leader, members] = await Promise.all([
      this.flags.isInitialized(),
      this.flags.isLeader(),
      this.membership.count(),
    ]);
    return { initialized, leader, members };
  }

  async isReady(): Promise<boolean> {
    return (await this.flags.isInitialized()) && (await this.database.isOpen());
  }

  async setLeader(leader: boolean): Promise<void> {
    await this.flags.setLeader(leader);
  }

  async get(key: string): Promise<string | undefined> {
    return this.database.get(key);
  }

  async put(key: string, value: string): Promise<void> {
    await this.database.put(key, value);
  }

  async join(member: Member): Promise<void> {
    await this.membership.add(member);
  }

  async leave(id: string): Promise<void> {
    await this.membership.remove(id);
  }

  async heartbeat(id: string, at: number): Promise<void> {
    await this.membership.seen(id, at);
  }

  async memberCount(): Promise<number> {
    return this.membership.count();
  }

  async describeMembers(): Promise<string> {
    return this.membership.describe();
  }

  async send(peer: string, message: string): Promise<void> {
    await this.peers.enqueue(peer, message);
  }

  async flush(peer: string): Promise<void> {
    await this.peers.flush(peer);
  }

  async propose(entry: string): Promise<number> {
    return this.consensus.propose(entry);
  }

  async record(samples: readonly Sample[]): Promise<void> {
    await this.metrics.record(samples);
  }

  async dump(): Promise<Dump> {
    const { initialized, leader } = await this.status();
    return {
      initialized,
      leader,
      records: (await this.database.records()).sort(),
      members: (await this.membership.list()).sort((a, b) => a.id.localeCompare(b.id)),
      delivered: [...this.network.delivered].sort(),
      log: await this.consensus.entries(),
      samples: (await this.metrics.all()).sort(),
    };
  }
}
