/** The format that Wireshark, dumpcap and tshark write (draft-ietf-opsawg-pcapng). */
import { CaptureError } from '../read-capture.ts';
import { type CaptureRecord, type CaptureRecords, Fields, LONGEST_RECORD_BYTES } from './records.ts';

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** Type, length, and the length again at the end. */
const BLOCK_BYTES = 12;
const OPTION_NAME = 2;
const OPTION_RESOLUTION = 9;

interface PacketInterface {
  readonly linkType: number;
  readonly name: string;
  /** How many units of time make a second. */
  readonly ticks: number;
}

/** Undefined where the file is of another format. @throws CaptureError where it is corrupt. */
export function pcapngRecords(file: Uint8Array, name: string): CaptureRecords | undefined {
  if (file.length < BLOCK_BYTES + 4 || new Fields(file, true).u32(0) !== SECTION_HEADER) return undefined;
  const records: CaptureRecord[] = [];
  let interfaces: PacketInterface[] = [];
  let fields = new Fields(file, true);
  let at = 0;
  while (at + BLOCK_BYTES <= file.length) {
    const type = fields.u32(at);
    if (type === SECTION_HEADER) {
      fields = new Fields(file, new Fields(file, true).u32(at + 8) === BYTE_ORDER_MAGIC);
      interfaces = [];
    }
    const length = fields.u32(at + 4);
    if (length < BLOCK_BYTES || length % 4 !== 0) {
      throw new CaptureError(`${name}: a block at byte ${at} claims ${length} bytes`, 'CAPTURE_TRUNCATED');
    }
    if (at + length > file.length) break;
    if (type === INTERFACE_DESCRIPTION) interfaces.push(interfaceOf(file, fields, at, at + length - 4));
    const isPacket = type === ENHANCED_PACKET || type === SIMPLE_PACKET;
    if (isPacket) records.push(packetOf(file, fields, at, at + length, interfaces, name));
    at += length;
  }
  return { records, endsEarly: at < file.length };
}

function interfaceOf(file: Uint8Array, fields: Fields, at: number, end: number): PacketInterface {
  let name = '';
  let ticks = 1e6;
  let option = at + 16;
  while (option + 4 <= end) {
    const [code, length] = [fields.u16(option), fields.u16(option + 2)];
    const value = file.subarray(option + 4, option + 4 + length);
    if (code === 0) break;
    if (code === OPTION_NAME) name = Buffer.from(value).toString('utf8').replaceAll('\0', '');
    // The highest bit chooses between powers of two and of ten.
    const resolution = value[0] ?? 6;
    if (code === OPTION_RESOLUTION) ticks = resolution & 0x80 ? 2 ** (resolution & 0x7f) : 10 ** resolution;
    option += 4 + Math.ceil(length / 4) * 4;
  }
  return { linkType: fields.u16(at + 8), name, ticks };
}

function packetOf(
  file: Uint8Array,
  fields: Fields,
  at: number,
  end: number,
  interfaces: readonly PacketInterface[],
  name: string,
): CaptureRecord {
  const isSimple = fields.u32(at) === SIMPLE_PACKET;
  const from = interfaces[isSimple ? 0 : fields.u32(at + 8)];
  const begin = at + (isSimple ? 12 : 28);
  const wireBytes = fields.u32(begin - 4);
  const length = isSimple ? Math.min(wireBytes, end - 4 - begin) : fields.u32(begin - 8);
  if (from === undefined || length > LONGEST_RECORD_BYTES || begin + length > end) {
    throw new CaptureError(`${name}: the packet at byte ${at} is corrupt`, 'CAPTURE_TRUNCATED');
  }
  const time = isSimple ? 0 : secondsOf(fields.u32(at + 12), fields.u32(at + 16), from.ticks);
  return {
    time,
    linkType: from.linkType,
    interface: from.name,
    bytes: file.subarray(begin, begin + length),
    wireBytes: Math.max(length, wireBytes),
  };
}

/** More units than a number holds exactly make up a time in nanoseconds. */
function secondsOf(high: number, low: number, ticks: number): number {
  const units = (BigInt(high) << 32n) + BigInt(low);
  const whole = units / BigInt(ticks);
  return Number(whole) + Number(units - whole * BigInt(ticks)) / ticks;
}
