import type { Settings } from '../../../director/settings.ts';
import { VERDICT } from '../../../director/verdict.ts';
import {
  type Endpoint,
  fromClient,
  tcpFromClient,
  tcpFromServer,
  udpFromClient,
  udpFromServer,
} from '../../../harness/replay/frames.ts';
import { CLIENT_PORT, CLIENT_ROUTER, macOf, NETWORK, SERVER_PORT } from '../../../harness/replay/network.ts';
import { ICMP, ipPacket, ipText, SCTP, u16 } from '../../../lab/frames/index.ts';
import { VirtualDirector } from '../../../lab/memory/virtual-director.ts';

export const VIP = '10.99.0.1';
const NEIGHBOURS = new Map(
  [CLIENT_ROUTER, '10.0.2.11', '10.0.2.12', '10.0.2.13'].map((ip) => [ip, macOf(ip)]),
);

interface Ends {
  readonly client?: string;
  readonly virtual?: string;
}

/**
 * A director with clients on one side and the servers rs1 to rs3 (10.0.2.11 to 10.0.2.13) on the other. What becomes
 * of a packet is told in a word: the server's name, `client`, `icmp`, `stack` or `nothing`.
 */
export class World {
  readonly director = new VirtualDirector({ network: NETWORK, neighbours: NEIGHBOURS });

  constructor(...rules: string[]) {
    this.director.rules(...rules);
  }

  rules(...lines: string[]): void {
    this.director.rules(...lines);
  }

  set(settings: Partial<Settings>): void {
    Object.assign(this.director.core.state.settings, settings);
  }

  wait(seconds: number): void {
    this.director.advance(seconds * 1000);
  }

  tcp(flags: string, ends: Ends = {}): string {
    const { client, virtual } = endpoints(ends);
    return this.#receive(CLIENT_PORT, tcpFromClient(client, virtual, flags));
  }

  udp(ends: Ends = {}): string {
    const { client, virtual } = endpoints(ends);
    return this.#receive(CLIENT_PORT, udpFromClient(client, virtual));
  }

  tcpReply(flags: string, from: string, to = '10.8.0.1:1000'): string {
    return this.#receive(SERVER_PORT, tcpFromServer(endpoint(from), endpoint(to), flags));
  }

  udpReply(from: string, to = '10.8.0.1:1000'): string {
    return this.#receive(SERVER_PORT, udpFromServer(endpoint(from), endpoint(to)));
  }

  /** An SCTP packet of chunks with these types, four bytes each. */
  sctp(chunks: readonly number[], { client = '10.8.0.1:1000', virtual = `${VIP}:80` }: Ends = {}): string {
    const ports = u16(endpoint(client).port, endpoint(virtual).port);
    const noTagNoChecksum = new Uint8Array(8);
    const bytes = chunks.flatMap((type) => [type, 0, 0, 4]);
    return this.ip(SCTP, Uint8Array.of(...ports, ...noTagNoChecksum, ...bytes), client, virtual);
  }

  /** Any packet from a client. */
  ip(protocol: number, payload: Uint8Array, client: string, virtual: string): string {
    const addresses = { source: endpoint(client).address, destination: endpoint(virtual).address };
    return this.#receive(CLIENT_PORT, fromClient(ipPacket(addresses, protocol, payload)));
  }

  /** The connection table as `ipvsadm -Lnc` has it: protocol, state, client, virtual, server; sorted. */
  get connections(): string[] {
    return this.director
      .snapshot()
      .connections.map((c) => `${c.protocol} ${c.state} ${c.client} ${c.virtual} ${c.server}`)
      .sort();
  }

  /** Whole seconds that are left to the only entry in this state, rounded. */
  secondsLeft(state: string): number {
    const found = this.director.snapshot().connections.filter((one) => one.state === state);
    if (found.length !== 1) throw new Error(`${found.length} entries in ${state}`);
    return Math.round((found[0]?.expiresInMs ?? 0) / 1000);
  }

  /** `active/inactive/persistent` of each server, in the order of the list, of all services. */
  get counts(): Record<string, string> {
    const servers = this.director.snapshot().services.flatMap((service) => service.servers);
    return Object.fromEntries(
      servers.map((s) => [
        s.address,
        `${s.activeConnections}/${s.inactiveConnections}/${s.persistentConnections}`,
      ]),
    );
  }

  #receive(port: number, frame: Uint8Array): string {
    this.director.advance(1);
    const { verdict } = this.director.receive(port, frame);
    const [sent] = this.director.takeSent();
    if (sent === undefined) {
      return verdict === VERDICT.pass || verdict === VERDICT.deliver ? 'stack' : 'nothing';
    }
    if (sent.port === CLIENT_PORT) {
      return sent.frame[23] === ICMP ? 'icmp' : `client from ${ipText(sent.frame, 26)}`;
    }
    const station = sent.frame[5] as number;
    return NEIGHBOURS.has(`10.0.2.${station}`) ? `rs${station - 10}` : `to ${ipText(sent.frame, 30)}`;
  }
}

function endpoints({ client = '10.8.0.1:1000', virtual = `${VIP}:80` }: Ends) {
  return { client: endpoint(client), virtual: endpoint(virtual) };
}

function endpoint(text: string): Endpoint {
  const [address = '', port = '0'] = text.split(':');
  return { address, port: Number(port) };
}
