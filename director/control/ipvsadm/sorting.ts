/**
 * The order of a list. Addresses are compared by subtracting them in 32 bits, which wraps around, so that "before" is
 * no order at all for addresses that lie far apart: the result then depends on the sorting algorithm, which here is
 * merge sort, as in the C library.
 */
import { parseIpv4 } from '../../wire/addresses.ts';
import { PROTOCOL } from '../../wire/ipv4.ts';
import { type Ipv6Address, ipv6Words } from '../../wire/ipv6-address.ts';
import type { ListedServer, ListedService } from './backend/answers.ts';
import type { ServerName } from './backend/operations.ts';

export function sortedServices(services: readonly ListedService[]): ListedService[] {
  return sorted(services.map(serviceRank), compareServices).map(({ entry }) => entry);
}

export function sortedServers(servers: readonly ListedServer[]): ListedServer[] {
  const ranked = servers.map((entry) => ({ entry, ...addressRank(entry) }));
  return sorted(ranked, compareServers).map(({ entry }) => entry);
}

interface AddressRank {
  readonly isIpv6: boolean;
  /** The first one is all of an IPv4 address. */
  readonly words: readonly number[];
  readonly port: number;
}

function addressRank({ address, port }: ServerName): AddressRank {
  const isIpv6 = address.includes(':');
  const words = isIpv6 ? ipv6Words(address as Ipv6Address) : [parseIpv4(address) as number, 0, 0, 0];
  return { isIpv6, words, port };
}

function compareServers(a: AddressRank, b: AddressRank): number {
  return compareWords(a.words, b.words, a.isIpv6 ? 4 : 1) || a.port - b.port;
}

function serviceRank(entry: ListedService) {
  if ('mark' in entry) {
    const { isIpv6 } = entry;
    return { entry, mark: entry.mark, protocol: 0, isIpv6, words: [0, 0, 0, 0], port: 0 };
  }
  return { entry, mark: 0, protocol: PROTOCOL[entry.protocol], ...addressRank(entry) };
}

function compareServices(a: ReturnType<typeof serviceRank>, b: ReturnType<typeof serviceRank>): number {
  return (
    (a.mark - b.mark) | 0 ||
    Number(a.isIpv6) - Number(b.isIpv6) ||
    a.protocol - b.protocol ||
    compareServers(a, b)
  );
}

function compareWords(a: readonly number[], b: readonly number[], count: number): number {
  for (let i = 0; i < count; i++) {
    const difference = ((a[i] as number) - (b[i] as number)) | 0;
    if (difference !== 0) return difference;
  }
  return 0;
}

function sorted<Entry>(entries: readonly Entry[], compare: (a: Entry, b: Entry) => number): Entry[] {
  if (entries.length <= 1) return [...entries];
  const half = Math.floor(entries.length / 2);
  const left = sorted(entries.slice(0, half), compare);
  const right = sorted(entries.slice(half), compare);
  const merged: Entry[] = [];
  let l = 0;
  let r = 0;
  while (l < left.length && r < right.length) {
    const takeLeft = compare(left[l] as Entry, right[r] as Entry) <= 0;
    merged.push((takeLeft ? left[l++] : right[r++]) as Entry);
  }
  return [...merged, ...left.slice(l), ...right.slice(r)];
}
