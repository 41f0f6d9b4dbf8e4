/** A station on wires that end at the test: what it sends is kept, and what it is brought is said frame by frame. */
import {
  type ArpFields,
  arpAnswer,
  arpQuestion,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV4,
  ipFrame,
  readArp,
  readEthernet,
} from '../../../lab/frames/index.ts';
import { VirtualClock } from '../../../lab/memory/index.ts';
import { ScriptedStation, type StationOptions } from '../../../lab/stations/index.ts';
import type { Host } from '../../../lab/topology.ts';

export const STATION_MAC = '02:00:0a:00:02:0b';
export const OTHER_MAC = '02:00:0a:00:02:fe';

/** One interface, 10.0.2.11/24, and a gateway, 10.0.2.254. */
export function hostSpec(changes: Partial<Host> = {}): Host {
  return {
    name: 'rs1',
    role: 'server',
    interfaces: [{ name: 'eth0', switch: 'servers', mac: STATION_MAC, addresses: ['10.0.2.11/24'] }],
    loopback: [],
    routes: [{ to: 'default', via: '10.0.2.254' }],
    sysctls: {},
    ...changes,
  };
}

export class Wire {
  readonly clock = new VirtualClock();
  readonly station: ScriptedStation;
  readonly sent: { readonly port: string; readonly frame: Uint8Array }[] = [];

  constructor(spec: Host, options: Partial<StationOptions> = {}) {
    this.station = new ScriptedStation({
      spec,
      time: this.clock,
      send: (port, frame) => this.sent.push({ port, frame }),
      ...options,
    });
  }

  /** IPv4 packets that it has sent, with the frame’s destination. */
  get packets(): { readonly port: string; readonly to: string; readonly packet: Uint8Array }[] {
    return this.sent.flatMap(({ port, frame }) => {
      const { etherType, destination, payload } = readEthernet(frame);
      return etherType === ETHERTYPE_IPV4 ? [{ port, to: destination, packet: payload }] : [];
    });
  }

  get arp(): (ArpFields & { readonly port: string })[] {
    return this.sent.flatMap(({ port, frame }) => {
      const { etherType, payload } = readEthernet(frame);
      return etherType === ETHERTYPE_ARP ? [{ port, ...readArp(payload) }] : [];
    });
  }

  /** Somebody else on the link sends it a packet. */
  bring(packet: Uint8Array, port = 'eth0'): void {
    const { mac } = this.#interface(port);
    this.station.receive(port, ipFrame(OTHER_MAC, mac, packet));
  }

  /** Somebody asks everybody on the link who has an address. */
  ask(target: string, sender: string, port = 'eth0'): void {
    this.station.receive(port, arpQuestion(OTHER_MAC, sender, target));
  }

  /** Its last question is answered. */
  answerArp(mac = OTHER_MAC): void {
    const question = this.arp.findLast(({ operation }) => operation === 'request');
    if (question === undefined) throw new Error('nothing was asked');
    this.station.receive(question.port, arpAnswer(question, mac));
  }

  #interface(port: string) {
    const found = this.station.spec.interfaces.find(({ name }) => name === port);
    if (found === undefined) throw new Error(`no interface ${port}`);
    return found;
  }
}
