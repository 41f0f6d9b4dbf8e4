/** One kind of misconfiguration, and how it is recognised. */
import type { DecodedPacket } from '../../../lab/captures/decoded-packet.ts';
import type { ForwardingMode } from '../../../lab/modes.ts';
import type { Finding, Misconfiguration } from '../../../reports/result.ts';
import { findingAbout } from '../../../scenarios/kit/finding.ts';
import type { SiteView } from '../view/site-view.ts';

export interface Symptom {
  /** The name under which reports and `--break` know it. */
  readonly id: string;
  readonly occursIn: (mode: ForwardingMode) => boolean;
  /**
   * It is a fault of the network whatever its traffic does. The others are looked for at real sites only: in a lab,
   * programs are ended, and connections refused, on purpose.
   */
  readonly isOfTheNetwork: boolean;
  /** It tells that requests get no answer, and not why; it is left out where another symptom tells why. */
  readonly isLastResort: boolean;
  /** Requests get no answer because of it. */
  readonly leavesUnanswered: boolean;
  /** A pure function; empty where the site does not show it. */
  readonly find: (view: SiteView) => Misconfiguration[];
}

/** Packets shown for one misconfiguration. */
export const SHOWN_PACKETS = 3;

export const inEveryMode = (): boolean => true;

/** The first few packets, each with what it shows. */
export function shown(packets: readonly DecodedPacket[], message: string): Finding[] {
  return packets.slice(0, SHOWN_PACKETS).map((packet) => findingAbout(packet, message));
}
