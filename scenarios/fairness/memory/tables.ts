/** Look-up tables of the hashing schedulers, without any connection. */
import { applyRules, Core, ipv4, maglevTable, parseRules, walkOf } from '../../../director/index.ts';

/** Whose each slot is: a server's number. Numbers stay the same when others go. */
export type Table = Int32Array;

const PORT = 80;

export function serverAddress(server: number): string {
  const low = server + 1;
  return `10.1.${low >>> 8}.${low & 255}`;
}

/** Maglev's table of a size, for servers of equal weight. */
export function maglevSlots(servers: readonly number[], size: number): Table {
  const walks = servers.map((server) => ({
    ...walkOf({ address: ipv4(serverAddress(server)), port: PORT }, size),
    turns: 1,
  }));
  return maglevTable(walks, size).map((index) => servers[index] as number);
}

/** The 256 buckets of sh as the director's own scheduler deals them out. */
export function sourceHashBuckets(servers: readonly number[]): Table {
  const core = new Core({ sink: { send: () => undefined }, random: () => 0, maxConnections: 4096 });
  const service = '-t 10.99.0.1:80';
  const rules = [
    `-A ${service} -s sh`,
    ...servers.map((server) => `-a ${service} -r ${serverAddress(server)}:${PORT} -m -w 1`),
  ];
  applyRules(core.state, parseRules(rules.join('\n')));
  const [found] = core.state.services.all();
  const [text = ''] = Object.values(found?.scheduler.inspect?.() ?? {});
  // Places in the list, in which the server that was added last comes first.
  return Int32Array.from(
    String(text).split(' '),
    (place) => servers[servers.length - 1 - Number(place)] as number,
  );
}
