/** Any addresses, ports and payloads, for properties. */
import fc from 'fast-check';
import type { IpFields } from '../../../lab/frames/index.ts';

export const address = fc.ipV4();
export const mac = fc
  .uint8Array({ minLength: 6, maxLength: 6 })
  .map((bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':'));
export const u8 = fc.nat(0xff);
export const u16 = fc.nat(0xffff);
export const u32 = fc.nat(0xffff_ffff);
export const payload = fc.uint8Array({ maxLength: 300 });

/** Options in words of four bytes. */
export function options(maxWords: number) {
  return fc
    .array(fc.tuple(u8, u8, u8, u8), { maxLength: maxWords })
    .map((words): readonly number[] => words.flat());
}

/** The fields of an IPv4 header, all given. */
export const ipFields: fc.Arbitrary<Required<IpFields>> = fc.record({
  source: address,
  destination: address,
  ttl: u8,
  tos: u8,
  id: u16,
  dontFragment: fc.boolean(),
  moreFragments: fc.boolean(),
  offsetBytes: fc.nat(0x1fff).map((units) => units * 8),
  options: options(10),
});

/** Those of a datagram that is no fragment. */
export const wholeIpFields = ipFields.map((ip) => ({ ...ip, moreFragments: false, offsetBytes: 0 }));

export const ports = fc.record({ sourcePort: u16, destinationPort: u16 });
