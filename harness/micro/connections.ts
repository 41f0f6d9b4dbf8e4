/** What a connection costs: to be opened, to be found among many, to expire, and the worst single insertion. */
import { ConnectionTable, ipv4, METHOD, type NewConnection, PROTOCOL } from '../../director/index.ts';
import { onesSum, put16 } from '../../lab/frames/index.ts';
import { tcpFromClient } from '../replay/frames.ts';
import { CLIENT_PORT } from '../replay/network.ts';
import { CoreLab, VIRTUAL } from './core-lab.ts';
import { type Figure, measure, measureMs } from './measure.ts';

const VIRTUAL_ADDRESS = ipv4(VIRTUAL.address);
const MANY = 1_000_000;
const EXPIRING = 100_000;
/** How many tables are grown, and how many insertions are timed together. */
const GROWTHS = 3;
const INSERTIONS = 100;
const GROWTH_GOAL_MS = 20;

/** Where the SYN's headers and fields begin in its frame. */
const IP = 14;
const IP_CHECKSUM = IP + 10;
const CLIENT_ADDRESS_END = IP + 14;
const TCP = IP + 20;

export async function* connections(): AsyncGenerator<Figure> {
  yield await newConnection();
  yield await lookUp();
  yield await expiry();
  yield slowestInsertion();
}

/** The n-th of many connections, all different. */
export function nthConnection(n: number): NewConnection {
  return {
    protocol: PROTOCOL.tcp,
    clientAddress: (ipv4('10.0.0.0') + (n >>> 8)) | 0,
    clientPort: 1024 + ((n & 255) << 7),
    virtualAddress: VIRTUAL_ADDRESS,
    virtualPort: VIRTUAL.port,
    serverAddress: ipv4('10.0.2.11'),
    serverPort: 80,
    flags: METHOD.masquerade,
    timeoutMs: 60_000,
    destination: 0,
  };
}

/** A SYN through the core. Now and then the clock jumps, so that the connections so far expire. */
async function newConnection(): Promise<Figure> {
  const lab = new CoreLab('-m');
  const client = { address: '10.8.0.1', port: 1 };
  const syn = tcpFromClient(client, VIRTUAL, 'S');
  const call = lab.feed(CLIENT_PORT, syn);
  const connections = new Map<string, object>();
  put16(syn, IP_CHECKSUM, 0);
  put16(syn, CLIENT_ADDRESS_END, 0);
  const otherWords = onesSum(syn.subarray(IP, TCP));
  const next = (i: number) => {
    // Address and port differ each time; the director does not look at TCP's checksum.
    const addressEnd = (i >>> 12) & 0xffff;
    const sum = otherWords + addressEnd;
    put16(syn, CLIENT_ADDRESS_END, addressEnd);
    put16(syn, IP_CHECKSUM, 0xffff - (sum > 0xffff ? sum - 0xffff : sum));
    put16(syn, TCP, 1024 + (i & 0xfff));
    if ((i & 0xffff) === 0) {
      lab.advance(70_000);
    }
    return call();
  };
  return measure({
    group: 'connections',
    name: 'new connection: a SYN through the core',
    call: next,
    reference: {
      name: 'an object in a Map by text',
      call: (i) => {
        if ((i & 0xffff) === 0) connections.clear();
        return connections.set(`6 ${i >>> 12} ${i & 0xfff} ${VIRTUAL.address} 80`, nthConnection(i));
      },
    },
  });
}

async function lookUp(): Promise<Figure> {
  const table = new ConnectionTable(0x5bd1e995);
  const plain = new Map<string, number>();
  for (let n = 0; n < MANY; n++) {
    const one = nthConnection(n);
    table.create(one, 0);
    plain.set(`${one.protocol} ${one.clientAddress} ${one.clientPort}`, n);
  }
  const at = (i: number) => Math.imul(i, 7919) % MANY;
  const addressOf = (n: number) => (ipv4OfTen + (n >>> 8)) | 0;
  const portOf = (n: number) => 1024 + ((n & 255) << 7);
  return measure({
    group: 'connections',
    name: `look-up among ${MANY.toLocaleString('en')}`,
    call: (i) => {
      const n = Math.abs(at(i));
      return table.findIncoming(PROTOCOL.tcp, addressOf(n), portOf(n), VIRTUAL_ADDRESS, VIRTUAL.port);
    },
    reference: {
      name: 'a Map by text',
      call: (i) => {
        const n = Math.abs(at(i));
        return plain.get(`6 ${addressOf(n)} ${portOf(n)}`);
      },
    },
  });
}

const ipv4OfTen = ipv4('10.0.0.0');

/** Opens and expires many at once; the reference does the same with a timer object each, sorted by time. */
async function expiry(): Promise<Figure> {
  const table = new ConnectionTable(0x5bd1e995, 1 << 17);
  let nowMs = 0;
  const figure = await measureMs({
    group: 'connections',
    name: `opened and expired, ${EXPIRING.toLocaleString('en')} of them`,
    call: () => {
      for (let n = 0; n < EXPIRING; n++) table.create(nthConnection(n), nowMs + (n & 1023));
      nowMs += 62_000;
      table.expire(nowMs, (row) => table.remove(row));
      if (table.size !== 0) throw new Error(`${table.size} connections did not expire`);
    },
    reference: {
      name: 'objects in a Map, walked',
      call: () => {
        const plain = new Map<string, { expiresAtMs: number }>();
        for (let n = 0; n < EXPIRING; n++) plain.set(`${n}`, { expiresAtMs: n & 1023, ...nthConnection(n) });
        for (const [key, { expiresAtMs }] of plain) if (expiresAtMs < 62_000) plain.delete(key);
        return plain;
      },
    },
  });
  const perConnection = 1e6 / EXPIRING;
  return {
    ...figure,
    name: 'opened and expired, each',
    unit: 'ns',
    value: figure.value * perConnection,
    reference: figure.reference && { ...figure.reference, value: figure.reference.value * perConnection },
  };
}

/** While a table grows to four million: no packet may wait for it to be moved. */
function slowestInsertion(): Figure {
  const runs = Array.from({ length: GROWTHS }, () => {
    const table = new ConnectionTable(0x5bd1e995);
    return slowestBatchMs((n) => table.create(nthConnection(n), 0));
  });
  return {
    group: 'connections',
    name: `slowest ${INSERTIONS} insertions on the way to ${(4 * MANY).toLocaleString('en')}`,
    unit: 'ms',
    // The least of several: a page fault may be slow at times, a table that is moved is so every time.
    value: Math.min(...runs),
    reference: { name: 'the same without a table', value: slowestBatchMs((n) => nthConnection(n)) },
    goal: GROWTH_GOAL_MS,
  };
}

function slowestBatchMs(call: (n: number) => unknown): number {
  let slowestMs = 0;
  for (let n = 0; n < 4 * MANY; n += INSERTIONS) {
    const before = process.threadCpuUsage();
    for (let i = n; i < n + INSERTIONS; i++) call(i);
    // CPU time of this thread alone, so that time taken by other processes does not count.
    const { user, system } = process.threadCpuUsage(before);
    slowestMs = Math.max(slowestMs, (user + system) / 1000);
  }
  return slowestMs;
}
