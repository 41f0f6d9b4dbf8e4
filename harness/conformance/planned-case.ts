/** A case that is to be played. */
import type { FeatureName } from '../../scenarios/features.ts';
import type { PacketCase } from '../../scenarios/kit/packet-case.ts';

/** A case with its place in the catalogue. */
export interface PlannedCase {
  readonly one: PacketCase;
  /** Its number in the catalogue, from which its clients’ addresses follow. */
  readonly index: number;
  /** What it needs of a director, where that is not found by playing it in memory. */
  readonly needs?: readonly FeatureName[];
}
