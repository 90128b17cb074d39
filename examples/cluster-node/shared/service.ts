/** A node as its clients, its peers and the operator see it. */
export interface ClusterService {
  /** Opens the database and joins the cluster. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The health endpoint: asked by load balancers all the time. */
  status(): Promise<Status>;
  /** The readiness endpoint. */
  isReady(): Promise<boolean>;
  /** What the election says about this node. */
  setLeader(leader: boolean): Promise<void>;
  get(key: string): Promise<string | undefined>;
  put(key: string, value: string): Promise<void>;
  join(member: Member): Promise<void>;
  leave(id: string): Promise<void>;
  /** A sign of life of a member, at a time of its clock. */
  heartbeat(id: string, at: number): Promise<void>;
  memberCount(): Promise<number>;
  /** The members as a page for the operator. */
  describeMembers(): Promise<string>;
  send(peer: string, message: string): Promise<void>;
  /** Sends what is buffered for a peer. */
  flush(peer: string): Promise<void>;
  propose(entry: string): Promise<number>;
  record(samples: readonly Sample[]): Promise<void>;
  /** All that the node knows, for comparing two nodes after the same requests. */
  dump(): Promise<Dump>;
}

export interface Status {
  readonly initialized: boolean;
  readonly leader: boolean;
  readonly members: number;
}

export interface Member {
  readonly id: string;
  readonly address: string;
  lastSeen: number;
}

export interface Sample {
  readonly name: string;
  readonly value: number;
}

export interface Dump {
  readonly initialized: boolean;
  readonly leader: boolean;
  readonly records: readonly (readonly [key: string, value: string])[];
  readonly members: readonly Member[];
  readonly delivered: readonly string[];
  readonly log: readonly string[];
  readonly samples: readonly (readonly [name: string, sum: number])[];
}
