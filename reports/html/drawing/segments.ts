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
  /** Where its name stands. */
  readonly header: 'top' | 'bottom';
}

/** Length of a cable between a box and a segment: a badge and an arrowhead must fit. */
export const CABLE = 46;
/** Room for the two lines of a segment's name. */
export const SEGMENT_HEADER = 2 * LINE_HEIGHT + 12;
/** How far a segment reaches beyond the first and the last cable. */
export const OVERHANG = 12;
const NARROWEST = 92;
const BETWEEN = 26;

interface Gap {
  /** Left edge of the gap. */
  readonly x: number;
  readonly steps: readonly Step[];
  /** Heights of a segment's cables and of what runs beside them. */
  readonly cablesOf: (name: string) => readonly number[];
}

/**
 * Places the segments of one gap. They stand above each other if there is room, the highest with its name at the top
 * and the others with theirs at the bottom, to need little of it. Else they stand side by side, all reaching above
 * every cable, so that no cable crosses a name.
 */
export function segmentsOfGap(
  topology: SessionTopology,
  names: readonly string[],
  { x, steps, cablesOf }: Gap,
): { readonly width: number; readonly segments: readonly PlacedSegment[] } {
  if (names.length === 0) return { width: 0, segments: [] };
  const segments = names
    .map((name) => ({ name, ys: cablesOf(name) }))
    .sort((a, b) => Math.min(...a.ys) - Math.min(...b.ys))
    .map(({ name, ys }, index) => {
      const known = topology.switches.find((item) => item.name === name);
      const label = shortened(known?.label ?? name);
      const subnet = shortened(known?.subnet ?? '');
      const lanes = steps.filter((step) => step.switch === name).length;
      const header: PlacedSegment['header'] = index === 0 ? 'top' : 'bottom';
      return {
        name,
        label,
        subnet,
        header,
        width: Math.max(
          NARROWEST,
          lanes * LANE + 2 * PADDING,
          ...[label, subnet].map((text) => textWidth(text) + 2 * PADDING),
        ),
        top: Math.min(...ys) - OVERHANG - (header === 'top' ? SEGMENT_HEADER : 0),
        bottom: Math.max(...ys) + OVERHANG + (header === 'bottom' ? SEGMENT_HEADER : 0),
      };
    });
  const fits = segments.every(({ top }, index) => index === 0 || segments[index - 1]!.bottom <= top);
  if (fits) {
    const width = Math.max(...segments.map((segment) => segment.width));
    return {
      width: width + 2 * CABLE,
      segments: segments.map(({ top, bottom, ...segment }) => ({
        ...segment,
        x: x + CABLE,
        y: top,
        width,
        height: bottom - top,
      })),
    };
  }
  const highest = Math.min(...segments.map(({ top }) => top)) - SEGMENT_HEADER;
  let left = x + CABLE;
  const placed = segments.map(({ top, bottom, ...segment }) => {
    const at = { ...segment, header: 'top' as const, x: left, y: highest, height: bottom - highest };
    left += segment.width + BETWEEN;
    return at;
  });
  return { width: left - BETWEEN - x + CABLE, segments: placed };
}
