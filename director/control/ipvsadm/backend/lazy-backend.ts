/**
 * The backend where no director runs: questions are answered as by one without rules, and the first operation
 * that is more than a question calls one in, as the kernel loads its module on first use.
 */
import { TCP_STATE, TCP_TIMEOUTS_MS } from '../../../connections/tcp-states.ts';
import { Timeouts } from '../../../connections/timeouts.ts';
import type { Answer } from './answers.ts';
import { IPVS_VERSION, type IpvsBackend, TABLE_SIZE } from './backend.ts';
import { isQuestion, type Operation } from './operations.ts';

export class LazyBackend implements IpvsBackend {
  readonly #start: () => Promise<IpvsBackend>;
  #started: Promise<IpvsBackend> | undefined;

  /** @param start Starts a director, and resolves once it can be asked. Called once at most. */
  constructor(start: () => Promise<IpvsBackend>) {
    this.#start = start;
  }

  async callAll(operations: readonly Operation[]): Promise<readonly Answer[]> {
    if (this.#started === undefined && operations.every(isQuestion)) return operations.map(emptyAnswer);
    this.#started ??= this.#start();
    return (await this.#started).callAll(operations);
  }
}

function emptyAnswer(operation: Operation): Answer {
  switch (operation.do) {
    case 'get-info':
      return { version: IPVS_VERSION, tableSize: TABLE_SIZE };
    case 'get-timeouts': {
      const seconds = (ms: number | undefined) => (ms ?? 0) / 1000;
      const tcp = seconds(TCP_TIMEOUTS_MS[TCP_STATE.established]);
      return { tcp, tcpFin: seconds(TCP_TIMEOUTS_MS[TCP_STATE.finWait]), udp: seconds(new Timeouts().udpMs) };
    }
    case 'list-services':
      return { services: [] };
    case 'list-connections':
      return { connections: [] };
    case 'list-daemons':
      return { daemons: [] };
    default:
      return { errno: 'ESRCH' };
  }
}
