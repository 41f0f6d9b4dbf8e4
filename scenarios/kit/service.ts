/** A virtual service of one case with its real servers, and the packets of its clients. */

import { flagBits } from '../../lab/frames/index.ts';
import { MODES } from '../../lab/modes.ts';
import type { Station } from '../../lab/stations/station.ts';
import { type ListedConnection, type ListedServer, readConnections, readServers } from './ipvsadm-lists.ts';
import { Flow, type TcpPart } from './sending/flow.ts';
import type { Stage } from './stage.ts';

export type Protocol = 'tcp' | 'udp' | 'sctp';

const OPTION: Readonly<Record<Protocol, string>> = { tcp: '-t', udp: '-u', sctp: '--sctp-service' };

export interface ServiceSetup {
  /** TCP unless given. */
  readonly protocol?: Protocol;
  /** A port that no other case uses unless given: what an earlier case left behind must not count here. */
  readonly port?: number;
  /** Where its servers listen; the service’s port unless given. */
  readonly serverPort?: number;
  /** A firewall mark that it is for instead of address and port; servers then get packets on the port they were for. */
  readonly mark?: number;
  /** `rr` unless given. */
  readonly scheduler?: string;
  /** More options of the service: `['-p', '60']`. */
  readonly options?: readonly string[];
  /** Of rs1, rs2, rs3, in this order: each one that is given is added. Weight 1 unless given. */
  readonly servers?: readonly ServerSetup[];
}

interface ServerSetup {
  /** That of rs1, rs2, rs3 by its place in the list unless given. */
  readonly address?: string;
  readonly weight?: number;
  /** More options of the server: `['-x', '4']`. */
  readonly options?: readonly string[];
}

/** An address and port that a client sends from. */
export interface Client {
  readonly address: string;
  readonly port: number;
}

/** Where a client’s packet goes. */
interface Target {
  /** The VIP unless given. */
  readonly address?: string;
  /** The service’s port unless given. */
  readonly port?: number;
}

export interface RealServer {
  /** `rs1` */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly weight: number;
}

const THREE_EQUAL: readonly ServerSetup[] = [{}, {}, {}];
const DATA = Uint8Array.from('hello', (letter) => letter.charCodeAt(0));
const NO_DATA = new Uint8Array(0);
const FIRST_CLIENT_PORT = 20_000;
/** The last client of a case’s network (see `Stage.clientAddress`). */
const LAST_CLIENT = 250;
/** The discard port (RFC 863). */
const DISCARD_PORT = 9;

export class Service {
  readonly stage: Stage;
  readonly protocol: Protocol;
  readonly port: number;
  readonly setup: ServiceSetup;
  #packets = 0;

  private constructor(stage: Stage, setup: ServiceSetup) {
    this.stage = stage;
    this.setup = setup;
    this.protocol = setup.protocol ?? 'tcp';
    this.port = setup.port ?? ownPort(stage);
  }

  /** Gives the director the rules of a service. */
  static async add(stage: Stage, setup: ServiceSetup = {}): Promise<Service> {
    const service = new Service(stage, setup);
    const { scheduler = 'rr', options = [], servers = THREE_EQUAL } = setup;
    await stage.director.rules(
      ['-A', ...service.key, '-s', scheduler, ...options].join(' '),
      ...servers.map((server, i) => service.#serverRule('-a', i, server)),
    );
    return service;
  }

  /** `VIP:PORT` */
  get address(): string {
    return `${this.stage.vip}:${this.port}`;
  }

  /** As ipvsadm’s options name the service: `-t VIP:PORT`, `-f MARK`. */
  get key(): readonly [string, string] {
    const { mark } = this.setup;
    return mark === undefined ? [OPTION[this.protocol], this.address] : ['-f', String(mark)];
  }

  /** The port that its servers are listed with. */
  get serverPort(): number {
    return this.setup.mark === undefined ? (this.setup.serverPort ?? this.port) : 0;
  }

  /** The real servers as they were set up. */
  get servers(): readonly RealServer[] {
    return (this.setup.servers ?? THREE_EQUAL).map(({ weight = 1 }, i) => ({
      name: `rs${i + 1}`,
      address: this.#addressOf(i),
      port: this.serverPort,
      weight,
    }));
  }

  /** `RIP:PORT` of the server with this place in the list of stations: 0 is rs1. */
  serverAddress(index: number): string {
    return `${this.#addressOf(index)}:${this.serverPort}`;
  }

  #addressOf(index: number): string {
    return this.setup.servers?.[index]?.address ?? this.stage.servers[index]!.address;
  }

  async addServer(index: number, setup: ServerSetup = {}): Promise<void> {
    await this.stage.director.rules(this.#serverRule('-a', index, setup));
  }

  /** As ipvsadm does it: what is not given goes back to its default. */
  async editServer(index: number, setup: ServerSetup = {}): Promise<void> {
    await this.stage.director.rules(this.#serverRule('-e', index, setup));
  }

  async removeServer(index: number): Promise<void> {
    await this.stage.director.rules(['-d', ...this.key, '-r', this.serverAddress(index)].join(' '));
  }

  /** Changes the service: what is not given goes back to its default. */
  async edit(...options: readonly string[]): Promise<void> {
    await this.stage.director.rules(['-E', ...this.key, ...options].join(' '));
  }

  #serverRule(command: '-a' | '-e', index: number, { weight = 1, options = [] }: ServerSetup): string {
    const { method } = this.stage;
    return [
      command,
      ...this.key,
      '-r',
      this.serverAddress(index),
      method,
      '-w',
      String(weight),
      ...options,
    ].join(' ');
  }

  /** A client’s address and one of its ports. @param n As of `Stage.clientAddress`. */
  client(port = 0, n = 1): Client {
    return { address: this.stage.clientAddress(n), port: FIRST_CLIENT_PORT + port };
  }

  /** Sends a TCP segment to the service. Data goes with PSH. */
  segment(client: Client, flags: string, to?: Target): Uint8Array {
    return this.#send(this.#requests(client, to).segment(this.#nextId(), tcpFields(flags)));
  }

  /** Sends a datagram to the service. */
  datagram(client: Client, to?: Target, payload = DATA): Uint8Array {
    return this.#send(this.#requests(client, to).datagram(this.#nextId(), { payload }));
  }

  /** Sends an SCTP packet to the service. */
  chunk(client: Client, chunks: Uint8Array): Uint8Array {
    return this.#send(this.#requests(client).sctp(chunks, this.#nextId()));
  }

  /** A segment from a server to the client: from its own address in NAT, from the VIP otherwise. */
  reply(server: number, client: Client, flags: string): Uint8Array {
    const packet = this.#replies(server, client).segment(this.#nextId(), tcpFields(flags));
    return this.#send(packet, this.stage.servers[server]);
  }

  /** A datagram from a server to the client. */
  datagramReply(server: number, client: Client): Uint8Array {
    const packet = this.#replies(server, client).datagram(this.#nextId(), { payload: DATA });
    return this.#send(packet, this.stage.servers[server]);
  }

  /** An SCTP packet from a server to the client. */
  chunkReply(server: number, client: Client, chunks: Uint8Array): Uint8Array {
    const packet = this.#replies(server, client).sctp(chunks, this.#nextId());
    return this.#send(packet, this.stage.servers[server]);
  }

  #requests(client: Client, { address = this.stage.vip, port = this.port }: Target = {}): Flow {
    return new Flow({
      source: client.address,
      sourcePort: client.port,
      destination: address,
      destinationPort: port,
    });
  }

  #replies(server: number, client: Client): Flow {
    const { mode, vip, servers } = this.stage;
    return new Flow({
      source: MODES[mode].rewritesAddresses ? servers[server]!.address : vip,
      sourcePort: this.port,
      destination: client.address,
      destinationPort: client.port,
    });
  }

  #nextId(): { readonly id: number } {
    return { id: ++this.#packets };
  }

  #send(packet: Uint8Array, from: Station = this.stage.client): Uint8Array {
    from.send(packet);
    return packet;
  }

  /** SYN and ACK of a connection’s client: all that the director needs to call it established. */
  open(client: Client, to: Target = {}): void {
    this.segment(client, 'S', to);
    this.segment(client, 'A', to);
  }

  /**
   * Sends each server a datagram through a service of its own, so that all MAC addresses are known: only few packets
   * wait for one. To be called before many packets are sent at once.
   */
  async meetServers(): Promise<void> {
    const { director, servers, vip, method } = this.stage;
    const key = ['-u', `${vip}:${DISCARD_PORT}`] as const;
    const lines = servers.map(({ address }) => ['-a', ...key, '-r', `${address}:${DISCARD_PORT}`, method]);
    await director.rules(...[['-A', ...key, '-s', 'rr'], ...lines].map((words) => words.join(' ')));
    servers.forEach((_, i) => {
      this.datagram(this.client(i, LAST_CLIENT), { port: DISCARD_PORT });
    });
    await this.stage.settle();
    await director.rules(['-D', ...key].join(' '));
  }

  /** Entries of this case’s clients, as `ipvsadm -Lnc` lists them. */
  async connections(): Promise<ListedConnection[]> {
    const network = this.stage.clientAddress().replace(/\d+$/, '');
    const list = readConnections(await this.stage.director.ipvsadm('-Lnc'));
    return list.filter(
      ({ client, virtual }) => client.startsWith(network) && !virtual.endsWith(`:${DISCARD_PORT}`),
    );
  }

  /** Its servers, as `ipvsadm -Ln` lists them. */
  async listedServers(): Promise<ListedServer[]> {
    return readServers(await this.stage.director.ipvsadm('-Ln', ...this.key));
  }
}

function tcpFields(flags: string): TcpPart {
  return { flags: flagBits(flags), payload: flags.includes('P') ? DATA : NO_DATA };
}

/** No two cases have clients of the same network, so its number makes a port of their own. */
function ownPort(stage: Stage): number {
  const [, second, third] = stage.clientAddress().split('.').map(Number);
  return 1024 + (((second! << 8) | third!) % 16_384);
}
