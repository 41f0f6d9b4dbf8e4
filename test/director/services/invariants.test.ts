import fc from 'fast-check';
import { expect, test } from 'vitest';
import { INACTIVE, METHOD_MASK, TEMPLATE } from '../../../director/connections/flags.ts';
import { SCHEDULERS } from '../../../director/schedulers/index.ts';
import { formatIpv4 } from '../../../director/wire/addresses.ts';
import { VIP, World } from '../connections/world.ts';

const SERVICE = `-t ${VIP}:80`;

type Action =
  | { readonly do: 'connect' | 'ack' | 'reset' | 'finish' | 'reply'; readonly client: number }
  | { readonly do: 'add' | 'edit'; readonly server: number; readonly weight: number; readonly upper: number }
  | { readonly do: 'delete'; readonly server: number }
  | { readonly do: 'wait'; readonly seconds: number };

const client = fc.integer({ min: 1, max: 6 });
const server = fc.integer({ min: 1, max: 3 });
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('connect', 'ack', 'reset', 'finish', 'reply'),
      client,
    }) as fc.Arbitrary<Action>,
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('add', 'edit'),
      server,
      weight: fc.integer({ min: 0, max: 3 }),
      upper: fc.constantFrom(0, 0, 1, 2, 4),
    }) as fc.Arbitrary<Action>,
  },
  fc.record({ do: fc.constant('delete' as const), server }),
  fc.record({ do: fc.constant('wait' as const), seconds: fc.constantFrom(1, 15, 70) }),
);

class Model {
  readonly world: World;
  readonly #servers = new Set<number>();
  /** With which server each client's connection is, as its packets showed. */
  readonly #homes = new Map<number, string>();

  constructor(rules: string, settings: Record<string, number>) {
    this.world = new World(`-A ${SERVICE} ${rules}`);
    this.world.set(settings);
  }

  do(step: Action): void {
    switch (step.do) {
      case 'connect':
        this.#connect(step.client);
        break;
      case 'ack':
        this.#follow(step.client, 'A');
        break;
      case 'reset':
        this.#follow(step.client, 'R');
        break;
      case 'finish':
        this.#follow(step.client, 'FA');
        break;
      case 'reply':
        this.world.tcpReply('SA', `${this.#homeOf(step.client)}:80`, this.#endpoint(step.client));
        break;
      case 'add':
      case 'edit':
        this.#configure(step);
        break;
      case 'delete':
        if (this.#servers.delete(step.server)) this.world.rules(`-d ${SERVICE} -r 10.0.2.1${step.server}:80`);
        break;
      case 'wait':
        this.world.wait(step.seconds);
        break;
    }
    this.check();
  }

  /** What must hold whatever happens. */
  check(): void {
    const { services, connections } = this.world.director.core.state;
    const { table } = connections;
    const seen = new Map<number, { total: number; active: number; templates: number }>();
    const controlled = new Map<number, number>();
    for (const row of table.rows()) {
      const id = table.destination[row] as number;
      const flags = table.flags[row] as number;
      const of = seen.get(id) ?? { total: 0, active: 0, templates: 0 };
      seen.set(id, of);
      expect(flags & METHOD_MASK).toBe(0);
      if (flags & TEMPLATE) of.templates++;
      else of.total++;
      if ((flags & (TEMPLATE | INACTIVE)) === 0) of.active++;
      const controller = table.controller[row] as number;
      if (controller >= 0) controlled.set(controller, (controlled.get(controller) ?? 0) + 1);
    }
    for (const row of table.rows()) expect(table.controlled[row]).toBe(controlled.get(row) ?? 0);
    const known = [
      ...[...services.all()].flatMap(({ destinations }) => destinations),
      ...[...services.parked()].map(({ destination }) => destination),
    ];
    for (const one of known) {
      const of = seen.get(one.id) ?? { total: 0, active: 0, templates: 0 };
      expect([one.connections, one.activeConnections, one.persistentConnections]).toEqual([
        of.total,
        of.active,
        of.templates,
      ]);
      expect(one.activeConnections + one.inactiveConnections).toBe(one.connections);
      seen.delete(one.id);
    }
    expect(seen.size).toBe(0);
  }

  #connect(n: number): void {
    const before = this.#entryOf(n);
    const eligible = this.#eligible();
    const got = this.world.tcp('S', { client: this.#endpoint(n) });
    const after = this.#entryOf(n);
    if (before !== undefined && after?.row === before.row) {
      // The same connection: it stays where it was.
      expect(after.server).toBe(before.server);
    } else if (got.startsWith('rs') && !this.#isPersistent) {
      expect(eligible).toContain(after?.server);
    }
    if (after !== undefined) this.#homes.set(n, after.server);
  }

  /** A packet of a connection never goes to another server than before. */
  #follow(n: number, flags: string): void {
    const before = this.#entryOf(n);
    const got = this.world.tcp(flags, { client: this.#endpoint(n) });
    if (before === undefined) expect(got).toBe('stack');
    else expect([`rs${before.server.at(-1)}`, 'nothing', 'stack']).toContain(got);
  }

  #configure({ do: what, server: n, weight, upper }: Extract<Action, { weight: number }>): void {
    const isThere = this.#servers.has(n);
    if (isThere !== (what === 'edit')) return;
    this.#servers.add(n);
    this.world.rules(`${isThere ? '-e' : '-a'} ${SERVICE} -r 10.0.2.1${n}:80 -m -w ${weight} -x ${upper}`);
  }

  get #isPersistent(): boolean {
    return [...this.world.director.core.state.services.all()].some(({ persistent }) => persistent);
  }

  #eligible(): string[] {
    return [...this.world.director.core.state.services.all()]
      .flatMap(({ destinations }) => destinations)
      .filter((one) => one.weight > 0 && (!one.overloaded || one.cacheEntries > 0))
      .map(({ address }) => formatIpv4(address));
  }

  #entryOf(n: number): { readonly row: number; readonly server: string } | undefined {
    const { table } = this.world.director.core.state.connections;
    for (const row of table.rows()) {
      if (table.clientPort[row] === 1000 + n)
        return { row, server: formatIpv4(table.serverAddress[row] as number) };
    }
    return undefined;
  }

  #homeOf(n: number): string {
    return this.#homes.get(n) ?? '10.0.2.11';
  }

  #endpoint(n: number): string {
    return `10.8.0.${n}:${1000 + n}`;
  }
}

const settings = fc.record({
  conn_reuse_mode: fc.constantFrom(0, 1, 2),
  expire_nodest_conn: fc.constantFrom(0, 1),
  expire_quiescent_template: fc.constantFrom(0, 1),
  secure_tcp: fc.constantFrom(0, 3),
  drop_entry: fc.constantFrom(0, 3),
});

test.each(Object.keys(SCHEDULERS))(
  '%s: counts are the sum of the connections, nobody ineligible is chosen, no connection moves',
  (scheduler) => {
    const persistence = fc.constantFrom('', '-p 30', '-p 100 -M 255.255.255.252');
    fc.assert(
      fc.property(persistence, settings, fc.array(action, { maxLength: 40 }), (options, values, actions) => {
        const model = new Model(`-s ${scheduler} ${options}`, values);
        for (const step of actions) model.do(step);
      }),
      { numRuns: 15 },
    );
  },
);
