import { SCHEDULERS } from '../../../director/schedulers/index.ts';
import { Destination, type DestinationOptions } from '../../../director/services/destination.ts';
import { METHOD } from '../../../director/services/forwarding-method.ts';
import type { FlowKey, Scheduler, SchedulerFactory } from '../../../director/services/scheduler.ts';
import { defaultSettings } from '../../../director/settings.ts';
import { Statistics } from '../../../director/statistics.ts';
import { ipv4 } from '../../../director/wire/addresses.ts';
import { PROTOCOL } from '../../../director/wire/ipv4.ts';

export function options(weight: number, upperThreshold = 0, lowerThreshold = 0): DestinationOptions {
  return { method: METHOD.masquerade, weight, upperThreshold, lowerThreshold };
}

export function flow(source: string, { sourcePort = 10_001, destination = '10.0.0.100' } = {}): FlowKey {
  return {
    source: ipv4(source),
    sourcePort,
    destination: ipv4(destination),
    protocol: PROTOCOL.tcp,
  };
}

const KNOWN: Readonly<Record<string, SchedulerFactory>> = SCHEDULERS;

/** A service with servers A, B, C … at 172.16.0.1:80, 172.16.0.2:80 …, and its scheduler. */
export class Fleet {
  readonly settings = defaultSettings();
  readonly destinations: Destination[] = [];
  flags: number;
  readonly scheduler: Scheduler;
  nowMs = 0;

  constructor(
    scheduler: string | SchedulerFactory,
    { flags = 0, random = () => 0 }: { flags?: number; random?: () => number } = {},
  ) {
    this.flags = flags;
    const factory = typeof scheduler === 'string' ? KNOWN[scheduler] : scheduler;
    if (factory === undefined) throw new Error(`no scheduler ${scheduler}`);
    this.scheduler = factory(this, { settings: this.settings, random });
  }

  /** Adds servers with these weights, named by the next letters. */
  add(...weights: readonly number[]): this {
    for (const weight of weights) {
      const number = this.destinations.length + 1;
      this.addAt(`172.16.0.${number}`, 80, weight);
    }
    return this;
  }

  addAt(address: string, port: number, weight: number): Destination {
    const server = new Destination(
      this.destinations.length,
      ipv4(address),
      port,
      options(weight),
      new Statistics(),
    );
    this.destinations.unshift(server);
    this.scheduler.added?.();
    return server;
  }

  server(letter: string): Destination {
    const number = letter.charCodeAt(0) - 64;
    const found = this.destinations.find(({ address }) => address === ipv4(`172.16.0.${number}`));
    if (found === undefined) throw new Error(`no server ${letter}`);
    return found;
  }

  edit(letter: string, weight: number): void {
    this.server(letter).edit(options(weight));
    this.scheduler.edited?.();
  }

  remove(letter: string): void {
    const server = this.server(letter);
    const index = this.destinations.indexOf(server);
    this.destinations.splice(index, 1);
    server.available = false;
    this.scheduler.removed?.(index);
  }

  /** Letter of the server picked, a dash for none. */
  pick(for_: FlowKey = flow('10.0.0.1')): string {
    const server = this.scheduler.pick(for_, this.nowMs);
    return server === undefined ? '—' : letterOf(server);
  }

  picks(count: number): string {
    return Array.from({ length: count }, () => this.pick()).join('');
  }

  /** Picks of connections that all stay open. */
  held(count: number): string {
    return Array.from({ length: count }, () => {
      const server = this.scheduler.pick(flow('10.0.0.1'), this.nowMs);
      if (server === undefined) return '—';
      server.connections++;
      server.activeConnections++;
      return letterOf(server);
    }).join('');
  }
}

export function letterOf(server: Destination): string {
  return String.fromCharCode(64 + (server.address & 255));
}
