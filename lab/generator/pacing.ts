/** Sends at a rate: small bursts, evenly spaced. */
import { sleepMicroseconds } from '../../native/sleep.ts';
import type { FrameSource } from './frame-source.ts';

export interface Load {
  /** 0 for as fast as it goes. */
  readonly framesPerSecond: number;
  readonly durationMs: number;
}

/** What the generator sends at once at full speed. */
const FULL_BURST = 1024;
/** A burst at a rate is what is due in this time, in whole batches. */
const BURST_MS = 0.3;
const BATCH = 64;
/** Who was kept from sending for longer does not catch up: that would be another rate. */
const MOST_DEBT = 512;

export interface Done {
  /** What surely went, and how long that took. */
  readonly frames: number;
  readonly elapsedMs: number;
}

/** A rate that is too high for the generator is sent as fast as it goes. */
export function sendLoad(source: FrameSource, { framesPerSecond, durationMs }: Load): Done {
  const startedMs = performance.now();
  let frames = 0;
  if (framesPerSecond === 0) {
    while (performance.now() - startedMs < durationMs) frames += source.send(FULL_BURST);
    return { frames, elapsedMs: performance.now() - startedMs };
  }
  const perMs = framesPerSecond / 1000;
  const burst = Math.max(BATCH, Math.ceil((perMs * BURST_MS) / BATCH) * BATCH);
  // What was sent, or will not be made up for.
  let sent = 0;
  for (let nowMs = startedMs; nowMs - startedMs < durationMs; nowMs = performance.now()) {
    const due = (nowMs - startedMs) * perMs - sent;
    if (due < burst) {
      sleepMicroseconds(((burst - due) / perMs) * 1000);
      continue;
    }
    if (due > MOST_DEBT + burst) sent += due - burst;
    frames += source.send(burst);
    sent += burst;
  }
  return { frames, elapsedMs: performance.now() - startedMs };
}
