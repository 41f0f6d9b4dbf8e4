/**
 * What a case needs of a director: what it asks of one in memory, which refuses nothing, and what then passes on the links.
 * It is seen and not written down, so it is never out of date.
 */
import type { DirectorSnapshot } from '../../director/index.ts';
import type { DecodedPacket } from '../../lab/captures/decoded-packet.ts';
import { addressOf } from '../../lab/captures/format.ts';
import { ACK, AH, ESP, ICMP, SCTP, SYN, TCP, UDP } from '../../lab/frames/index.ts';
import type { Mode } from '../../lab/index.ts';
import { MODES } from '../../lab/modes.ts';
import { COMMANDS_OWN, type FeatureName, IPVS_OWN } from '../../scenarios/features.ts';
import type { PacketCase, Seen } from '../../scenarios/kit/packet-case.ts';
import type { StageDirector, StageRoute } from '../../scenarios/kit/stage.ts';
import { RuleBook } from '../directors/rule-book.ts';
import { playInMemory } from './memory-stage.ts';

/** Any will do: what a case asks for does not depend on what is drawn at random. */
const SEED = 1;

const IP_PROTOCOLS: ReadonlyMap<number, FeatureName> = new Map([
  [ICMP, 'icmp'],
  [SCTP, 'protocol/sctp'],
  [ESP, 'protocol/ipsec'],
  [AH, 'protocol/ipsec'],
]);

const TRANSPORTS: ReadonlyMap<number, FeatureName> = new Map([
  [TCP, 'protocol/tcp'],
  [UDP, 'protocol/udp'],
]);

/**
 * @param index The case’s number in the catalogue.
 * @param declared By the director. Of its protocols a case may choose those that are there; all are unless given.
 */
export async function needsOf(
  one: PacketCase,
  mode: Mode,
  index: number,
  declared?: ReadonlySet<FeatureName>,
): Promise<ReadonlySet<FeatureName>> {
  let noting: NotingDirector | undefined;
  const { seen } = await playInMemory(one, mode, {
    seed: SEED,
    index,
    watch: (director, hasTraffic) => {
      noting = new NotingDirector(director, hasTraffic, declared);
      return noting;
    },
  });
  return new Set([
    `mode/${mode}`,
    'family/ipv4',
    ...(noting?.needs ?? []),
    ...shownBy(seen),
    ...(one.virtualTime === true ? ['virtual-time'] : []),
    ...(one.name.startsWith(COMMANDS_OWN) ? ['commands'] : []),
    ...(IPVS_OWN.some((prefix) => one.name.startsWith(prefix)) ? ['ipvs'] : []),
  ]);
}

function shownBy(seen: Seen): FeatureName[] {
  const atServers = seen.topology.realServers.flatMap(({ host }) => [...seen.at(host)]);
  const everywhere = seen.topology.hosts.flatMap(({ name }) => [...seen.at(name)]);
  const layers = everywhere.flatMap(({ ip, inner }) => [ip, inner].filter((layer) => layer !== undefined));
  return [
    ...(atServers.some(isForwarded) ? ['end-to-end'] : []),
    ...(isOneSided(seen) ? ['one-sided'] : []),
    ...layers.flatMap(({ protocol }) => IP_PROTOCOLS.get(protocol) ?? []),
    // The outer packet of a tunnel may be UDP, whatever is balanced.
    ...everywhere.flatMap(({ ip, inner }) => TRANSPORTS.get((inner ?? ip)?.protocol ?? 0) ?? []),
    ...(layers.some(({ isFragment }) => isFragment) ? ['fragments'] : []),
  ];
}

function isForwarded({ ip, inner }: DecodedPacket): boolean {
  return ip !== undefined || inner !== undefined;
}

/** Whether clients go on in connections of which no server has accepted the SYN, though replies would pass the director. */
function isOneSided({ mode, topology, fromClients, fromServers }: Seen): boolean {
  if (!MODES[mode].repliesPassDirector) return false;
  const accepted = new Map<string, number>();
  for (const { ip, time } of fromServers) {
    if (ip?.isTcp && isAccepting(ip.tcpFlags)) accepted.set(`${ip.destination}:${ip.destinationPort}`, time);
  }
  const vip = addressOf(topology.vip);
  return fromClients.some(({ ip, time }) => {
    if (ip?.isTcp !== true || ip.destination !== vip || (ip.tcpFlags & SYN) !== 0) return false;
    return time < (accepted.get(`${ip.source}:${ip.sourcePort}`) ?? Number.POSITIVE_INFINITY);
  });
}

function isAccepting(flags: number): boolean {
  return (flags & SYN) !== 0 && (flags & ACK) !== 0;
}

/** Passes everything on, and notes what was asked for. */
class NotingDirector implements StageDirector {
  readonly needs = new Set<FeatureName>();
  readonly clientSideMac: string;
  readonly serverSideMac: string;
  readonly #director: StageDirector;
  readonly #hasTraffic: () => boolean;
  readonly #declared: ReadonlySet<FeatureName> | undefined;
  readonly #book = new RuleBook();

  constructor(
    director: StageDirector,
    hasTraffic: () => boolean,
    declared: ReadonlySet<FeatureName> | undefined,
  ) {
    this.clientSideMac = director.clientSideMac;
    this.serverSideMac = director.serverSideMac;
    this.#director = director;
    this.#hasTraffic = hasTraffic;
    this.#declared = declared;
  }

  rules(...lines: string[]): Promise<void> {
    if (this.#hasTraffic()) this.needs.add('edits');
    if (!this.#book.takesIn(lines)) this.needs.add('refusals');
    for (const feature of this.#book.features()) this.needs.add(feature);
    for (const scheduler of this.#book.choosing()) this.needs.add(`order/${scheduler}`);
    if (lines.some((line) => /^(-Z|--zero)\b/.test(line))) this.needs.add('counters');
    if (lines.some((line) => line.startsWith('--set'))) this.needs.add('settings');
    return this.#director.rules(...lines);
  }

  ipvsadm(...args: string[]): Promise<string> {
    this.needs.add(printedBy(args));
    return this.#director.ipvsadm(...args);
  }

  mark(destination: string, mark: number, port?: number): Promise<void> {
    this.needs.add('marks');
    return this.#director.mark(destination, mark, port);
  }

  set(setting: string, value: number): Promise<void> {
    this.needs.add('settings');
    return this.#director.set(setting, value);
  }

  settings(): Promise<Readonly<Record<string, number>>> {
    this.needs.add('settings');
    return this.#director.settings();
  }

  setServerSideMtu(bytes: number): Promise<void> {
    return this.#director.setServerSideMtu(bytes);
  }

  setClientSideMtu(bytes: number): Promise<void> {
    return this.#director.setClientSideMtu(bytes);
  }

  setIpForward(on: boolean): Promise<void> {
    return this.#director.setIpForward(on);
  }

  setFreePages(pages: number): void {
    this.#director.setFreePages(pages);
  }

  forwardPast(to: 'servers' | 'clients', packets: number, bytes: number): void {
    this.#director.forwardPast(to, packets, bytes);
  }

  setPermanentNeighbour(address: string, mac: string | undefined): Promise<void> {
    return this.#director.setPermanentNeighbour(address, mac);
  }

  setServerSideMac(mac: string): void {
    this.#director.setServerSideMac(mac);
  }

  setServerSideArp(on: boolean): void {
    this.#director.setServerSideArp(on);
  }

  setNeighbourLimits(limits: readonly [kept: number, soft: number, most: number]): void {
    this.#director.setNeighbourLimits(limits);
  }

  setRoute(to: string, route?: StageRoute): Promise<void> {
    return this.#director.setRoute(to, route);
  }

  snapshot(): Promise<DirectorSnapshot> {
    this.needs.add('counters');
    return this.#director.snapshot();
  }

  /** Of what can do without a feature the whole is seen, but for protocols: there a case is another one. */
  offers(feature: FeatureName): boolean {
    return feature.startsWith('protocol/') && this.#declared?.has(feature) !== false;
  }
}

/** Which feature a command of ipvsadm belongs to. */
function printedBy(args: readonly string[]): FeatureName {
  const [command = ''] = args;
  if (command.startsWith('--set')) return 'settings';
  if (args.some((word) => /^--(stats|rate|zero)$|^-Z/.test(word))) return 'counters';
  return args.some((word) => /^-\w*c|^--connection$/.test(word)) ? 'connections' : 'lists';
}
