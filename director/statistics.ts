/**
 * Traffic counters of a server, a service and the director as a whole, and their rates as the kernel's IPVS estimates
 * them: every two seconds the rate of the period that has passed is blended into the estimate by a quarter, in integers
 * scaled up to keep fractions.
 */

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

/** Between two runs of an estimator. */
export const ESTIMATION_PERIOD_MS = 2_000;

/** Per second. */
export interface Rates {
  readonly connections: number;
  readonly inPackets: number;
  readonly outPackets: number;
  readonly inBytes: number;
  readonly outBytes: number;
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

  /** What was counted elsewhere. */
  addIn(packets: number, bytes: number): void {
    this.inPackets += packets;
    this.inBytes += bytes;
  }

  addOut(packets: number, bytes: number): void {
    this.outPackets += packets;
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

  /** All of its numbers, for another one to go on from. */
  image(): number[] {
    const { connections, inPackets, outPackets, inBytes, outBytes } = this;
    return [connections, inPackets, outPackets, inBytes, outBytes, ...this.#estimator.image()];
  }

  /** Goes on from what `image` gave. */
  restore(image: readonly number[]): void {
    [this.connections, this.inPackets, this.outPackets, this.inBytes, this.outBytes] = image as Row;
    this.#estimator.restore(image.slice(SCALES.length));
  }
}

/** Connections and packets are estimated in 1/1024 per second, bytes in 1/32. */
const COUNT_SCALE = 1024;
const BYTE_SCALE = 32;
const PERIOD_SECONDS = ESTIMATION_PERIOD_MS / 1000;

/** The numbers of one estimator: of connections, packets in and out, bytes in and out. */
type Row = [number, number, number, number, number];
const SCALES: Readonly<Row> = [COUNT_SCALE, COUNT_SCALE, COUNT_SCALE, BYTE_SCALE, BYTE_SCALE];

export class Estimator {
  /** Counters at the last run. */
  readonly #seen: Row = [0, 0, 0, 0, 0];
  /** Counters where what is shown begins. */
  readonly #origin: Row = [0, 0, 0, 0, 0];
  readonly #estimates: Row = [0, 0, 0, 0, 0];

  run({ connections, inPackets, outPackets, inBytes, outBytes }: Counters): void {
    this.#blend(0, connections);
    this.#blend(1, inPackets);
    this.#blend(2, outPackets);
    this.#blend(3, inBytes);
    this.#blend(4, outBytes);
  }

  zero(): void {
    for (let i = 0; i < SCALES.length; i++) {
      this.#origin[i] = this.#seen[i] as number;
      this.#estimates[i] = 0;
    }
  }

  get counters(): Readonly<Counters> {
    return named((i) => (this.#seen[i] as number) - (this.#origin[i] as number));
  }

  get rates(): Rates {
    return named((i) => rounded(this.#estimates[i] as number, SCALES[i] as number));
  }

  image(): number[] {
    return [...this.#seen, ...this.#origin, ...this.#estimates];
  }

  restore(image: readonly number[]): void {
    [this.#seen, this.#origin, this.#estimates].forEach((row, i) => {
      for (let j = 0; j < row.length; j++) row[j] = image[i * row.length + j] as number;
    });
  }

  #blend(i: number, counter: number): void {
    const estimate = this.#estimates[i] as number;
    const change = counter - (this.#seen[i] as number);
    // Most servers of a large table are idle.
    if (change === 0 && estimate === 0) return;
    const rate = change * ((SCALES[i] as number) / PERIOD_SECONDS);
    this.#estimates[i] = estimate + Math.floor((rate - estimate) / 4);
    this.#seen[i] = counter;
  }
}

/** Halves are rounded down, as the kernel does. */
function rounded(estimate: number, scale: number): number {
  return Math.floor((estimate + scale / 2 - 1) / scale);
}

function named(value: (index: number) => number): Counters {
  return {
    connections: value(0),
    inPackets: value(1),
    outPackets: value(2),
    inBytes: value(3),
    outBytes: value(4),
  };
}
