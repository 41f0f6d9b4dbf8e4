/** What has passed each interface of this network namespace, as the kernel counts it (/proc/net/dev). */
import { readFileSync } from 'node:fs';

export interface LinkCounters {
  readonly sentPackets: number;
  /** Packets that the other end of the link had no room for. */
  readonly sentDropped: number;
}

/** Columns after the interface's name: eight of receiving, eight of sending. */
const SENT_PACKETS = 9;
const SENT_DROPPED = 11;

export function readLinkCounters(text = readFileSync('/proc/net/dev', 'utf8')): Map<string, LinkCounters> {
  const lines = text.split('\n').slice(2);
  return new Map(
    lines.flatMap((line) => {
      const [name = '', ...columns] = line.trim().split(/[:\s]+/);
      if (columns.length < SENT_DROPPED) return [];
      return [
        [name, { sentPackets: Number(columns[SENT_PACKETS]), sentDropped: Number(columns[SENT_DROPPED]) }],
      ];
    }),
  );
}
