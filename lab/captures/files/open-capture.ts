/**
 * Captures as people have them: pcap and pcapng, compressed or not, of several link types, with VLAN tags, cut short, or
 * with packets snapped. What was lost is said; `readCapture` refuses such files, because a case is judged by what is not
 * in them.
 */
import { readFile } from 'node:fs/promises';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { ETHERTYPE_IPV4, get16, headerBytesOf, join, u16, writeHeaderChecksum } from '../../frames/index.ts';
import { type CapturePlace, DecodedPacket, type SeenAs } from '../decoded-packet.ts';
import { CaptureError, type DecodedCapture } from '../read-capture.ts';
import { isKnownLinkType, LINK_TYPE_NAMES, type LinkLayer, linkLayerOf } from './link-layer.ts';
import { pcapRecords } from './pcap.ts';
import { pcapngRecords } from './pcapng.ts';
import type { CaptureRecord } from './records.ts';

export interface OpenedCapture extends DecodedCapture {
  /** The file ends within a packet: what came after it was lost. */
  readonly endsEarly: boolean;
}

/** @throws CaptureError naming the file and what is wrong with it. */
export async function openCapture(host: string, file: string): Promise<OpenedCapture> {
  const content = decompressed(await contentOf(file), file);
  const opened = pcapRecords(content, file) ?? pcapngRecords(content, file);
  if (opened === undefined) {
    throw new CaptureError(
      `${file}: no capture: neither pcap nor pcapng, also within gzip or zstd`,
      content.length < 24 ? 'CAPTURE_TRUNCATED' : 'CAPTURE_FORMAT',
    );
  }
  const places = new Map<string, CapturePlace>();
  const packets = opened.records.map((record, i) => {
    const place = places.get(record.interface) ?? { host, interface: record.interface, file };
    places.set(record.interface, place);
    return decodedPacket(place, i + 1, record);
  });
  const [named] = places.keys();
  return { host, interface: named ?? '', file, packets, endsEarly: opened.endsEarly };
}

function decodedPacket(place: CapturePlace, frame: number, record: CaptureRecord): DecodedPacket {
  const { linkType, bytes, wireBytes, time } = record;
  if (!isKnownLinkType(linkType)) {
    throw new CaptureError(
      `${place.file}: link type ${linkType} is not supported; these are: ${LINK_TYPE_NAMES}`,
      'CAPTURE_FORMAT',
    );
  }
  const link = linkLayerOf(linkType, bytes);
  const seen: SeenAs = {
    wireBytes,
    isSnapped: bytes.length < wireBytes,
    vlans: link?.vlans ?? [],
    ...(link?.direction && { direction: link.direction }),
  };
  return new DecodedPacket(place, frame, time, link === undefined ? bytes : plainFrame(link, record), seen);
}

/** An untagged Ethernet frame: as long as it was on the wire, with zeros in place of what was not captured. */
function plainFrame({ source, destination, etherType, at }: LinkLayer, record: CaptureRecord): Uint8Array {
  const network = record.bytes.subarray(at);
  const missing = new Uint8Array(record.wireBytes - record.bytes.length);
  const frame = join(destination, source, u16(etherType), network, missing);
  if (etherType === ETHERTYPE_IPV4) completeHeaderChecksum(frame.subarray(14));
  return frame;
}

/** Some systems leave this checksum to hardware too, and then it is 0 in a capture. */
function completeHeaderChecksum(packet: Uint8Array): void {
  if (packet.length >= 20 && packet.length >= headerBytesOf(packet) && get16(packet, 10) === 0) {
    writeHeaderChecksum(packet);
  }
}

async function contentOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new CaptureError(
      `${file}: ${isMissing ? 'no such capture' : `cannot be read: ${(error as Error).message}`}`,
      'CAPTURE_MISSING',
    );
  }
}

function decompressed(content: Uint8Array, file: string): Uint8Array {
  try {
    if (content[0] === 0x1f && content[1] === 0x8b) return gunzipSync(content);
    if (content.length > 4 && get16(content, 0) === 0x28b5 && get16(content, 2) === 0x2ffd) {
      return zstdDecompressSync(content);
    }
    return content;
  } catch (error) {
    throw new CaptureError(
      `${file}: cannot be decompressed: ${(error as Error).message}`,
      'CAPTURE_TRUNCATED',
    );
  }
}
