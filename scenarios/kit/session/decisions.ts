/**
 * What the director should have decided: for each packet that opens a connection, the server that the scheduler's
 * reference model chooses. Who had how many connections at that moment is followed from the captured packets. Nothing of
 * the director takes part.
 */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import { formatAddress } from '../../../lab/captures/format.ts';
import type { IpLayer } from '../../../lab/captures/ip-layer.ts';
import { ACK, FIN, RST, SYN, TCP } from '../../../lab/frames/index.ts';
import { type Decision, isRandom, type ModelServer } from '../../models/choice.ts';
import type { Load } from '../../models/connection-loads.ts';
import { modelOf, probabilitiesOf } from '../../models/reference-model.ts';
import { schedulerFacts } from '../../models/schedulers.ts';
import { TCP as TCP_STATES } from '../../models/tcp-states.ts';
import { connectionsOf } from './connections.ts';
import type { Evidence } from './evidence.ts';
import { endpointServedAt, isClient, requestedEndpoint, requestIdentity } from './flows.ts';
import { framesInProcessingOrder } from './processing-order.ts';
import type { Endpoint } from './service-under-test.ts';

export interface ExpectedDecision {
  /** The packet that opened the connection, as the director got it. */
  readonly opening: DecodedPacket;
  readonly endpoint: Endpoint;
  /** Servers before the decision, with the connections that each one had. */
  readonly list: readonly ModelServer[];
  readonly request: Decision['request'];
  /** Hosts of the servers that may be chosen: one, but for a scheduler that draws at random; none where none is to be had. */
  readonly servers: readonly string[];
  /** The server that the connection was seen to reach. */
  readonly seen: string | undefined;
}

const cache = new WeakMap<Evidence, readonly ExpectedDecision[]>();

/**
 * Every connection that was opened, in the order in which the director worked on them. `evidence.loads` is brought
 * forward by it, once: the runs in a network must be judged in the order in which they were made.
 */
export function decisionsOf(evidence: Evidence): readonly ExpectedDecision[] {
  const known = cache.get(evidence);
  if (known !== undefined) return known;
  const found = new Follower(evidence).toEnd();
  cache.set(evidence, found);
  return found;
}

class Follower {
  readonly #evidence: Evidence;
  /** Server that each connection reached, by the identity of its opening packet. */
  readonly #seen: ReadonlyMap<string, string>;
  readonly #past = new Map<Endpoint, Decision[]>();
  /** Key of the connection that a server's packet belongs to, by what such a packet says. */
  readonly #replies = new Map<string, { readonly service: string; readonly key: string }>();
  readonly #decisions: ExpectedDecision[] = [];

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
    this.#seen = new Map(
      connectionsOf(evidence).connections.map(({ opening, server }) => [requestIdentity(opening), server]),
    );
  }

  toEnd(): readonly ExpectedDecision[] {
    const { service } = this.#evidence;
    for (const { packet, time } of framesInProcessingOrder(this.#evidence)) {
      const { ip, inner } = packet;
      if (ip === undefined || inner !== undefined || !ip.hasPorts) continue;
      const endpoint = requestedEndpoint(service, ip);
      if (endpoint !== undefined) this.#request(packet, ip, endpoint, time);
      else if (isClient(service, ip.destination)) this.#reply(ip, time);
    }
    return this.#decisions;
  }

  #request(opening: DecodedPacket, ip: IpLayer, endpoint: Endpoint, atS: number): void {
    const { loads } = this.#evidence;
    const service = `${endpoint.protocol} ${endpoint.name}`;
    const key = `${ip.source}:${ip.sourcePort} ${ip.destination}`;
    const machine = ip.protocol === TCP ? TCP_STATES : undefined;
    if (!loads.request(service, key, machine, eventOf(ip), atS)) return;
    // The connection itself counts once it has been given to a server.
    const list = this.#listOf(endpoint, loads.at(service, atS));
    const request = {
      client: formatAddress(ip.source),
      clientPort: ip.sourcePort,
      destination: formatAddress(ip.destination),
    };
    const seen = this.#seen.get(requestIdentity(opening));
    const past = this.#past.get(endpoint) ?? [];
    this.#past.set(endpoint, past);
    const servers = choices(endpoint, list, request, past);
    this.#decisions.push({ opening, endpoint, list, request, servers, seen });
    // Turns follow from what should have been decided, loads from where connections really went.
    past.push({ request, server: servers.length === 1 ? servers[0] : seen });
    loads.give(service, key, seen);
    const rip = this.#evidence.service.servers.find(({ host }) => host === seen)?.rip;
    if (rip === undefined) return;
    const words = replyWords(ip.protocol, ip.source, ip.sourcePort, rip, endpoint.serverPort);
    this.#replies.set(words, { service, key });
  }

  #reply(ip: IpLayer, atS: number): void {
    if (endpointServedAt(this.#evidence.service, ip.protocol, ip.sourcePort) === undefined) return;
    const words = replyWords(ip.protocol, ip.destination, ip.destinationPort, ip.source, ip.sourcePort);
    const found = this.#replies.get(words);
    if (found !== undefined) this.#evidence.loads.reply(found.service, found.key, eventOf(ip), atS);
  }

  /** In the scheduler's order: the server that was added last comes first. */
  #listOf(endpoint: Endpoint, loads: ReadonlyMap<string, Load>): ModelServer[] {
    return this.#evidence.service.servers
      .slice(0, endpoint.weights.length)
      .map(({ host, ripText }, i) => ({
        name: host,
        address: ripText,
        port: endpoint.isByMark === true ? 0 : endpoint.serverPort,
        weight: endpoint.weights[i] as number,
        ...(loads.get(host) ?? { active: 0, inactive: 0 }),
      }))
      .reverse();
  }
}

function choices(
  { scheduler, flags, isEdited }: Endpoint,
  list: readonly ModelServer[],
  request: Decision['request'],
  past: readonly Decision[],
): string[] {
  if (isRandom(schedulerFacts(scheduler).model)) {
    return [...probabilitiesOf(scheduler, list)].flatMap(([name, chance]) => (chance > 0 ? [name] : []));
  }
  const name = modelOf(scheduler, flags, isEdited)(list, request, past);
  const isEligible = list.some((server) => server.name === name && server.weight > 0);
  return name === undefined || !isEligible ? [] : [name];
}

function replyWords(protocol: number, client: number, clientPort: number, rip: number, port: number): string {
  return `${protocol} ${client}:${clientPort} ${rip}:${port}`;
}

/** Of a segment's flags the first of these counts; a datagram has none. */
function eventOf(ip: IpLayer): string {
  if (!ip.isTcp) return '';
  const { tcpFlags } = ip;
  if ((tcpFlags & RST) !== 0) return 'rst';
  if ((tcpFlags & SYN) !== 0) return 'syn';
  if ((tcpFlags & FIN) !== 0) return 'fin';
  return (tcpFlags & ACK) === 0 ? 'none' : 'ack';
}
