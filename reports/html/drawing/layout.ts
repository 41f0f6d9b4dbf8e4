import type { SessionTopology } from '../../result.ts';
import { type Box, boxOf, LANE, portYOf } from './box.ts';
import { columnsFromClient, shownHosts } from './columns.ts';
import { type PlacedSegment, segmentsOfGap } from './segments.ts';
import { stackColumns } from './stack.ts';
import type { Step } from './steps.ts';

/** Where everything of a topology is drawn, in pixels of the drawing. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly segments: readonly PlacedSegment[];
  readonly ports: readonly Port[];
}

export interface PlacedBox extends Box {
  readonly x: number;
  readonly y: number;
}

/** Where an interface's cable leaves its box. */
export interface Port {
  readonly host: string;
  readonly interface: string;
  readonly switch: string;
  readonly side: 'left' | 'right';
  readonly x: number;
  readonly y: number;
}

const MARGIN = 14;

export function layOut(topology: SessionTopology, steps: readonly Step[]): Layout {
  const { hosts, gapOf } = columnsFromClient(shownHosts(topology, steps));
  const lanesOf = (host: string, name: string) =>
    steps.filter(({ from, to }) => [from, to].some((end) => end?.host === host && end.interface === name))
      .length;
  const columns = hosts.map((column) =>
    column.map((host) => boxOf(host, topology.vip, (name) => lanesOf(host.name, name))),
  );
  const tops = stackColumns(columns, gapOf);

  const boxes: PlacedBox[] = [];
  const segments: PlacedSegment[] = [];
  const ports: Port[] = [];
  let x = MARGIN;
  columns.forEach((column, index) => {
    const width = Math.max(0, ...column.map((box) => box.width));
    for (const box of column) {
      const y = tops.get(box)!;
      boxes.push({ ...box, width, x, y });
      box.host.interfaces.forEach((item, port) => {
        const side = gapOf.get(item.switch) === index ? 'right' : 'left';
        ports.push({
          host: box.host.name,
          interface: item.name,
          switch: item.switch,
          side,
          x: side === 'right' ? x + width : x,
          y: portYOf(box, port, y),
        });
      });
    }
    const gap = segmentsOfGap(
      topology,
      [...gapOf].filter(([, at]) => at === index).map(([name]) => name),
      {
        x: x + width,
        steps,
        cablesOf: (name) => cableYs(columns.slice(index, index + 2).flat(), tops, name, lanesOf),
      },
    );
    segments.push(...gap.segments);
    x += width + gap.width;
  });
  return shifted(boxes, segments, ports, x + MARGIN);
}

/** Heights that the cables of a segment take, with the lines of the path beside them. */
function cableYs(
  boxes: readonly Box[],
  tops: ReadonlyMap<Box, number>,
  name: string,
  lanesOf: (host: string, name: string) => number,
): number[] {
  return boxes.flatMap((box) =>
    box.host.interfaces.flatMap((item, port) => {
      if (item.switch !== name) return [];
      const y = portYOf(box, port, tops.get(box)!);
      const beside = (Math.max(0, lanesOf(box.host.name, item.name) - 1) / 2) * LANE;
      return [y - beside, y + beside];
    }),
  );
}

/** Moves everything down so that the topmost thing is at the margin. */
function shifted(
  boxes: readonly PlacedBox[],
  segments: readonly PlacedSegment[],
  ports: readonly Port[],
  width: number,
): Layout {
  const things = [...boxes, ...segments];
  const top = Math.min(...things.map(({ y }) => y)) - MARGIN;
  const bottom = Math.max(...things.map(({ y, height }) => y + height)) + MARGIN;
  const down = <Thing extends { readonly y: number }>(thing: Thing): Thing => ({
    ...thing,
    y: thing.y - top,
  });
  return {
    width,
    height: things.length > 0 ? bottom - top : 0,
    boxes: boxes.map(down),
    segments: segments.map(down),
    ports: ports.map(down),
  };
}
