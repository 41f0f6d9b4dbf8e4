/** What of a network is captured, and whether the captures are whole. */
import { type DecodedCapture, readCapture } from '../../lab/captures/read-capture.ts';
import type { CaptureFile, CapturePoint, Topology } from '../../lab/index.ts';
import { count, counted } from '../../statistics/number-text.ts';
import { UntrustedError } from '../run/verdict.ts';

/** Every interface but the servers' on the storage network, whose traffic the store's own interface shows. */
export function capturePoints(topology: Topology): CapturePoint[] {
  return topology.hosts.flatMap(({ name, role, interfaces }) =>
    interfaces
      .filter((port) => !(role === 'server' && port.switch === 'storage'))
      .map((port) => ({ host: name, interface: port.name })),
  );
}

/** @throws UntrustedError where the kernel had no room for a packet. */
export function checkComplete(files: readonly CaptureFile[]): void {
  for (const { host, interface: port, droppedByKernel } of files) {
    if (droppedByKernel === 0) continue;
    throw new UntrustedError(
      `The capture of ${host} ${port} lacks ${counted(droppedByKernel, 'packet')}, so it proves nothing.`,
    );
  }
}

/**
 * A file that was cut between two packets looks whole: only tcpdump's own count tells.
 *
 * @throws UntrustedError where packets are missing, CaptureError where the file cannot be read.
 */
export async function readWhole(file: CaptureFile): Promise<DecodedCapture> {
  const capture = await readCapture(file);
  if (capture.packets.length === file.captured) return capture;
  throw new UntrustedError(
    `${file.file} holds ${counted(capture.packets.length, 'packet')}, but tcpdump says that it wrote ${count(file.captured)}.`,
  );
}
