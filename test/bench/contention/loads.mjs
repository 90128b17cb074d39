// Three loads on a node, the same at every run: requests with the time in ms at which they come. They were fixed before
// anything was changed in the example.

/** A seeded generator of numbers from 0 up to 1 (mulberry32). */
function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How often each request comes: health checks most of all, as on a real node. */
const shares = [
  ['status', 33],
  ['isReady', 10],
  ['get', 15],
  ['put', 8],
  ['heartbeat', 13],
  ['memberCount', 5],
  ['describeMembers', 3],
  ['setLeader', 4],
  ['join', 1],
  ['send', 3],
  ['flush', 1],
  ['propose', 1],
  ['record', 3],
];

const peers = ['b', 'c', 'd'];

function request(random, number, time) {
  let left = random() * 100;
  const kind = shares.find(([, share]) => (left -= share) < 0)?.[0] ?? 'status';
  const pick = (count) => Math.floor(random() * count);
  switch (kind) {
    case 'get':
      return [kind, `key-${pick(200)}`];
    case 'put':
      return [kind, `key-${pick(200)}`, `value-${number}`];
    case 'heartbeat':
      return [kind, `member-${pick(20)}`, time];
    case 'setLeader':
      return [kind, random() < 0.5];
    case 'join':
      return [kind, { id: `guest-${number}`, address: `10.1.0.${number % 256}`, lastSeen: time }];
    case 'send':
      return [kind, peers[pick(3)], `message-${number}`];
    case 'flush':
      return [kind, peers[pick(3)]];
    case 'propose':
      return [kind, `entry-${number}`];
    case 'record':
      return [kind, Array.from({ length: 10 }, (_, n) => ({ name: `metric-${n % 4}`, value: pick(100) }))];
    default:
      return [kind];
  }
}

/** Groups of requests that come at once, as on pipelined connections. */
function load(seed, arrivals) {
  const random = seeded(seed);
  const groups = [...arrivals(random)].sort((a, b) => a.at - b.at);
  let number = 0;
  return groups.map(({ at, size }) => ({
    at,
    requests: Array.from({ length: size }, () => request(random, ++number, Math.round(at))),
  }));
}

/** 40 bursts of 50 requests each, 60 ms apart: a deploy, a failover, a cache that expired. */
function* bursts() {
  for (let n = 0; n < 40; n++) yield { at: n * 60, size: 50 };
}

/** Connections with one to four pipelined requests each, evenly over four seconds. */
function* spread(random) {
  for (let n = 0; n < 800; n++) yield { at: random() * 4000, size: 1 + Math.floor(random() * 4) };
}

/** A steady stream with a burst now and then. */
function* mixed(random) {
  for (let n = 0; n < 400; n++) yield { at: random() * 4000, size: 1 + Math.floor(random() * 4) };
  for (let n = 0; n < 16; n++) yield { at: random() * 4000, size: 50 + Math.floor(random() * 30) };
}

export const loads = {
  burst: () => load(20_260_101, bursts),
  spread: () => load(20_260_102, spread),
  mixed: () => load(20_260_103, mixed),
};
