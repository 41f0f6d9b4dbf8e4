/** Options of IPv4 headers (RFC 791 §3.1) that a router acts on: recorded routes, timestamps, source routes. */
import { readI32, write32 } from './bytes.ts';
import { IPV4_MIN_HEADER_BYTES, ipHeaderBytes, writeIpChecksum } from './ipv4.ts';

const OPTION = { end: 0, nop: 1, recordRoute: 7, timestamp: 68, looseRoute: 131, strictRoute: 137 } as const;
/** Options with this bit belong to every fragment, those without it to the first alone. */
const COPIED = 0x80;

const LENGTH = 1;
/** Of recorded routes and timestamps: where the next entry goes, counted from 1 at the option's first byte. */
const POINTER = 2;
/** Of timestamps: how many routers found no room, and in the low half what an entry consists of. */
const OVERFLOW_AND_FLAG = 3;
const TIMESTAMP_FLAG = { timeOnly: 0, withAddress: 1, prespecified: 3 } as const;
const MAX_OVERFLOW = 15;
const FIRST_ROUTE_ENTRY = 4;
const FIRST_TIMESTAMP_ENTRY = 5;
/** Times are milliseconds since midnight UT. */
const DAY_MS = 86_400_000;

export function hasIpOptions(bytes: Uint8Array, ip: number): boolean {
  return ipHeaderBytes(bytes, ip) > IPV4_MIN_HEADER_BYTES;
}

/**
 * Why a packet with these options is not forwarded, or undefined if it may be. A source route counts as a reason: it
 * asks for another way than the balancer's.
 */
export function ipOptionsProblem(bytes: Uint8Array, ip: number): string | undefined {
  const end = ip + ipHeaderBytes(bytes, ip);
  for (let at = ip + IPV4_MIN_HEADER_BYTES; at < end; ) {
    const option = bytes[at] as number;
    if (option === OPTION.end) return undefined;
    if (option === OPTION.nop) {
      at++;
      continue;
    }
    const length = at + LENGTH < end ? (bytes[at + LENGTH] as number) : 0;
    if (length < 2 || at + length > end)
      return `IPv4 option ${option}: length ${length} does not fit the header`;
    if (option === OPTION.looseRoute || option === OPTION.strictRoute) return 'IPv4: source route';
    if (option === OPTION.recordRoute && !pointerIsSound(bytes, at, FIRST_ROUTE_ENTRY, 4)) {
      return 'IPv4 record route: invalid pointer';
    }
    if (option === OPTION.timestamp && !timestampIsSound(bytes, at)) {
      return 'IPv4 timestamp: invalid pointer, or overflow count full';
    }
    at += length;
  }
  return undefined;
}

function timestampIsSound(bytes: Uint8Array, at: number): boolean {
  const length = bytes[at + LENGTH] as number;
  if (length < 4) return false;
  if ((bytes[at + POINTER] as number) > length) {
    const isFull = (bytes[at + OVERFLOW_AND_FLAG] as number) >> 4 === MAX_OVERFLOW;
    return timestampFlag(bytes, at) === TIMESTAMP_FLAG.prespecified || !isFull;
  }
  return pointerIsSound(bytes, at, FIRST_TIMESTAMP_ENTRY, timestampEntryBytes(bytes, at) || 4);
}

function pointerIsSound(bytes: Uint8Array, at: number, first: number, entryBytes: number): boolean {
  const length = bytes[at + LENGTH] as number;
  const pointer = bytes[at + POINTER] as number;
  return length >= 3 && pointer >= first && (pointer > length || pointer + entryBytes - 1 <= length);
}

/**
 * Writes this router into recorded routes and timestamps, blanks what is behind the end of the list, as Linux does
 * (`ip_options_compile`), and writes the header checksum anew. Options must be sound.
 * @param address The address to record.
 * @param isOwn Whether an address is one of this machine's, for timestamps that name who is to fill them in.
 * @param wallClockMs Since the epoch.
 */
export function stampIpOptions(
  bytes: Uint8Array,
  ip: number,
  address: number,
  isOwn: (address: number) => boolean,
  wallClockMs: number,
): void {
  const end = ip + ipHeaderBytes(bytes, ip);
  let at = ip + IPV4_MIN_HEADER_BYTES;
  while (at < end && bytes[at] !== OPTION.end) {
    const option = bytes[at] as number;
    if (option === OPTION.recordRoute) recordRoute(bytes, at, address);
    else if (option === OPTION.timestamp) recordTime(bytes, at, address, isOwn, wallClockMs);
    at += option === OPTION.nop ? 1 : (bytes[at + LENGTH] as number);
  }
  bytes.fill(OPTION.end, at, end);
  writeIpChecksum(bytes, ip);
}

function recordRoute(bytes: Uint8Array, at: number, address: number): void {
  const pointer = bytes[at + POINTER] as number;
  if (pointer > (bytes[at + LENGTH] as number)) return;
  write32(bytes, at + pointer - 1, address);
  bytes[at + POINTER] = pointer + 4;
}

function recordTime(
  bytes: Uint8Array,
  at: number,
  address: number,
  isOwn: (address: number) => boolean,
  wallClockMs: number,
): void {
  const pointer = bytes[at + POINTER] as number;
  const flag = timestampFlag(bytes, at);
  if (pointer > (bytes[at + LENGTH] as number)) {
    if (flag !== TIMESTAMP_FLAG.prespecified) bytes[at + OVERFLOW_AND_FLAG]! += 0x10;
    return;
  }
  const entry = at + pointer - 1;
  if (flag === TIMESTAMP_FLAG.prespecified && !isOwn(readI32(bytes, entry))) return;
  if (flag === TIMESTAMP_FLAG.withAddress) write32(bytes, entry, address);
  const entryBytes = timestampEntryBytes(bytes, at);
  if (entryBytes === 0) return;
  write32(bytes, entry + entryBytes - 4, wallClockMs % DAY_MS);
  bytes[at + POINTER] = pointer + entryBytes;
}

function timestampFlag(bytes: Uint8Array, at: number): number {
  return (bytes[at + OVERFLOW_AND_FLAG] as number) & 15;
}

/** An entry is a time, or an address and a time; other flags mean nothing that a router knows. */
function timestampEntryBytes(bytes: Uint8Array, at: number): number {
  const flag = timestampFlag(bytes, at);
  if (flag === TIMESTAMP_FLAG.timeOnly) return 4;
  return flag === TIMESTAMP_FLAG.withAddress || flag === TIMESTAMP_FLAG.prespecified ? 8 : 0;
}

/** Overwrites the options that a fragment other than the first does not carry with "no operation". */
export function blankUncopiedOptions(bytes: Uint8Array, ip: number): void {
  const end = ip + ipHeaderBytes(bytes, ip);
  for (let at = ip + IPV4_MIN_HEADER_BYTES; at < end; ) {
    const option = bytes[at] as number;
    if (option === OPTION.end) return;
    const length = option === OPTION.nop ? 1 : (bytes[at + LENGTH] as number);
    if (length < (option === OPTION.nop ? 1 : 2) || at + length > end) return;
    if (option !== OPTION.nop && (option & COPIED) === 0) bytes.fill(OPTION.nop, at, at + length);
    at += length;
  }
}
