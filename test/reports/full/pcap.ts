import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LadderFlow, Result } from '../../../reports/result.ts';

/** Writes the cut capture of every flow of a result, beside which a page then finds them. */
export function writePcaps(result: Result, directory: string): void {
  for (const { flow } of result.cases) {
    if (flow === undefined) continue;
    const path = join(directory, flow.pcap);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, pcapOf(flow));
  }
}

/** A classic pcap with one frame for each packet: a header that differs a little from frame to frame, then zeros. */
function pcapOf({ rungs }: LadderFlow): Uint8Array {
  const frameBytes = 74;
  const bytes = Buffer.alloc(24 + rungs.length * (16 + frameBytes));
  bytes.writeUInt32LE(0xa1b2c3d4, 0);
  bytes.writeUInt16LE(2, 4);
  bytes.writeUInt16LE(4, 6);
  bytes.writeUInt32LE(65_535, 16);
  bytes.writeUInt32LE(1, 20);
  rungs.forEach(({ atMs, summary }, index) => {
    const at = 24 + index * (16 + frameBytes);
    bytes.writeUInt32LE(1_772_366_400, at);
    bytes.writeUInt32LE(Math.round(atMs * 1000), at + 4);
    bytes.writeUInt32LE(frameBytes, at + 8);
    bytes.writeUInt32LE(frameBytes, at + 12);
    bytes.write(summary.slice(-frameBytes), at + 16, 'latin1');
  });
  return bytes;
}
