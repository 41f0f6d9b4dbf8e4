/** What a stage with scripted hosts has of its topology and of those hosts, wherever its links are. */
import type { Topology } from '../../lab/index.ts';
import { MODES } from '../../lab/modes.ts';
import { clientAddress } from '../../lab/topologies/packet-topology.ts';
import type { Stage } from '../../scenarios/kit/stage.ts';
import type { ScriptedHosts } from './scripted-hosts.ts';

export abstract class ScriptedStage {
  readonly topology: Topology;
  protected abstract readonly cast: ScriptedHosts;
  readonly #index: number;

  /** @param index Number of the case: its clients are in a /24 that follows from it. */
  constructor(topology: Topology, index: number) {
    this.topology = topology;
    this.#index = index;
  }

  get mode() {
    return this.topology.name;
  }

  get vip(): string {
    return this.topology.vip;
  }

  get dip(): string {
    return this.topology.dip;
  }

  get method(): Stage['method'] {
    return MODES[this.mode].ipvsadmOption;
  }

  get client() {
    return this.cast.client;
  }

  get servers() {
    return this.cast.servers;
  }

  clientAddress(n = 1): string {
    return clientAddress(this.#index, n);
  }
}
