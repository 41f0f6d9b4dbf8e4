import { snapshotOf } from '../../../director/control/snapshot.ts';
import type { Settings } from '../../../director/settings.ts';
import { VERDICT } from '../../../director/verdict.ts';
import { formatIpv4, ipv4 } from '../../../director/wire/addresses.ts';
import { writeU16 } from '../../../director/wire/bytes.ts';
import { ETHERTYPE, writeEthernet } from '../../../director/wire/ethernet.ts';
import { ipDestination, ipSource, PROTOCOL, writeIpv4 } from '../../../director/wire/ipv4.ts';
import { MemoryDirector } from '../../../harness/replay/memory-director.ts';
import {
  CLIENT_PORT,
  CLIENT_SIDE_MAC,
  macOf,
  NETWORK,
  SERVER_PORT,
  SERVER_SIDE_MAC,
} from '../../../harness/replay/network.ts';
import { tcpFrame, udpFrame } from '../../../harness/replay/segments.ts';
import { flagBits } from '../../../lab/frames/index.ts';

export const VIP = '10.99.0.1';
const STATIONS = new Map(
  ['10.0.1.2', '10.0.2.11', '10.0.2.12', '10.0.2.13'].map((ip) => [ip, macOf(ipv4(ip))]),
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
  readonly director = new MemoryDirector(NETWORK, STATIONS);

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
    return this.#receive(CLIENT_PORT, tcpFrame(toDirector(CLIENT_PORT), client, virtual, flagBits(flags)));
  }

  udp(ends: Ends = {}): string {
    const { client, virtual } = endpoints(ends);
    return this.#receive(CLIENT_PORT, udpFrame(toDirector(CLIENT_PORT), client, virtual));
  }

  tcpReply(flags: string, from: string, to = '10.8.0.1:1000'): string {
    return this.#receive(
      SERVER_PORT,
      tcpFrame(toDirector(SERVER_PORT), endpoint(from), endpoint(to), flagBits(flags)),
    );
  }

  udpReply(from: string, to = '10.8.0.1:1000'): string {
    return this.#receive(SERVER_PORT, udpFrame(toDirector(SERVER_PORT), endpoint(from), endpoint(to)));
  }

  /** An SCTP packet of chunks with these types, four bytes each. */
  sctp(chunks: readonly number[], { client = '10.8.0.1:1000', virtual = `${VIP}:80` }: Ends = {}): string {
    const payload = new Uint8Array(12 + 4 * chunks.length);
    writeU16(payload, 0, endpoint(client).port);
    writeU16(payload, 2, endpoint(virtual).port);
    chunks.forEach((type, i) => {
      payload[12 + 4 * i] = type;
      writeU16(payload, 14 + 4 * i, 4);
    });
    return this.ip(PROTOCOL.sctp, payload, client, virtual);
  }

  /** Any packet from a client. */
  ip(protocol: number, payload: Uint8Array, client: string, virtual: string): string {
    const frame = new Uint8Array(34 + payload.length);
    writeEthernet(frame, 0, CLIENT_SIDE_MAC, macOf(ipv4('10.0.1.2')), ETHERTYPE.ipv4);
    writeIpv4(frame, 14, {
      tos: 0,
      totalBytes: 20 + payload.length,
      id: 1,
      dontFragment: false,
      ttl: 64,
      protocol,
      source: endpoint(client).address,
      destination: endpoint(virtual).address,
    });
    frame.set(payload, 34);
    return this.#receive(CLIENT_PORT, frame);
  }

  /** The connection table as `ipvsadm -Lnc` has it: protocol, state, client, virtual, server; sorted. */
  get connections(): string[] {
    const { core, nowMs } = this.director;
    return snapshotOf(core.state, nowMs)
      .connections.map((c) => `${c.protocol} ${c.state} ${c.client} ${c.virtual} ${c.server}`)
      .sort();
  }

  /** Whole seconds that are left to the only entry in this state, rounded. */
  secondsLeft(state: string): number {
    const { core, nowMs } = this.director;
    const found = snapshotOf(core.state, nowMs).connections.filter((one) => one.state === state);
    if (found.length !== 1) throw new Error(`${found.length} entries in ${state}`);
    return Math.round((found[0]?.expiresInMs ?? 0) / 1000);
  }

  /** `active/inactive/persistent` of each server, in the order of the list, of all services. */
  get counts(): Record<string, string> {
    const { core, nowMs } = this.director;
    const servers = snapshotOf(core.state, nowMs).services.flatMap((service) => service.servers);
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
      return sent.frame[23] === PROTOCOL.icmp
        ? 'icmp'
        : `client from ${formatIpv4(ipSource(sent.frame, 14))}`;
    }
    const station = sent.frame[5] as number;
    return STATIONS.has(`10.0.2.${station}`)
      ? `rs${station - 10}`
      : `to ${formatIpv4(ipDestination(sent.frame, 14))}`;
  }
}

function endpoints({ client = '10.8.0.1:1000', virtual = `${VIP}:80` }: Ends) {
  return { client: endpoint(client), virtual: endpoint(virtual) };
}

function endpoint(text: string): { address: number; port: number } {
  const [address = '', port = '0'] = text.split(':');
  return { address: ipv4(address), port: Number(port) };
}

function toDirector(port: number) {
  return port === CLIENT_PORT
    ? { from: macOf(ipv4('10.0.1.2')), to: CLIENT_SIDE_MAC }
    : { from: macOf(ipv4('10.0.2.11')), to: SERVER_SIDE_MAC };
}
