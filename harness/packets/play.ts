/** A case that was played. */
import type { InterfaceCapture } from '../../lab/memory/index.ts';
import type { Seen } from './packet-case.ts';

export interface Play {
  readonly seen: Seen;
  /** What the case’s `play` resolved with. */
  readonly played: unknown;
  /** What it threw instead: the case could not be played to its end, and cannot be judged. */
  readonly error?: Error;
  /** Every interface of every host. */
  readonly captures: readonly InterfaceCapture[];
  /** What time 0 of the captures is, in milliseconds since the epoch. */
  readonly epochMs: number;
}

/** Name of the pcap that a capture is kept in. */
export function captureFileName({ host, interface: port }: InterfaceCapture): string {
  return `${host}-${port}.pcap`;
}
