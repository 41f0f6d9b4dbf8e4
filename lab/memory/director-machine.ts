/**
 * The machine of a director in memory: the core sees every frame first, as it does on packet sockets, and what it passes
 * or hands back goes to the machine’s own stack, on which no program listens.
 */

import {
  type Core,
  type DirectorSnapshot,
  type MarkWords,
  type NetworkSnapshot,
  parseMark,
  parseSetting,
  snapshotOf,
} from '../../director/index.ts';

import type { Host, Topology } from '../index.ts';
import type { Ipvsadm } from '../ipvsadm.ts';
import { bareStack, ScriptedStation } from '../stations/index.ts';
import { CoreMachine } from './core-machine.ts';
import { directorNetwork } from './director-network.ts';
import type { MemoryHost, VirtualClock } from './index.ts';
import { ipvsadmOf } from './ipvsadm.ts';

export interface DirectorMachineOptions {
  readonly topology: Topology;
  readonly spec: Host;
  readonly clock: VirtualClock;
  readonly send: (port: string, frame: Uint8Array) => void;
  readonly seed: number;
}

/** As often as the director’s engine does. */
const TICK_MS = 20;

export class DirectorMachine implements MemoryHost {
  readonly ipvsadm: Ipvsadm;
  readonly #machine: CoreMachine;
  readonly #stack: ScriptedStation;
  readonly #clock: VirtualClock;
  #network: NetworkSnapshot;

  constructor({ topology, spec, clock, send, seed }: DirectorMachineOptions) {
    this.#clock = clock;
    this.#network = directorNetwork(topology);
    const names = new Map(this.#network.ports.map(({ index, name }) => [index, name]));
    this.#machine = new CoreMachine({
      network: this.#network,
      seed,
      send: (port, frame) => send(names.get(port) as string, frame),
    });
    this.#stack = new ScriptedStation({ spec, time: clock, send });
    this.#stack.answer(bareStack);
    this.ipvsadm = ipvsadmOf(this.core, () => clock.nowMs);
    this.core.tick(clock.nowMs);
    clock.every(TICK_MS, () => this.core.tick(clock.nowMs));
  }

  get core(): Core {
    return this.#machine.core;
  }

  receive(port: string, frame: Uint8Array): void {
    const { index } = this.#port(port);
    const { handed } = this.#machine.receive(index, frame, this.#clock.nowMs);
    if (handed !== undefined) this.#stack.receive(port, handed);
  }

  snapshot(): DirectorSnapshot {
    return snapshotOf(this.core.state, this.#clock.nowMs);
  }

  /** As `lvs-lab director mark` does. */
  mark(words: MarkWords): void {
    this.core.state.marks.set(parseMark(words));
    this.core.rulesChanged();
  }

  /** @throws RuleError if there is no such setting, or it does not take that value. */
  set(setting: string, value: number): void {
    const change = parseSetting(`${setting}=${value}`);
    this.core.state.settings[change.name] = change.value;
  }

  setMtu(port: string, mtuBytes: number): void {
    const { index } = this.#port(port);
    const ports = this.#network.ports.map((one) => (one.index === index ? { ...one, mtuBytes } : one));
    this.#change({ ...this.#network, ports });
    this.#stack.setMtu(port, mtuBytes);
  }

  setIpForward(ipForward: boolean): void {
    this.#change({ ...this.#network, ipForward });
    this.#stack.setForwarding(ipForward);
  }

  #change(network: NetworkSnapshot): void {
    this.#network = network;
    this.core.setNetwork(network);
  }

  #port(name: string) {
    const found = this.#network.ports.find((port) => port.name === name);
    if (found === undefined) throw new Error(`the director has no interface ${name}`);
    return found;
  }
}
