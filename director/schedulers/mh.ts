/** Maglev hashing: a client's address (and port) leads to a server, and keeps to it while others come and go. */
import type { Destination } from '../services/destination.ts';
import type { FlowKey, Scheduled, Scheduler } from '../services/scheduler.ts';
import { SERVICE_FLAG } from '../services/virtual-service.ts';
import { type MaglevMember, maglevTable } from './maglev.ts';
import { sipHash13 } from './siphash.ts';
import { measureWeights } from './weights.ts';

const FALLBACK = SERVICE_FLAG.sched1;
const WITH_PORT = SERVICE_FLAG.sched2;

const OFFSET_KEY = 2_654_435_761;
const SKIP_KEY = 2_654_446_892;

/** Slots of the table, as the kernel has them where it is built as usual (CONFIG_IP_VS_MH_TAB_INDEX=12). */
const SLOTS = 4093;
/** A server claims fewer than 2^6 slots a round, whatever the weights. */
const TURN_BITS = 6;

/** Where the walk of a server through a table of this size starts, and how far its steps are. */
export function walkOf(server: { readonly address: number; readonly port: number }, size: number) {
  const at = server.address + server.port;
  return {
    offset: (sipHash13(at, OFFSET_KEY) >>> 0) % size,
    skip: ((sipHash13(at, SKIP_KEY) >>> 0) % (size - 1)) + 1,
  };
}

export function maglevHashing(service: Scheduled): Scheduler {
  /** Servers as they stood when the table was made; slots hold their indexes. */
  let members: readonly Destination[] = [];
  let slots: Int32Array | undefined;

  function rebuild(): void {
    const { destinations } = service;
    if (destinations.length > SLOTS) return;
    members = [...destinations];
    slots = undefined;
    const { divisor, highest } = measureWeights(members.map(({ lastWeight }) => lastWeight));
    if (divisor === 0) return;
    const shift = Math.max(0, 32 - Math.clz32(highest / divisor) - TURN_BITS);
    const walks: MaglevMember[] = members.map((server) => ({
      ...walkOf(server, SLOTS),
      turns: (server.lastWeight / divisor) >> shift || (server.lastWeight > 0 ? 1 : 0),
    }));
    slots = maglevTable(walks, SLOTS);
  }

  function at(hash: number): Destination | undefined {
    return slots === undefined ? undefined : members[slots[(hash >>> 0) % SLOTS] as number];
  }

  function pick(flow: FlowKey): Destination | undefined {
    const port = (service.flags & WITH_PORT) !== 0 ? flow.sourcePort : 0;
    const client = flow.source + port;
    const hash = sipHash13(client, OFFSET_KEY);
    const first = at(hash);
    if (first === undefined || first.eligible) return first;
    if ((service.flags & FALLBACK) === 0) return undefined;
    const start = (hash >>> 0) % SLOTS;
    for (let tried = 0; tried < SLOTS; tried++) {
      const round = (tried + start) % SLOTS;
      const other = at(sipHash13(client + round, OFFSET_KEY));
      if (other === undefined || other.eligible) return other;
    }
    return undefined;
  }

  rebuild();
  return {
    name: 'mh',
    pick,
    added: rebuild,
    removed: rebuild,
    edited: rebuild,
    inspect: () => ({
      'slots of each server (list order)':
        slots === undefined
          ? 'none'
          : members.map((_, i) => slots?.filter((slot) => slot === i).length).join(' '),
    }),
  };
}
