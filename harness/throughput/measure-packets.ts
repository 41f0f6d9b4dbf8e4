/** The highest rate of frames that a lane carries without loss and without growing queues, measured once. */
import { type FrameTarget, SINK } from '../../lab/index.ts';
import type { PacketMeasure } from '../../scenarios/throughput.ts';
import type { Arena, Runner } from './arena.ts';
import { bottleneckOf } from './bottleneck.ts';
import type { Sample } from './results.ts';
import { portsIn } from './services.ts';

const FLOWS = 4096;
const LOSS_LIMIT = 0.001;
const RESOLUTION = 0.04;

export interface PacketContext {
  readonly arena: Arena;
  readonly measure: PacketMeasure;
  readonly trialMs: number;
  /** What the generator reaches into a drop, per second. */
  readonly generatorLimit: number;
  readonly cores: number;
}

/** @param hint what was found the last time. */
export async function measurePackets(context: PacketContext, runner: Runner, hint?: number): Promise<Sample> {
  const { arena, trialMs, generatorLimit, cores } = context;
  const { method, instead } = await arena.frames.aim(targetOf(context, runner));
  const attempt = async (framesPerSecond: number): Promise<Trial> => {
    const sent = await arena.frames.send({ framesPerSecond, durationMs: trialMs });
    return {
      offeredPerSecond: (sent.offeredFrames * 1000) / sent.elapsedMs,
      deliveredPerSecond: (sent.deliveredFrames * 1000) / sent.arrivedMs,
      lostShare: Math.max(0, 1 - sent.deliveredFrames / sent.offeredFrames),
    };
  };
  const found = await highestCarriedRate(attempt, {
    lossLimit: LOSS_LIMIT,
    resolution: RESOLUTION,
    ...(hint === undefined ? {} : { hint }),
  });
  const isLossyAbove = found.tooHigh !== undefined;
  // Once more at the rate that was found, to see who is how busy then.
  const { outcome, cpu } = await runner.cpu.during(() =>
    arena.frames.send({ framesPerSecond: isLossyAbove ? found.perSecond : 0, durationMs: trialMs }),
  );
  // The generator is at home with the switches, where nobody looks for processes.
  const use = { ...cpu, roles: { ...cpu.roles, generator: outcome.cpuMs } };
  const { perSecond } = found;
  return {
    value: perSecond,
    cpu: use,
    latenciesMs: [],
    bottleneck: bottleneckOf({ kind: 'packets', perSecond, isLossyAbove, generatorLimit }, use, cores),
    note: instead === undefined ? undefined : `frames came from a ${method}, which is slower: ${instead}`,
  };
}

/** Lets a lane carry frames for a while that nobody counts, so that neighbours are known and code is compiled. */
export async function warmUp(context: PacketContext, runner: Runner, durationMs: number): Promise<void> {
  await context.arena.frames.aim(targetOf(context, runner));
  await context.arena.frames.send({ framesPerSecond: 30_000, durationMs: durationMs / 3 });
  await context.arena.frames.send({ framesPerSecond: 150_000, durationMs: (durationMs * 2) / 3 });
}

/** What the generator reaches where nothing is behind it, in frames per second. */
export function generatorLimit(context: PacketContext, runner: Runner, durationMs: number): Promise<number> {
  return context.arena.frames.limit(targetOf(context, runner), durationMs);
}

function targetOf({ arena, measure }: PacketContext, { lane }: Runner): FrameTarget {
  const { network, mode } = arena;
  return {
    from: network.lastHop,
    to: { host: lane.name, interface: 'eth0' },
    end: { host: SINK, interface: 'eth0' },
    source: lane.source,
    destination: lane.sinkTarget,
    destinationPort: portsIn(mode).datagrams,
    frameBytes: measure.frameBytes(mode),
    flows: FLOWS,
  };
}

/** What became of the frames that were sent at one rate. */
export interface Trial {
  readonly offeredPerSecond: number;
  /** Until the last of it had arrived: what waits in queues at the end has not been carried yet. */
  readonly deliveredPerSecond: number;
  readonly lostShare: number;
}

export interface SearchOptions {
  /** Share that may be lost, such as 0.001. */
  readonly lossLimit: number;
  /** It ends when the answer is known to this share, such as 0.04. */
  readonly resolution: number;
  /** A rate to begin with, such as what was found before. */
  readonly hint?: number;
}

export interface Found {
  /** Highest rate that was carried. */
  readonly perSecond: number;
  /** Lowest rate that was too high; absent where even the generator's full speed was not. */
  readonly tooHigh?: number;
}

const GENERATOR_SPEED = 0;
/** Where the search gives up. */
const LOWEST_PER_SECOND = 1_000;
/** How far from a hint, or from what came through at full speed, the answer is looked for first. */
const FIRST_STEP = 1.2;
/** A queue that has grown to more than this share of what was sent says that the rate cannot go on. */
const LAG_LIMIT = 0.1;

/**
 * Finds the highest rate of frames that a path carries: at which next to none is lost, and no queue grows.
 *
 * @param attempt sends at a rate in frames per second, 0 being as fast as it goes.
 */
export async function highestCarriedRate(
  attempt: (perSecond: number) => Promise<Trial>,
  { lossLimit, resolution, hint }: SearchOptions,
): Promise<Found> {
  const isCarried = ({ offeredPerSecond, deliveredPerSecond, lostShare }: Trial) =>
    lostShare <= lossLimit && deliveredPerSecond >= offeredPerSecond * (1 - LAG_LIMIT);
  const full = await attempt(GENERATOR_SPEED);
  if (isCarried(full)) return { perSecond: full.deliveredPerSecond };
  let best = 0;
  let low = 0;
  let tooHigh = full.offeredPerSecond;
  let next = Math.min(hint ?? full.deliveredPerSecond, tooHigh / FIRST_STEP);
  while (next >= LOWEST_PER_SECOND && (low === 0 || tooHigh / low > 1 + resolution)) {
    const trial = await attempt(next);
    if (isCarried(trial)) {
      best = Math.max(best, trial.deliveredPerSecond);
      // The generator itself goes no faster: nothing between is known to be too high.
      if (trial.offeredPerSecond < next / (1 + resolution)) break;
      low = next;
    } else tooHigh = Math.min(tooHigh, next);
    next = low === 0 ? tooHigh / FIRST_STEP : Math.min(Math.sqrt(low * tooHigh), low * FIRST_STEP);
  }
  return { perSecond: best, tooHigh };
}
