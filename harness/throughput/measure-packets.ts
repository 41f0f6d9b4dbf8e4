/** The highest rates of frames that a lane carries, by how many may be lost, measured once. */
import { type FrameTarget, SINK, wayOut } from '../../lab/index.ts';
import type { PacketMeasure } from '../../scenarios/throughput.ts';
import type { Arena, Runner } from './arena.ts';
import { bottleneckOf } from './bottleneck.ts';
import { type Found, RateSearch, type Trial } from './rate-search.ts';
import type { FramesFate, Sample } from './results.ts';
import { portsIn } from './services.ts';

const LEARNING_PER_SECOND = 100_000;
/** In which a flow that goes on without a pause is remembered all the same. */
const LEARNING_MS = 300;
/** Who has not learnt in so many times what it takes will not. */
const MOST_LEARNING = 3;
const RESOLUTION = 0.04;

export interface PacketContext {
  readonly arena: Arena;
  /** Of one size of frames: they share their trials. */
  readonly measures: readonly [PacketMeasure, ...PacketMeasure[]];
  readonly trialMs: number;
  /** How long a rate has to hold that must be confirmed. */
  readonly confirmMs: number;
  /** What the generator reaches into a drop, per second. */
  readonly generatorLimit: number;
  readonly cores: number;
}

/** @param hint what was found the last time. @returns a sample for each measure. */
export async function measurePackets(
  context: PacketContext,
  runner: Runner,
  hint?: number,
): Promise<Sample[]> {
  const { arena, measures, trialMs, confirmMs } = context;
  const { method, instead } = await arena.frames.aim(targetOf(context, runner));
  const fate = { offered: 0, lostOnLink: 0, lostInside: 0 };
  const search = new RateSearch(
    (perSecond) => trialOf(arena, perSecond, trialMs, fate),
    (perSecond) => trialOf(arena, perSecond, confirmMs, fate),
  );
  const note =
    instead === undefined ? undefined : `frames came from a ${method}, which is slower: ${instead}`;
  const samples: Sample[] = [];
  for (const { lossLimit, isConfirmed } of measures) {
    const found = await search.highest({
      lossLimit,
      resolution: RESOLUTION,
      ...(hint === undefined ? {} : { hint }),
      isConfirmed,
    });
    samples.push({ ...(await atThatRate(context, runner, found)), note, fate: { ...fate } });
  }
  return samples;
}

/** @param fate What became of the frames is added to it. */
async function trialOf(
  { frames }: Arena,
  framesPerSecond: number,
  durationMs: number,
  fate: FramesFate,
): Promise<Trial> {
  const sent = await frames.send({ framesPerSecond, durationMs });
  fate.offered += sent.offeredFrames;
  fate.lostOnLink += Math.max(0, sent.offeredFrames - sent.takenFrames);
  fate.lostInside += Math.max(0, Math.min(sent.offeredFrames, sent.takenFrames) - sent.deliveredFrames);
  return {
    offeredPerSecond: (sent.offeredFrames * 1000) / sent.elapsedMs,
    deliveredPerSecond: (sent.deliveredFrames * 1000) / sent.arrivedMs,
    lostShare: Math.max(0, 1 - sent.deliveredFrames / sent.offeredFrames),
  };
}

/** Sends once more at the rate that was found, to see who is how busy then. */
async function atThatRate(
  { arena, trialMs, generatorLimit, cores }: PacketContext,
  runner: Runner,
  { perSecond, tooHigh }: Found,
): Promise<Sample> {
  const isLossyAbove = tooHigh !== undefined;
  const { outcome, cpu } = await runner.cpu.during(() =>
    arena.frames.send({ framesPerSecond: isLossyAbove ? perSecond : 0, durationMs: trialMs }),
  );
  // The generator is at home with the switches, where nobody looks for processes.
  const use = { ...cpu, roles: { ...cpu.roles, generator: outcome.cpuMs } };
  const observed = { kind: 'packets', perSecond, isLossyAbove, generatorLimit } as const;
  return { value: perSecond, cpu: use, latenciesMs: [], bottleneck: bottleneckOf(observed, use, cores) };
}

/** Lets a lane carry frames for a while that nobody counts, so that neighbours are known and code is compiled. */
export async function warmUp(context: PacketContext, runner: Runner, durationMs: number): Promise<void> {
  await context.arena.frames.aim(targetOf(context, runner));
  await context.arena.frames.send({ framesPerSecond: 30_000, durationMs: durationMs / 3 });
  await context.arena.frames.send({ framesPerSecond: 150_000, durationMs: (durationMs * 2) / 3 });
}

/**
 * Shows a lane every flow that is going to be measured, in turn, so that what it learns it has learnt. Where it is shown them
 * faster than it learns some are lost, and all of them are shown once more.
 */
export async function learn(context: PacketContext, runner: Runner): Promise<void> {
  const { frames } = context.arena;
  const [{ flows, lossLimit }] = context.measures;
  const { learnsIn = 0 } = runner.entered.contestant;
  await frames.aim({ ...targetOf(context, runner), isInTurn: true });
  const durationMs = Math.max(LEARNING_MS, (flows * 1000) / LEARNING_PER_SECOND);
  let isLossy = false;
  for (let round = 0; round < learnsIn || (isLossy && round < MOST_LEARNING * learnsIn); round++) {
    const sent = await frames.send({ framesPerSecond: LEARNING_PER_SECOND, durationMs });
    isLossy = sent.deliveredFrames < sent.offeredFrames * (1 - lossLimit);
  }
}

/** What the generator reaches where nothing is behind it, in frames per second. */
export function generatorLimit(context: PacketContext, runner: Runner, durationMs: number): Promise<number> {
  return context.arena.frames.limit(targetOf(context, runner), durationMs);
}

function targetOf({ arena, measures: [measure] }: PacketContext, { lane }: Runner): FrameTarget {
  const { network, mode, isPastSwitches } = arena;
  return {
    from: network.lastHop,
    to: { host: lane.name, interface: 'eth0' },
    end: isPastSwitches ? wayOut(network, lane) : { host: SINK, interface: 'eth0' },
    isPastSwitches,
    source: lane.source,
    destination: lane.sinkTarget,
    destinationPort: portsIn(mode).datagrams,
    frameBytes: measure.frameBytes(mode),
    flows: measure.flows,
  };
}
