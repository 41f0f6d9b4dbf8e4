/** What a capture file holds, whatever its format: frames as bytes, each with its link type. */

export interface CaptureRecord {
  /** Seconds since the epoch. */
  readonly time: number;
  /** As in the registry of link types (https://www.tcpdump.org/linktypes.html). */
  readonly linkType: number;
  /** Name of the interface, where the file tells. */
  readonly interface: string;
  readonly bytes: Uint8Array;
  /** Length on the wire; more than there are bytes where the capture was made with a short snapshot length. */
  readonly wireBytes: number;
}

export interface CaptureRecords {
  readonly records: CaptureRecord[];
  /** Whether the file ends within a record, as after a full disk or a killed tcpdump. */
  readonly endsEarly: boolean;
}

/** Longer than any frame that a kernel hands to a capture (tcpdump’s own limit). */
export const LONGEST_RECORD_BYTES = 262_144;

/** Reads numbers of either byte order. */
export class Fields {
  readonly #view: DataView;
  readonly #isLittleEndian: boolean;

  constructor(bytes: Uint8Array, isLittleEndian: boolean) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#isLittleEndian = isLittleEndian;
  }

  u16(at: number): number {
    return this.#view.getUint16(at, this.#isLittleEndian);
  }

  u32(at: number): number {
    return this.#view.getUint32(at, this.#isLittleEndian);
  }
}
