import { type Box, portYOf } from './box.ts';
import { OVERHANG } from './segments.ts';

const BETWEEN_BOXES = 20;
/** Between hosts of different segments: the ends of both segments must fit. */
const BETWEEN_GROUPS = 2 * OVERHANG + 8;

type Column = readonly Box[];

/**
 * The top of every box. The highest column is stacked first; its neighbours are put where their cables are
 * straight, and so on outwards.
 */
export function stackColumns(
  columns: readonly Column[],
  gapOf: ReadonlyMap<string, number>,
): Map<Box, number> {
  const tops = new Map<Box, number>();
  const spacing = (column: number) => (above: Box, below: Box) =>
    segmentsIn(above, column - 1, gapOf).some((name) => segmentsIn(below, column - 1, gapOf).includes(name))
      ? BETWEEN_BOXES
      : BETWEEN_GROUPS;
  const heights = columns.map((column, index) =>
    stack(column, () => Number.NEGATIVE_INFINITY, spacing(index), tops),
  );
  const highest = heights.indexOf(Math.max(...heights));
  for (let column = highest - 1; column >= 0; column--) {
    align(columns[column]!, columns[column + 1]!, segmentsBetween(gapOf, column), spacing(column), tops);
  }
  for (let column = highest + 1; column < columns.length; column++) {
    align(columns[column]!, columns[column - 1]!, segmentsBetween(gapOf, column - 1), spacing(column), tops);
  }
  return tops;
}

/** Stacks boxes downwards, each at its wish if there is room. Returns the height of the stack. */
function stack(
  column: Column,
  wish: (box: Box) => number,
  spacing: (above: Box, below: Box) => number,
  tops: Map<Box, number>,
): number {
  let bottom = 0;
  column.forEach((box, index) => {
    const above = column[index - 1];
    const least = above ? bottom + spacing(above, box) : Number.NEGATIVE_INFINITY;
    const wished = wish(box);
    const top = Math.max(least, Number.isFinite(wished) ? wished : above ? least : 0);
    tops.set(box, top);
    bottom = top + box.height;
  });
  return column.length === 0 ? 0 : bottom - tops.get(column[0]!)!;
}

function align(
  column: Column,
  neighbours: Column,
  segments: ReadonlySet<string>,
  spacing: (above: Box, below: Box) => number,
  tops: Map<Box, number>,
): void {
  const wishes = new Map(column.map((box) => [box, wishedTop(box, neighbours, segments, tops)]));
  stack(column, (box) => wishes.get(box)!, spacing, tops);
  // Boxes pushed down by those above: move the whole column up by half, so that they are off evenly.
  const pushed = column.map((box) => tops.get(box)! - wishes.get(box)!).filter(Number.isFinite);
  const shift = pushed.length > 0 ? pushed.reduce((sum, by) => sum + by, 0) / pushed.length : 0;
  for (const box of column) tops.set(box, tops.get(box)! - shift);
}

/**
 * Where the middle of a box's ports is level with what they lead to: the middle of a segment's hosts, or, of
 * several segments, the boundaries between them.
 */
function wishedTop(
  box: Box,
  neighbours: Column,
  segments: ReadonlySet<string>,
  tops: ReadonlyMap<Box, number>,
): number {
  const ports = box.host.interfaces.flatMap((item, port) =>
    segments.has(item.switch) ? [{ item, port }] : [],
  );
  const spans = ports
    .map(({ item }) => portsOn(neighbours, item.switch, tops))
    .filter((ys) => ys.length > 0)
    .map((ys) => ({ low: Math.min(...ys), high: Math.max(...ys) }))
    .sort((a, b) => a.low - b.low);
  if (spans.length === 0) return Number.NaN;
  const targets =
    spans.length === 1
      ? spans.map(({ low, high }) => (low + high) / 2)
      : spans.slice(1).map(({ low }, index) => (spans[index]!.high + low) / 2);
  return mean(targets) - mean(ports.map(({ port }) => portYOf(box, port, 0)));
}

function portsOn(column: Column, segment: string, tops: ReadonlyMap<Box, number>): number[] {
  return column.flatMap((box) =>
    box.host.interfaces.flatMap((item, port) =>
      item.switch === segment ? [portYOf(box, port, tops.get(box)!)] : [],
    ),
  );
}

function segmentsBetween(gapOf: ReadonlyMap<string, number>, gap: number): Set<string> {
  return new Set([...gapOf].filter(([, at]) => at === gap).map(([name]) => name));
}

function segmentsIn(box: Box, gap: number, gapOf: ReadonlyMap<string, number>): string[] {
  return box.host.interfaces.map((item) => item.switch).filter((name) => gapOf.get(name) === gap);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
