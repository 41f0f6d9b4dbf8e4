/** Pcap files made by hand: the classic format, version 2.4, little-endian, microseconds. */

export interface FileHeader {
  readonly magic?: number;
  readonly linkType?: number;
}

/** 1 is Ethernet. */
export function fileHeader({ magic = 0xa1b2c3d4, linkType = 1 }: FileHeader = {}): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(magic, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(linkType, 20);
  return header;
}

/** A packet with its header. `originalBytes` is what it had on the wire, if it was snapped. */
export function packetRecord(frame: Uint8Array, timeUs = 0, originalBytes = frame.length): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(Math.floor(timeUs / 1e6), 0);
  header.writeUInt32LE(timeUs % 1e6, 4);
  header.writeUInt32LE(frame.length, 8);
  header.writeUInt32LE(originalBytes, 12);
  return Buffer.concat([header, frame]);
}

export function pcapFile(...frames: readonly Uint8Array[]): Buffer {
  return Buffer.concat([fileHeader(), ...frames.map((frame, i) => packetRecord(frame, i + 1))]);
}
