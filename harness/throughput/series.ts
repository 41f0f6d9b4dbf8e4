/** Measures every contestant of an arena, turn by turn. */
import type { Measure, PacketMeasure } from '../../scenarios/throughput.ts';
import type { Arena, Runner } from './arena.ts';
import { carries } from './contestants.ts';
import { measureHttp, reach } from './measure-http.ts';
import { generatorLimit, learn, measurePackets, type PacketContext, warmUp } from './measure-packets.ts';
import type { Budget } from './profiles.ts';
import type { Sample } from './results.ts';

export interface Progress {
  readonly step: (text: string) => void;
  readonly signal?: AbortSignal;
}

export class Series {
  readonly #arena: Arena;
  readonly #budget: Budget;
  readonly #cores: number;
  readonly #progress: Progress;
  #generatorLimit = 0;
  /** Those that all lanes know. */
  #flows: number;

  constructor(arena: Arena, budget: Budget, cores: number, progress: Progress) {
    this.#arena = arena;
    this.#budget = budget;
    this.#cores = cores;
    this.#progress = progress;
    // Without a fast path in the driver warming up is enough for as many as are usual.
    this.#flows = arena.isPastSwitches ? 0 : Number.POSITIVE_INFINITY;
  }

  /** Lets everything run once that is going to be measured. */
  async warmUp(wanted: readonly Measure[]): Promise<void> {
    const arena = this.#arena;
    const { warmUpMs } = this.#budget;
    this.#progress.step(`${arena.mode}: warming up`);
    for (const runner of arena.runners) {
      if (!runner.entered.contestant.protocols.includes('tcp')) continue;
      await Promise.race([reach(arena, runner), arena.failed]);
      for (const measure of wanted) {
        if (measure.kind === 'full speed') {
          await measureHttp({ arena, measure, durationMs: warmUpMs, cores: this.#cores }, runner);
        }
      }
    }
    const packets = wanted.find((measure) => measure.kind === 'packets');
    if (packets === undefined) return;
    const context = this.#packetContext([packets]);
    const runners = this.#carriersOf(packets);
    for (const runner of runners) await warmUp(context, runner, warmUpMs);
    const [first] = runners;
    if (first !== undefined) this.#generatorLimit = await generatorLimit(context, first, warmUpMs);
  }

  /** Samples of measures that belong together (`measuredTogether`): for each measure by contestant, one for each turn. */
  async measure(together: readonly [Measure, ...Measure[]]): Promise<Map<string, Sample[]>[]> {
    const [first] = together;
    const samples = together.map(() => new Map<string, Sample[]>());
    const carriers = this.#carriersOf(first);
    if (first.kind === 'packets' && first.flows > this.#flows) await this.#learn(first, carriers);
    const order = interleaved(carriers, this.#budget.turns);
    for (const [turn, runners] of order.entries()) {
      this.#progress.step(`${this.#arena.mode}: ${first.title}, turn ${turn + 1} of ${order.length}`);
      for (const runner of runners) {
        this.#progress.signal?.throwIfAborted();
        const { name } = runner.entered;
        const last = samples[0]?.get(name)?.at(-1);
        const taken = await Promise.race([this.#once(together, runner, last), this.#arena.failed]);
        for (const [i, sample] of taken.entries()) {
          const own = samples[i]!;
          own.set(name, [...(own.get(name) ?? []), sample]);
        }
      }
    }
    return samples;
  }

  async #learn(measure: PacketMeasure, carriers: readonly Runner[]): Promise<void> {
    this.#progress.step(`${this.#arena.mode}: learning ${measure.flows.toLocaleString('en')} flows`);
    for (const runner of carriers) {
      this.#progress.signal?.throwIfAborted();
      await Promise.race([learn(this.#packetContext([measure]), runner), this.#arena.failed]);
    }
    this.#flows = measure.flows;
  }

  /** A sample for each. */
  async #once(
    together: readonly [Measure, ...Measure[]],
    runner: Runner,
    last: Sample | undefined,
  ): Promise<Sample[]> {
    const [measure] = together;
    if (measure.kind === 'packets') {
      const packets = together.filter((one) => one.kind === 'packets') as [PacketMeasure];
      return measurePackets(this.#packetContext(packets), runner, last?.value);
    }
    const { fullSpeedMs, fixedRateMs } = this.#budget;
    const durationMs = measure.kind === 'full speed' ? fullSpeedMs : fixedRateMs;
    return [await measureHttp({ arena: this.#arena, measure, durationMs, cores: this.#cores }, runner)];
  }

  #packetContext(measures: PacketContext['measures']): PacketContext {
    return {
      arena: this.#arena,
      measures,
      trialMs: this.#budget.trialMs,
      confirmMs: this.#budget.confirmMs,
      generatorLimit: this.#generatorLimit,
      cores: this.#cores,
    };
  }

  #carriersOf(measure: Measure): Runner[] {
    return this.#arena.runners.filter(({ entered }) => carries(entered.contestant, measure));
  }
}

/**
 * A B B A: in this order, what changes slowly on the machine affects all contestants alike.
 *
 * @returns for each turn, all contestants in the order in which they are measured.
 */
export function interleaved<Contestant>(contestants: readonly Contestant[], turns: number): Contestant[][] {
  return Array.from({ length: turns }, (_, turn) =>
    turn % 4 === 0 || turn % 4 === 3 ? [...contestants] : contestants.toReversed(),
  );
}
