/**
 * Program: the frame generator. It lives in the namespace of the switches, where it puts frames on the links and counts what
 * comes through.
 *
 *     node main.ts <namespace of the switches> [socket]
 *
 * With `socket`, frames come from a packet socket even where the kernel could make them itself.
 *
 * Asked as a `Conversation`: see `Order`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { BpfError } from '../../native/bpf/program.ts';
import { enterNamespace } from '../../native/namespaces.ts';
import { answerRequests } from '../conversation.ts';
import { LabError } from '../error.ts';
import { type Ending, FrameEnds } from './frame-ends.ts';
import type { Aim, FrameSource } from './frame-source.ts';
import { type LinkCounters, readLinkCounters } from './link-counters.ts';
import { LiveFrameProgram } from './live-frames.ts';
import type { Order, Sent } from './orders.ts';
import { type Load, sendLoad } from './pacing.ts';
import { socketFrames } from './socket-frames.ts';

/** What has not arrived after so long a silence is lost: longer than a busy machine lets a process wait for its turn. */
const QUIET_MS = 60;
const LOOK_MS = 2;
/** Switches drop what goes to this address (IEEE 802.1D §7.12.6). */
const DROPPED_MAC = '01:80:c2:00:00:01';

let source: FrameSource | undefined;
let program: LiveFrameProgram | string | undefined;
let ends: FrameEnds | undefined;

const [namespace, wish] = process.argv.slice(2);
enterNamespace(`/run/netns/${namespace}`);
await answerRequests<Order>((order) => {
  if ('ends' in order) return endAt(order.ends, order.ending);
  if ('aim' in order) return aimAt(order.aim);
  return 'send' in order ? send(order.send, order.count) : limitOf(order.limit, order.durationMs);
});

function endAt(ports: readonly string[], ending: Ending): void {
  ends?.close();
  ends = new FrameEnds(ports, ending);
}

function aimAt(aim: Aim) {
  program ??= liveFrameProgram();
  source?.close();
  source = typeof program === 'string' ? socketFrames(aim) : program.aim(aim);
  return { method: source.method, ...(typeof program === 'string' ? { instead: program } : {}) };
}

/** Into a drop: what the generator can do where nothing is behind it. */
function limitOf(aim: Aim, durationMs: number): number {
  aimAt({ ...aim, destinationMac: DROPPED_MAC });
  const { frames, elapsedMs } = sendLoad(source as FrameSource, { framesPerSecond: 0, durationMs });
  return (frames * 1000) / elapsedMs;
}

/** Why there is none, where the kernel has none. */
function liveFrameProgram(): LiveFrameProgram | string {
  if (wish === 'socket') return 'it was asked for';
  try {
    return new LiveFrameProgram();
  } catch (error) {
    if (error instanceof BpfError) return error.message;
    throw error;
  }
}

async function send(
  load: Load,
  { offered, delivered }: { offered: string; delivered: string },
): Promise<Sent> {
  if (source === undefined) throw new LabError('There is nothing to send: an aim comes first.');
  const before = readLinkCounters();
  const endedBefore = ends?.countAt(delivered) ?? 0;
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  const { frames, elapsedMs } = sendLoad(source, load);
  const { user, system } = process.cpuUsage(cpu);
  const counted = () => {
    const now = readLinkCounters();
    const since = (port: string, counter: keyof LinkCounters) =>
      (now.get(port)?.[counter] ?? 0) - (before.get(port)?.[counter] ?? 0);
    const takenFrames = since(offered, 'sentPackets');
    const ended = ends?.countAt(delivered);
    if (ended !== undefined)
      return { offeredFrames: frames, takenFrames, deliveredFrames: ended - endedBefore };
    return {
      offeredFrames: takenFrames + since(offered, 'sentDropped'),
      takenFrames,
      deliveredFrames: since(delivered, 'sentPackets'),
    };
  };
  const { counts, atMs } = await settled(counted);
  return { elapsedMs, arrivedMs: atMs - startedMs, cpuMs: (user + system) / 1000, ...counts };
}

/** The counts once everything has arrived, or nothing more arrives; and when the last of it was seen to have arrived. */
async function settled<Counts extends { offeredFrames: number; deliveredFrames: number }>(
  count: () => Counts,
): Promise<{ counts: Counts; atMs: number }> {
  let last = -1;
  let atMs = performance.now();
  for (let quietMs = 0; ; quietMs += LOOK_MS) {
    const counts = count();
    if (counts.deliveredFrames !== last) {
      quietMs = 0;
      atMs = performance.now();
    }
    if (counts.deliveredFrames >= counts.offeredFrames || quietMs >= QUIET_MS) return { counts, atMs };
    last = counts.deliveredFrames;
    await sleep(LOOK_MS);
  }
}
