/** A case that is to be played. */
import type { PacketCase } from '../../scenarios/kit/packet-case.ts';

/** A case with its place in the catalogue. */
export interface PlannedCase {
  readonly one: PacketCase;
  /** Its number in the catalogue, from which its clients’ addresses follow. */
  readonly index: number;
  /** It asks for what the director does not declare, so it needs nothing that is. */
  readonly isProbe?: boolean;
}
