/** Program: the client of the faults. Keeps connections of every kind of traffic while something fails, and says what became of each. */
import { setTimeout as sleep } from 'node:timers/promises';
import { answerRequests } from '../../lab/conversation.ts';
import type { ObservedConnection } from '../../scenarios/faults/observation.ts';
import type { ClientOrder, FaultLoad, Opened, Target } from './client-orders.ts';
import { settled } from './settled.ts';
import { TcpConnection } from './tcp-connection.ts';
import { UdpFlow } from './udp-flow.ts';

const BULK_BYTES = 16 * 1024;
const PAGE_BYTES = 64;
const BULK_PAUSE_MS = 20;
const DATAGRAM_EVERY_MS = 50;
const NEW_EVERY_MS = 40;
const OPENING_MS = 20_000;
/** By then a fast path has taken up a connection that transfers bodies, and a flow of datagrams. */
const BULK_ANSWERS = 30;
const FLOW_ANSWERS = 15;
/** How long connections have that are expected to get no answer. */
const SILENT_MS = 1_500;

type Finish = Extract<ClientOrder, { order: 'finish' }>;

class Traffic {
  readonly #target: Target;
  readonly #idle: TcpConnection[];
  readonly #bulk: TcpConnection[];
  readonly #flows: UdpFlow[];
  readonly #new: TcpConnection[] = [];
  readonly #timers: NodeJS.Timeout[] = [];
  #isClosed = false;

  constructor(target: Target, { idle, bulk, flows }: FaultLoad) {
    this.#target = target;
    this.#idle = Array.from({ length: idle }, () => new TcpConnection('idle', target));
    this.#bulk = Array.from({ length: bulk }, () => new TcpConnection('bulk', target));
    this.#flows = Array.from({ length: flows }, () => new UdpFlow(target));
    for (const one of this.#idle) one.ask(PAGE_BYTES);
    for (const one of this.#bulk) this.#transfer(one);
    this.#timers.push(setInterval(() => this.#send(), DATAGRAM_EVERY_MS));
  }

  /** @throws Error if one of them gets no answer in time. */
  async opened(goesOn: boolean): Promise<Opened> {
    const all = [...this.#idle, ...this.#bulk, ...this.#flows];
    await settled(() => all.every(({ server }) => server !== undefined), OPENING_MS);
    const isTakenUp = () =>
      this.#bulk.every(({ answers }) => answers >= BULK_ANSWERS) &&
      this.#flows.every(({ answers }) => answers >= FLOW_ANSWERS);
    if (goesOn) await settled(isTakenUp, OPENING_MS);
    const answered = all.filter(({ server }) => server !== undefined).length;
    const victim = this.#idle[0]?.server;
    if (victim === undefined || answered < all.length) {
      const others = all.filter(({ server }) => server === undefined).map((one) => one.observed(0));
      const [first] = others.map(({ traffic, fate }) => `${traffic}: ${fate}`);
      throw new Error(
        `only ${answered} of ${all.length} connections were answered before the fault (${first})`,
      );
    }
    return { victim };
  }

  mark(): void {
    // A director that has forgotten the flows meets them in another order than before, and places them differently.
    this.#flows.reverse();
    for (const one of [...this.#idle, ...this.#bulk, ...this.#flows]) one.mark();
    this.#open();
    this.#timers.push(setInterval(() => this.#open(), NEW_EVERY_MS));
  }

  async finish({ graceMs, silentServer }: Finish): Promise<ObservedConnection[]> {
    const sinceMs = performance.now();
    // Datagrams go on: whether a flow lives is seen from those sent from now on.
    const [datagrams, ...others] = this.#timers;
    for (const timer of others) clearInterval(timer);
    for (const one of this.#idle) one.ask(PAGE_BYTES);
    const connections = [...this.#idle, ...this.#bulk, ...this.#flows];
    const unsettled = () => [
      ...connections.filter((one) => !one.isSettled(sinceMs)),
      ...this.#new.filter((one) => !one.isSettled(0)),
    ];
    const mayBeSilent = ({ server = silentServer }: { readonly server: string | undefined }) =>
      server === silentServer;
    await settled(() => unsettled().length === 0, silentServer === undefined ? graceMs : SILENT_MS);
    if (silentServer !== undefined) await settled(() => unsettled().every(mayBeSilent), graceMs);
    clearInterval(datagrams);
    const seen = [
      ...connections.map((one) => one.observed(sinceMs)),
      ...this.#new.map((one) => one.observed(0)),
    ];
    this.close();
    return seen;
  }

  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearInterval(timer);
    for (const one of [...this.#idle, ...this.#bulk, ...this.#flows, ...this.#new]) one.close();
  }

  async #transfer(one: TcpConnection): Promise<void> {
    while (one.isOpen && !this.#isClosed) {
      await one.ask(BULK_BYTES);
      await sleep(BULK_PAUSE_MS);
    }
  }

  #send(): void {
    for (const flow of this.#flows) flow.send();
  }

  #open(): void {
    const one = new TcpConnection('new', this.#target);
    this.#new.push(one);
    one.ask(PAGE_BYTES);
  }
}

let traffic: Traffic | undefined;

await answerRequests<ClientOrder>(async (asked) => {
  if (asked.order === 'open') {
    traffic?.close();
    traffic = new Traffic(asked.target, asked.load);
    return traffic.opened(asked.goesOn);
  }
  if (traffic === undefined) throw new Error(`nothing is open to ${asked.order}`);
  if (asked.order === 'mark') return traffic.mark();
  const seen = await traffic.finish(asked);
  traffic = undefined;
  return seen;
});
