/** Pcapng files made by hand. */

/** A file with one interface and one frame. */
export function pcapng(frame: Uint8Array, { isLittleEndian = true, ticksPower = 9 } = {}): Buffer {
  const u16 = (value: number) => {
    const bytes = Buffer.alloc(2);
    isLittleEndian ? bytes.writeUInt16LE(value) : bytes.writeUInt16BE(value);
    return bytes;
  };
  const u32 = (value: number) => {
    const bytes = Buffer.alloc(4);
    isLittleEndian ? bytes.writeUInt32LE(value) : bytes.writeUInt32BE(value);
    return bytes;
  };
  const block = (type: number, ...parts: readonly Buffer[]) => {
    const body = Buffer.concat(parts);
    const padded = Buffer.concat([body, Buffer.alloc(-body.length & 3)]);
    return Buffer.concat([u32(type), u32(padded.length + 12), padded, u32(padded.length + 12)]);
  };
  const time = 1_500_000_000n * 10n ** BigInt(ticksPower) + 25n * 10n ** BigInt(ticksPower - 2);
  return Buffer.concat([
    block(0x0a0d0d0a, u32(0x1a2b3c4d), u16(1), u16(0), u32(0xffffffff), u32(0xffffffff)),
    block(
      1,
      u16(1),
      u16(0),
      u32(0),
      u16(2),
      u16(4),
      Buffer.from('eth7'),
      u16(9),
      u16(1),
      Buffer.from([ticksPower, 0, 0, 0]),
      u32(0),
    ),
    block(
      6,
      u32(0),
      u32(Number(time >> 32n)),
      u32(Number(time & 0xffffffffn)),
      u32(frame.length),
      u32(frame.length),
      Buffer.from(frame),
    ),
  ]);
}
