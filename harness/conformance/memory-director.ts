/**
 * The director of the stage in memory, with what a case does to it. As on packet sockets its packet path and the machine’s
 * own stack, on which no program listens, each see a copy of every frame; of what the director claims, the stack’s copy is
 * dropped, and it gets what the packet path hands back.
 */
import {
  type ControlClient,
  ControlSocketBackend,
  type DirectorSnapshot,
  mac,
  type Port,
  SyncDaemons,
  VERDICT,
} from '../../director/index.ts';
import { ETHERTYPE_IPV4, etherTypeOf, ipFrame } from '../../lab/frames/index.ts';
import type { Host, Topology } from '../../lab/index.ts';
import { type Ipvsadm, ipvsadmOn } from '../../lab/ipvsadm.ts';
import { connectionsTo } from '../../lab/memory/control-connection.ts';
import { directorNetwork } from '../../lab/memory/director-network.ts';
import type { MemoryHost, MemoryNetwork, VirtualClock } from '../../lab/memory/index.ts';
import { PacketsPast } from '../../lab/memory/packets-past.ts';
import { type Handled, VirtualDirector } from '../../lab/memory/virtual-director.ts';
import { bareStack, ScriptedStation } from '../../lab/stations/index.ts';
import type { HandedOver, StageDirector, StageRoute } from '../../scenarios/kit/stage.ts';
import { MemoryControl } from './memory-control.ts';
import { givenRoutes } from './memory-routes.ts';
import { carryOut, markWords, printed, StageError } from './stage-commands.ts';

export interface MemoryStageDirectorOptions {
  readonly topology: Topology;
  readonly spec: Host;
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
  readonly seed: number;
  /** As `PacketCase.room`. */
  readonly room?: number | undefined;
}

const ETHERNET_HEADER_BYTES = 14;
/** What the stack’s packets have before it is known where they go. */
const NO_MAC = '00:00:00:00:00:00';

export class MemoryStageDirector implements StageDirector, MemoryHost {
  readonly clientSideMac: string;
  readonly serverSideMac: string;
  readonly machine: NonNullable<StageDirector['machine']>;
  readonly control: MemoryControl;
  readonly #inbox: Uint8Array[] = [];
  readonly #name: string;
  readonly #director: VirtualDirector;
  readonly #control: ControlClient;
  readonly #ipvsadm: Ipvsadm;
  readonly #stack: ScriptedStation;
  #past: PacketsPast | undefined;
  readonly #links: MemoryNetwork;
  readonly #clientSidePort: string;
  readonly #serverSidePort: string;

  constructor({ topology, spec, clock, network: links, seed, room }: MemoryStageDirectorOptions) {
    const first = spec.interfaces[0];
    const last = spec.interfaces.at(-1);
    if (first === undefined || last === undefined) throw new StageError(`${spec.name} has no interface`);
    this.clientSideMac = first.mac;
    this.serverSideMac = last.mac;
    this.#clientSidePort = first.name;
    this.#serverSidePort = last.name;
    this.#name = spec.name;
    this.#links = links;
    const network = directorNetwork(topology);
    const names = new Map(network.ports.map(({ index, name }) => [index, name]));
    this.#director = new VirtualDirector({
      network,
      clock,
      seed,
      maxConnections: room,
      kernel: { daemons: new SyncDaemons({ start: () => undefined, stop: () => undefined }) },
      send: (port, frame) => links.send(spec.name, names.get(port) as string, frame),
    });
    this.control = new MemoryControl(connectionsTo(this.#director));
    this.#control = this.control.client;
    this.#ipvsadm = ipvsadmOn(new ControlSocketBackend(this.#control));
    this.#stack = new ScriptedStation({
      spec,
      time: clock,
      send: (port, frame) => {
        if (!this.#takeFromStack(frame)) links.send(spec.name, port, frame);
      },
    });
    this.#stack.answer(bareStack);
    this.machine = { inbox: this.#inbox, send: (packet) => this.#sendOwn(packet) };
  }

  receive(port: string, frame: Uint8Array): void {
    const { index } = this.#port(port);
    const isClaimed = this.#director.claims(index, frame);
    const handled = this.#director.receive(index, frame);
    if (!isClaimed) this.#stack.receive(port, frame);
    this.#handOn(port, handled);
  }

  /** The stack gets what the packet path delivers. */
  #handOn(port: string, { verdict, handed }: Handled): void {
    if (verdict !== VERDICT.deliver || handed === undefined) return;
    this.#inbox.push(handed.slice(ETHERNET_HEADER_BYTES));
    this.#stack.receive(port, handed);
  }

  #sendOwn(packet: Uint8Array): void {
    if (!this.#takeFromStack(ipFrame(NO_MAC, NO_MAC, packet))) this.#stack.send(packet);
  }

  /** True where a frame of the machine’s stack is the director’s: it sends it then, or delivers it here. */
  #takeFromStack(frame: Uint8Array): boolean {
    if (etherTypeOf(frame) !== ETHERTYPE_IPV4 || !this.#director.takes(frame)) return false;
    const { verdict, handed } = this.#director.receiveOwnOutput(frame);
    if (verdict === VERDICT.deliver && handed !== undefined) {
      this.#inbox.push(handed.slice(ETHERNET_HEADER_BYTES));
    }
    return true;
  }

  async rules(...lines: string[]): Promise<void> {
    await carryOut(this.#ipvsadm, lines);
  }

  ipvsadm(...args: string[]): Promise<string> {
    return printed(this.#ipvsadm, args);
  }

  mark(destination: string, mark: number, port?: number): Promise<void> {
    return this.#control.mark(markWords(destination, mark, port));
  }

  set(setting: string, value: number): Promise<void> {
    return this.#control.set(`${setting}=${value}`);
  }

  async settings(): Promise<Readonly<Record<string, number>>> {
    return { ...(await this.#control.settings()) };
  }

  async setServerSideMtu(bytes: number): Promise<void> {
    this.#setMtu(this.#serverSidePort, bytes);
  }

  async setClientSideMtu(bytes: number): Promise<void> {
    this.#setMtu(this.#clientSidePort, bytes);
  }

  async setIpForward(on: boolean): Promise<void> {
    this.#director.setNetwork({ ...this.#director.network, ipForward: on });
    this.#stack.setForwarding(on);
  }

  receiveMerged(packet: Uint8Array, segmentBytes: number): void {
    const frame = ipFrame(NO_MAC, this.clientSideMac, packet);
    this.#director.receiveUnfinished(this.#port(this.#clientSidePort).index, frame, segmentBytes);
  }

  receiveMarked(packet: Uint8Array, mark: number): void {
    const port = this.#clientSidePort;
    const { index } = this.#port(port);
    const frame = ipFrame(NO_MAC, this.clientSideMac, packet);
    const isClaimed = this.#director.claims(index, frame);
    this.#handOn(port, this.#director.receive(index, frame));
    // The mark is put on the copy that is left to the stack.
    if (isClaimed) return;
    const signed = mark | 0;
    if (this.#director.takesMarked(signed)) this.#handOn(port, this.#director.receiveMarked(frame, signed));
    else this.#stack.receive(port, frame);
  }

  handOver(): HandedOver {
    return this.#director.handOver();
  }

  async setPermanentNeighbour(address: string, mac: string | undefined): Promise<void> {
    this.#director.setPermanentNeighbour(this.#port(this.#serverSidePort).index, address, mac);
  }

  setServerSideMac(text: string): void {
    this.#changePort(this.#serverSidePort, { mac: mac(text) });
    this.#links.setMac(this.#name, this.#serverSidePort, text);
  }

  setServerSideArp(on: boolean): void {
    const port = this.#port(this.#serverSidePort);
    // As the kernel does: frames go to the interface’s own address where nobody can be asked.
    this.#changePort(port.name, { neighbourMac: on ? undefined : port.mac });
  }

  setNeighbourLimits([keptEntries, softEntries, mostEntries]: readonly [number, number, number]): void {
    const neighbourLimits = { keptEntries, softEntries, mostEntries };
    this.#director.setNetwork({ ...this.#director.network, neighbourLimits });
  }

  setFreePages(pages: number): void {
    this.#director.setFreePages(pages);
  }

  forwardPast(to: 'servers' | 'clients', packets: number, bytes: number): void {
    const { state } = this.#director.core;
    this.#past ??= new PacketsPast(state);
    state.shortcut = this.#past;
    this.#past.forward(to, packets, bytes);
  }

  lost(): number {
    return Object.values(this.#director.snapshot().drops).reduce((sum, count) => sum + count, 0);
  }

  kept(): Readonly<Record<string, number | string>> {
    return this.#director.kept();
  }

  async setRoute(to: string, route?: StageRoute): Promise<void> {
    const { network } = this.#director;
    const given = givenRoutes(
      network,
      this.#port(this.#serverSidePort).index,
      to,
      route,
      this.#director.nowMs,
    );
    this.#director.setRoutes(given);
  }

  snapshot(): Promise<DirectorSnapshot> {
    return this.#control.snapshot();
  }

  offers(): boolean {
    return true;
  }

  #setMtu(name: string, mtuBytes: number): void {
    this.#changePort(name, { mtuBytes });
    this.#links.setMtu(this.#name, name, mtuBytes);
    this.#stack.setMtu(name, mtuBytes);
  }

  #changePort(name: string, change: Partial<Port>): void {
    const { network } = this.#director;
    const ports = network.ports.map((port) => (port.name === name ? { ...port, ...change } : port));
    this.#director.setNetwork({ ...network, ports });
  }

  #port(name: string): Port {
    const found = this.#director.network.ports.find((port) => port.name === name);
    if (found === undefined) throw new StageError(`the director has no interface ${name}`);
    return found;
  }
}
