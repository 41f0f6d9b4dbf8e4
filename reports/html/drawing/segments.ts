import type { SessionTopology } from '../../result.ts';
import { LANE, LINE_HEIGHT, PADDING, shortened, textWidth } from './box.ts';
import type { Step } from './steps.ts';

/** A segment as an upright bar between two columns of hosts, with its name at the top. */
export interface PlacedSegment {
  readonly name: string;
  readonly label: string;
  readonly subnet: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Length of a cable between a box and a segment: a badge and an arrowhead must fit. */
export const CABLE = 46;
/** Room for the two lines of text at the top of a segment. */
export const SEGMENT_HEADER = 2 * LINE_HEIGHT + 12;
/** How far a segment reaches beyond the first and the last cable. */
export const OVERHANG = 22;
const NARROWEST = 92;
const BETWEEN = 26;

interface Gap {
  /** Left edge of the gap. */
  readonly x: number;
  readonly steps: readonly Step[];
  readonly portsOf: (name: string) => readonly number[];
}

/**
 * Places the segments of one gap. They stand above each other if they do not overlap; else side by side, all
 * reaching above every cable, so that no cable crosses a name.
 */
export function segmentsOfGap(
  topology: SessionTopology,
  names: readonly string[],
  { x, steps, portsOf }: Gap,
): { readonly width: number; readonly segments: readonly PlacedSegment[] } {
  if (names.length === 0) return { width: CABLE, segments: [] };
  const segments = names.map((name) => {
    const { label, subnet } = topology.switches.find((item) => item.name === name) ?? {
      label: name,
      subnet: '',
    };
    const lanes = steps.filter((step) => step.switch === name).length;
    const ys = portsOf(name);
    const top = Math.min(...ys) - OVERHANG - SEGMENT_HEADER;
    return {
      name,
      label: shortened(label),
      subnet: shortened(subnet),
      width: Math.max(
        NARROWEST,
        lanes * LANE + 2 * PADDING,
        ...[label, subnet].map((text) => textWidth(shortened(text)) + 2 * PADDING),
      ),
      top,
      bottom: Math.max(...ys) + OVERHANG,
    };
  });
  const sorted = [...segments].sort((a, b) => a.top - b.top);
  const stacked = sorted.every(({ top }, index) => index === 0 || sorted[index - 1]!.bottom < top);
  const highest = sorted[0]!.top;
  const widest = Math.max(...segments.map(({ width }) => width));
  let left = x + CABLE;
  const placed = sorted.map(({ top, bottom, width, ...segment }) => {
    const y = stacked ? top : highest;
    const at = { ...segment, x: left, y, width: stacked ? widest : width, height: bottom - y };
    if (!stacked) left += width + BETWEEN;
    return at;
  });
  const total = stacked ? widest : left - BETWEEN - (x + CABLE);
  return { width: total + 2 * CABLE, segments: placed };
}
