/** Measures every contestant of an arena, turn by turn. */
import { type Measure, type PacketMeasure, protocolOf } from '../../scenarios/throughput.ts';
import type { Arena, Runner } from './arena.ts';
import { measureHttp, reach } from './measure-http.ts';
import { generatorLimit, measurePackets, type PacketContext, warmUp } from './measure-packets.ts';
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

  constructor(arena: Arena, budget: Budget, cores: number, progress: Progress) {
    this.#arena = arena;
    this.#budget = budget;
    this.#cores = cores;
    this.#progress = progress;
  }

  /** Lets everything run once that is going to be measured. */
  async warmUp(wanted: readonly Measure[]): Promise<void> {
    const arena = this.#arena;
    const { warmUpMs } = this.#budget;
    this.#progress.step(`${arena.mode}: warming up`);
    for (const runner of arena.runners) {
      await Promise.race([reach(arena, runner), arena.failed]);
      for (const measure of wanted) {
        if (measure.kind === 'full speed') {
          await measureHttp({ arena, measure, durationMs: warmUpMs, cores: this.#cores }, runner);
        }
      }
    }
    const packets = wanted.find((measure) => measure.kind === 'packets');
    if (packets === undefined) return;
    const context = this.#packetContext(packets);
    const runners = this.#carriersOf(packets);
    for (const runner of runners) await warmUp(context, runner, warmUpMs);
    const [first] = runners;
    if (first !== undefined) this.#generatorLimit = await generatorLimit(context, first, warmUpMs);
  }

  /** Samples by contestant, one for each turn. */
  async measure(measure: Measure): Promise<Map<string, Sample[]>> {
    const samples = new Map<string, Sample[]>();
    const order = interleaved(this.#carriersOf(measure), this.#budget.turns);
    for (const [turn, runners] of order.entries()) {
      this.#progress.step(`${this.#arena.mode}: ${measure.title}, turn ${turn + 1} of ${order.length}`);
      for (const runner of runners) {
        this.#progress.signal?.throwIfAborted();
        const { name } = runner.entered;
        const before = samples.get(name) ?? [];
        const sample = await Promise.race([this.#once(measure, runner, before.at(-1)), this.#arena.failed]);
        samples.set(name, [...before, sample]);
      }
    }
    return samples;
  }

  #once(measure: Measure, runner: Runner, last: Sample | undefined): Promise<Sample> {
    if (measure.kind === 'packets') return measurePackets(this.#packetContext(measure), runner, last?.value);
    const { fullSpeedMs, fixedRateMs } = this.#budget;
    const durationMs = measure.kind === 'full speed' ? fullSpeedMs : fixedRateMs;
    return measureHttp({ arena: this.#arena, measure, durationMs, cores: this.#cores }, runner);
  }

  #packetContext(measure: PacketMeasure): PacketContext {
    return {
      arena: this.#arena,
      measure,
      trialMs: this.#budget.trialMs,
      generatorLimit: this.#generatorLimit,
      cores: this.#cores,
    };
  }

  #carriersOf(measure: Measure): Runner[] {
    return this.#arena.runners.filter(({ entered }) =>
      entered.contestant.protocols.includes(protocolOf(measure)),
    );
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
