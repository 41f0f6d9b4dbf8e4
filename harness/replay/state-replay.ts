/** A director set up as for the recordings of connection states, and its connections as `ipvsadm -Lnc` shows them. */
import { connectionState, formatIpv4, ipv4, PROTOCOL } from '../../director/index.ts';
import { ALL_MODES, MODES } from '../../lab/modes.ts';
import type { DeliveryOutcome } from './delivery-outcome.ts';
import { type Endpoint, tcpFromClient, tcpFromServer, udpFromClient, udpFromServer } from './frames.ts';
import { serverAddress, VIP } from './network.ts';
import { RecordingError } from './recording.ts';
import { ReplayDirector } from './replay-director.ts';

const SERVICE_PORT = 80;

/** How the director was set up for one set of recordings. */
export interface StateSetting {
  /** Option of `ipvsadm -a`. */
  readonly forwardingOption: string;
  readonly sysctls: readonly (readonly [name: string, value: number])[];
  /** Arguments of `ipvsadm --set`; undefined for the defaults. */
  readonly timeouts: string | undefined;
}

export interface StateRules {
  readonly protocol: 'tcp' | 'udp';
  /** Number of servers, from 10.0.2.11 on. */
  readonly servers: number;
  readonly setting: StateSetting;
}

/** Server, active and inactive connections. */
export type RecordedCounts = readonly (readonly [server: string, active: number, inactive: number])[];

/** A connection in the connection table. */
export interface SeenState {
  readonly state: string;
  /** Seconds until it expires, with their fraction. */
  readonly expires: number;
}

export class StateReplay {
  readonly director = new ReplayDirector();
  readonly #rules: StateRules;
  readonly #virtual: Endpoint = { address: VIP, port: SERVICE_PORT };

  constructor(rules: StateRules) {
    this.#rules = rules;
    const { protocol, setting } = rules;
    for (const [name, value] of setting.sysctls) this.director.set(name, value);
    if (setting.timeouts !== undefined) this.director.rules(`--set ${setting.timeouts}`);
    const service = `${protocol === 'tcp' ? '-t' : '-u'} ${VIP}:${SERVICE_PORT}`;
    this.director.rules(`-A ${service} -s rr`);
    for (let i = 1; i <= rules.servers; i++) {
      this.director.rules(`-a ${service} -r ${serverAddress(i)}:${SERVICE_PORT} ${setting.forwardingOption}`);
    }
  }

  /** Plays an event such as `in SA`, or `out` for UDP. @param server The sender, if the event is `out`. */
  play(event: string, client: Endpoint, server: string): DeliveryOutcome {
    const [direction, flags = ''] = event.split(' ');
    const from = { address: server, port: SERVICE_PORT };
    const isUdp = this.#rules.protocol === 'udp';
    if (direction === 'in') {
      const frame = isUdp
        ? udpFromClient(client, this.#virtual)
        : tcpFromClient(client, this.#virtual, flags);
      return this.director.fromClient(frame);
    }
    const frame = isUdp ? udpFromServer(from, client) : tcpFromServer(from, client, flags);
    return this.director.fromServer(frame);
  }

  /** The client's connection, or undefined if there is none. */
  connectionOf(client: Endpoint): SeenState | undefined {
    const { table } = this.director.core.state.connections;
    const { protocol } = this.#rules;
    const row = table.findIncoming(
      PROTOCOL[protocol],
      ipv4(client.address),
      client.port,
      ipv4(this.#virtual.address),
      this.#virtual.port,
    );
    if (row < 0) return undefined;
    const { state, expiresInMs } = connectionState(table, row, this.director.nowMs);
    return { state, expires: expiresInMs / 1000 };
  }

  describe(): string[] {
    return this.director.describe();
  }

  /** What differs, a line each. */
  compareCounts(recorded: RecordedCounts = []): string[] {
    return recorded.flatMap(([server, active, inactive]) => {
      const seen = this.countsOf(server);
      if (seen?.[0] === active && seen[1] === inactive) return [];
      return [
        `${server} (active inactive): recorded ${active} ${inactive}, seen ${seen?.join(' ') ?? 'no such server'}`,
      ];
    });
  }

  /** Active and inactive connections of a server; undefined if there is no such server. */
  countsOf(server: string): readonly [active: number, inactive: number] | undefined {
    const { destinations } = this.director.service;
    const found = destinations.find(({ address }) => formatIpv4(address) === server);
    return found && [found.activeConnections, found.inactiveConnections];
  }
}

/** Reads the name of a set of recordings, such as `nat`, `dr secure_tcp=3` or `nat timeouts 100 20 30`. */
export function parseStateSetting(text: string): StateSetting {
  const [first = '', ...rest] = text.split(' ');
  // UDP was recorded under NAT; the names of its sets do not say so.
  const mode = ALL_MODES.find((known) => known === first);
  const words = mode === undefined ? [first, ...rest] : rest;
  const sysctls: [string, number][] = [];
  let timeouts: string | undefined;
  while (words.length > 0) {
    const word = words.shift() as string;
    const sysctl = /^(\w+)=(\d+)$/.exec(word);
    if (word === 'default') continue;
    if (word === 'timeouts') timeouts = words.splice(0, 3).join(' ');
    else if (sysctl !== null) sysctls.push([sysctl[1] as string, Number(sysctl[2])]);
    else throw new RecordingError(`unknown word "${word}" in the setting "${text}"`);
  }
  return { forwardingOption: MODES[mode ?? 'nat'].ipvsadmOption, sysctls, timeouts };
}

/** Compares an entry with a row of `ipvsadm -Lnc`: the state exactly, the time within a second. */
export function compareEntry(
  seen: SeenState | undefined,
  recordedState: string | null,
  recordedExpires: number | null,
): string[] {
  if (recordedState === null)
    return seen === undefined ? [] : [`recorded: no connection; seen: ${seen.state}`];
  if (seen === undefined) return [`recorded: ${recordedState}; seen: no connection`];
  const findings: string[] = [];
  if (seen.state !== recordedState) findings.push(`recorded state ${recordedState}; seen ${seen.state}`);
  if (recordedExpires !== null && Math.abs(seen.expires - recordedExpires) > 1) {
    findings.push(`recorded to expire in ${recordedExpires} s; seen ${seen.expires} s`);
  }
  return findings;
}
