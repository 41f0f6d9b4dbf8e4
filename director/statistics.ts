/** Traffic counters of a server, a service, and the director as a whole. */
import { Estimator, type Rates } from './estimator.ts';

/** What is counted. */
export interface Counters {
  /** Connections created by scheduling. */
  connections: number;
  inPackets: number;
  outPackets: number;
  /** Bytes of IP datagrams, link layer and outer headers not counted. */
  inBytes: number;
  outBytes: number;
}

export class Statistics implements Counters {
  connections = 0;
  inPackets = 0;
  outPackets = 0;
  inBytes = 0;
  outBytes = 0;
  readonly #estimator = new Estimator();

  countIn(bytes: number): void {
    this.inPackets++;
    this.inBytes += bytes;
  }

  countOut(bytes: number): void {
    this.outPackets++;
    this.outBytes += bytes;
  }

  /** To be called once every estimation period. */
  estimate(): void {
    this.#estimator.run(this);
  }

  /** `ipvsadm -Z`: what is shown begins at 0 again. The counters themselves go on. */
  zero(): void {
    this.#estimator.zero();
  }

  /** What `ipvsadm --stats` shows: the counters at the last estimation, less those at the last `zero`. */
  get shown(): Readonly<Counters> {
    return this.#estimator.counters;
  }

  /** What `ipvsadm --rate` shows. */
  get rates(): Rates {
    return this.#estimator.rates;
  }
}
