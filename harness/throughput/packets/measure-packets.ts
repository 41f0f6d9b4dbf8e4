/** The rate of frames that a lane carries, once. */
import { type FrameTarget, SINK } from '../../../lab/index.ts';
import type { PacketMeasure } from '../../../scenarios/throughput/measures.ts';
import type { Arena, Runner } from '../arena.ts';
import { bottleneckOf } from '../bottleneck.ts';
import type { Sample } from '../sample.ts';
import { portsIn } from '../services.ts';
import { highestCarriedRate, type Trial } from './search.ts';

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
