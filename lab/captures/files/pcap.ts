/** The classic format, of either byte order, with microseconds or nanoseconds (draft-ietf-opsawg-pcap). */
import { CaptureError } from '../read-capture.ts';
import { type CaptureRecord, type CaptureRecords, Fields, LONGEST_RECORD_BYTES } from './records.ts';

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
/** How many make a second. */
const TICKS_BY_MAGIC: Readonly<Record<number, number>> = { 2712847316: 1e6, 2712812621: 1e9 };

/** Undefined where the file is of another format. @throws CaptureError where it is corrupt. */
export function pcapRecords(file: Uint8Array, name: string): CaptureRecords | undefined {
  if (file.length < FILE_HEADER_BYTES) return undefined;
  for (const isLittleEndian of [true, false]) {
    const fields = new Fields(file, isLittleEndian);
    const ticks = TICKS_BY_MAGIC[fields.u32(0)];
    if (ticks !== undefined) return recordsOf(file, fields, ticks, name);
  }
  return undefined;
}

function recordsOf(file: Uint8Array, fields: Fields, ticks: number, name: string): CaptureRecords {
  // The upper bits say how long frame check sequences are.
  const linkType = fields.u32(20) & 0x0fffffff;
  const records: CaptureRecord[] = [];
  let at = FILE_HEADER_BYTES;
  while (at + RECORD_HEADER_BYTES <= file.length) {
    const length = fields.u32(at + 8);
    if (length > LONGEST_RECORD_BYTES) {
      throw new CaptureError(
        `${name}: packet ${records.length + 1} claims ${length} bytes: the file is corrupt`,
        'CAPTURE_TRUNCATED',
      );
    }
    const begin = at + RECORD_HEADER_BYTES;
    if (begin + length > file.length) break;
    records.push({
      time: fields.u32(at) + fields.u32(at + 4) / ticks,
      linkType,
      interface: '',
      bytes: file.subarray(begin, begin + length),
      wireBytes: Math.max(length, fields.u32(at + 12)),
    });
    at = begin + length;
  }
  return { records, endsEarly: at < file.length };
}
