/**
 * Program: the frame generator. It lives in the namespace of the switches, where it puts frames on the links and counts what
 * comes through.
 *
 *     node main.ts <namespace of the switches>
 *
 * Asked as a `Conversation`: see `Order`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { enterNamespace } from '../../native/namespaces.ts';
import { answerRequests } from '../answer-requests.ts';
import { LabError } from '../error.ts';
import type { Aim } from './aim.ts';
import type { FrameSource } from './frame-source.ts';
import { readLinkCounters } from './link-counters.ts';
import { LiveFrameProgram } from './live-frames.ts';
import type { Order, Sent } from './orders.ts';
import { type Load, sendLoad } from './pacing.ts';
import { socketFrames } from './socket-frames.ts';

/** A link counts as quiet when nothing has passed for this long, several times in turn. */
const QUIET_MS = 5;
const QUIET_LOOKS = 4;
/** Switches drop what goes to this address (IEEE 802.1D §7.12.6). */
const DROPPED_MAC = '01:80:c2:00:00:01';
const SETTLE_LIMIT_MS = 500;

let source: FrameSource | undefined;
let program: LiveFrameProgram | string | undefined;

enterNamespace(`/run/netns/${process.argv[2]}`);
await answerRequests<Order>((order) => {
  if ('aim' in order) return aimAt(order.aim);
  return 'send' in order ? send(order.send, order.count) : limitOf(order.limit, order.durationMs);
});

function aimAt(aim: Aim) {
  program ??= liveFrameProgram(aim.flows);
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
function liveFrameProgram(flows: number): LiveFrameProgram | string {
  try {
    return new LiveFrameProgram(flows);
  } catch (error) {
    if (error instanceof LabError) return error.message;
    throw error;
  }
}

async function send(
  load: Load,
  { offered, delivered }: { offered: string; delivered: string },
): Promise<Sent> {
  if (source === undefined) throw new LabError('There is nothing to send: an aim comes first.');
  const before = readLinkCounters();
  const cpu = process.cpuUsage();
  const { elapsedMs } = sendLoad(source, load);
  const { user, system } = process.cpuUsage(cpu);
  const after = await settled(delivered);
  const difference = (port: string, counter: 'sentPackets' | 'sentDropped') =>
    (after.get(port)?.[counter] ?? 0) - (before.get(port)?.[counter] ?? 0);
  return {
    elapsedMs,
    cpuMs: (user + system) / 1000,
    offeredFrames: difference(offered, 'sentPackets') + difference(offered, 'sentDropped'),
    deliveredFrames: difference(delivered, 'sentPackets'),
  };
}

/** The counters once what was sent has arrived. */
async function settled(port: string) {
  const deadlineMs = performance.now() + SETTLE_LIMIT_MS;
  let last = -1;
  for (let quiet = 0; ; ) {
    const counters = readLinkCounters();
    const count = counters.get(port)?.sentPackets ?? 0;
    quiet = count === last ? quiet + 1 : 0;
    if (quiet === QUIET_LOOKS || performance.now() > deadlineMs) return counters;
    last = count;
    await sleep(QUIET_MS);
  }
}
