/** Who plays beside the director: everybody else of the topology, scripted. */
import type { Topology } from '../../lab/index.ts';
import { bareStack, ScriptedStation, type StationTime } from '../../lab/stations/index.ts';
import { CLIENTS_PREFIX } from '../../lab/topologies/packet-topology.ts';

export interface Wires {
  readonly time: StationTime;
  /** Puts a frame on the link that a host’s interface is plugged into. */
  send(host: string, port: string, frame: Uint8Array): void;
}

export class ScriptedHosts {
  /** Every station by its host’s name. */
  readonly stations: ReadonlyMap<string, ScriptedStation>;
  readonly client: ScriptedStation;
  readonly servers: readonly [ScriptedStation, ScriptedStation, ScriptedStation];

  constructor(topology: Topology, wires: Wires) {
    const stations = topology.hosts
      .filter(({ role }) => role !== 'director')
      .map((spec) => {
        const station = new ScriptedStation({
          spec,
          time: wires.time,
          send: (port, frame) => wires.send(spec.name, port, frame),
          standsFor: spec.role === 'client' ? [CLIENTS_PREFIX] : [],
        });
        if (spec.role === 'router') station.answer(bareStack);
        return station;
      });
    this.stations = new Map(stations.map((station) => [station.name, station]));
    this.client = this.#named('client');
    this.servers = [this.#named('rs1'), this.#named('rs2'), this.#named('rs3')];
  }

  #named(name: string): ScriptedStation {
    const found = this.stations.get(name);
    if (found === undefined) throw new Error(`the topology has no host ${name}`);
    return found;
  }
}
