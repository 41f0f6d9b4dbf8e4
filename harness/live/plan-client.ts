/**
 * Program: carries out the clients' part of a plan, strictly one step after the other. Asked as a `Conversation`, with a
 * list of orders each time.
 *
 * An order to `open` binds the client's address and port, makes its requests and reads the answers to the end; it reports
 * the server's name and the bytes received. `close` ends the client's side and waits until the connection is over.
 * `lost` waits until the servers have ended the connections named, and then ends the client's sides. `probe` makes a
 * request on each of the connections named and gives up those that are not answered.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { answerRequests } from '../../lab/conversation.ts';
import { readAnswer, requestText } from './http-exchange.ts';

export interface OpenOrder {
  readonly do: 'open';
  readonly protocol: 'tcp' | 'udp';
  readonly connection: number;
  readonly client: string;
  readonly clientPort: number;
  readonly address: string;
  readonly port: number;
  readonly requests: number;
  readonly bytes: number;
  readonly endedByServer?: boolean;
}

export type ClientOrder =
  | OpenOrder
  /**
   * `close`: at once; `lost`: as soon as their servers have ended them. `probe` makes a request on each, all at once, and
   * gives up those that are not answered: the answers are for these.
   */
  | { readonly do: 'close' | 'lost' | 'probe'; readonly connections: readonly number[] };

/** The outcome of an `open`, or of a connection that a `probe` gave up. */
export interface Answer {
  readonly connection: number;
  /** By the name in its answers; null if nobody answered. */
  readonly server: string | null;
  /** Of answers' bodies. */
  readonly bytes: number;
  /** What went wrong: a system error such as ECONNREFUSED, or a sentence. */
  readonly problem: string | null;
}

const LIMIT_MS = 5_000;
/** Enough for an answer under load; what a director drops is not answered however long one waits. */
const PROBE_LIMIT_MS = 1_500;
/** What is said of a connection that was not answered in time. */
const NOTHING = 'no answer';

/** After this many connections in a row without any answer, not even a refusal, there is no point in going on. */
const MOST_SILENT = 3;

const open = new Map<number, Socket>();

await answerRequests(carryOut);

async function carryOut(orders: readonly ClientOrder[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  let silent = 0;
  for (const order of orders) {
    if (order.do === 'open') {
      const answer = await (order.protocol === 'udp' ? ask(order) : start(order));
      answers.push(answer);
      silent = answer.problem === NOTHING ? silent + 1 : 0;
      if (silent === MOST_SILENT) break;
    } else if (order.do === 'probe') answers.push(...(await probe(order.connections)));
    else await Promise.all(order.connections.map((connection) => end(connection, order.do === 'lost')));
  }
  return answers;
}

async function start(order: OpenOrder): Promise<Answer> {
  const { connection, client, clientPort, address, port } = order;
  const socket = connect({
    host: address,
    port,
    localAddress: client,
    localPort: clientPort,
    allowHalfOpen: true,
    noDelay: true,
  });
  // Whoever waits for it handles its failure.
  socket.on('error', () => undefined);
  open.set(connection, socket);
  let server: string | null = null;
  let bytes = 0;
  try {
    await within(socket, once(socket, 'connect'));
    for (let i = 0; i < order.requests; i++) {
      const last = order.endedByServer === true && i === order.requests - 1;
      socket.write(requestText(order.bytes, last));
      const answer = await within(socket, readAnswer(socket));
      if (server !== null && answer.server !== server)
        throw new Error(`${server} and ${answer.server} answered`);
      server = answer.server;
      bytes += answer.bytes;
    }
    if (order.endedByServer === true && !socket.readableEnded) await within(socket, once(socket, 'end'));
    return { connection, server, bytes, problem: null };
  } catch (error) {
    socket.destroy();
    open.delete(connection);
    return {
      connection,
      server,
      bytes,
      problem: (error as NodeJS.ErrnoException).code ?? (error as Error).message,
    };
  }
}

/** Ends the client's side of a connection. @param afterServer Waits first until the server has ended its own. */
async function end(connection: number, afterServer: boolean): Promise<void> {
  const socket = open.get(connection);
  if (socket === undefined) return;
  open.delete(connection);
  if (afterServer && !socket.readableEnded && !socket.destroyed) {
    socket.resume();
    await within(socket, Promise.race([once(socket, 'end'), once(socket, 'close')])).catch(() => undefined);
  }
  if (socket.destroyed) return;
  socket.resume();
  socket.end();
  await within(socket, once(socket, 'close')).catch(() => socket.destroy());
  await settled();
}

/**
 * Resolves when the kernel holds no more connections of this host than are open here. Where the server ended first, Node
 * is done with a connection as soon as the client's end has been sent; only its acknowledgement says that it went all the
 * way, past the director. (What waits in TIME_WAIT is not in use.)
 */
async function settled(): Promise<void> {
  const deadlineMs = performance.now() + LIMIT_MS;
  while (performance.now() < deadlineMs) {
    const inUse = /^TCP: inuse (\d+)/m.exec(readFileSync('/proc/self/net/sockstat', 'latin1'))?.[1];
    if (Number(inUse) <= open.size) return;
    await nextTurn();
  }
}

async function probe(connections: readonly number[]): Promise<Answer[]> {
  const asked = connections.map(async (connection): Promise<Answer[]> => {
    const socket = open.get(connection);
    if (socket === undefined) return [];
    socket.write(requestText(1, false));
    try {
      await within(socket, readAnswer(socket), PROBE_LIMIT_MS);
      return [];
    } catch (error) {
      open.delete(connection);
      // With a reset: an end that is never acknowledged would be sent again and again.
      socket.resetAndDestroy();
      return [{ connection, server: null, bytes: 0, problem: (error as Error).message }];
    }
  });
  return (await Promise.all(asked)).flat();
}

/** Datagrams from a port of their own, each echoed before the next is sent. */
async function ask(order: OpenOrder): Promise<Answer> {
  const { connection, client, clientPort, address, port } = order;
  const socket = createSocket('udp4');
  let server: string | null = null;
  let bytes = 0;
  try {
    socket.bind(clientPort, client);
    await once(socket, 'listening');
    for (let i = 0; i < order.requests; i++) {
      const answered = once(socket, 'message', { signal: AbortSignal.timeout(LIMIT_MS) });
      socket.send(Buffer.alloc(order.bytes, 'x'), port, address);
      const [answer] = (await answered.catch(() => {
        throw new Error(NOTHING);
      })) as [Buffer];
      server = answer.toString('latin1', 0, answer.indexOf(' '));
      bytes += answer.length;
    }
    return { connection, server, bytes, problem: null };
  } catch (error) {
    return { connection, server, bytes, problem: (error as Error).message };
  } finally {
    socket.close();
  }
}

async function within<T>(socket: Socket, happens: Promise<T>, limitMs = LIMIT_MS): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(NOTHING)), limitMs);
  try {
    return await Promise.race([happens, late.promise]);
  } finally {
    clearTimeout(timer);
    // The outcome of what was waited for no longer matters.
    if (socket.destroyed) happens.catch(() => undefined);
  }
}
