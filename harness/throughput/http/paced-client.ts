/** Makes a client of autocannon send when a pacer says so, and keeps when each request was due. */
import type { Client } from 'autocannon';
import type { Pacer } from './pacer.ts';

/**
 * What autocannon 9 does inside, which it has no option for: `_connect` opens a connection and sends the first request on it
 * with `_doRequest`, which is called again after each answer.
 */
interface ClientInside {
  /** Absent until it has connected once. */
  readonly conn?: unknown;
  _connect(): void;
  _doRequest(): void;
  _destroyConnection(): void;
}

/** @param onAnswer is told when the request that an answer came for was due. */
export function pace(
  client: Client,
  pacer: Pacer,
  newConnections: boolean,
  onAnswer: (dueMs: number) => void,
): void {
  const inside = client as unknown as ClientInside;
  const step = newConnections ? '_connect' : '_doRequest';
  const original = inside[step].bind(inside);
  let dueMs = Number.NaN;
  inside[step] = () =>
    pacer.offer((due) => {
      dueMs = due;
      original();
    });
  // One whose turn never came has nothing to destroy, which autocannon does not expect.
  const destroy = inside._destroyConnection.bind(inside);
  inside._destroyConnection = () => {
    if (inside.conn !== undefined) destroy();
  };
  client.on('headers', () => onAnswer(dueMs));
}
