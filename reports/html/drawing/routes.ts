import { LANE } from './box.ts';
import type { Layout, Port } from './layout.ts';
import type { PlacedSegment } from './segments.ts';
import type { End, Step } from './steps.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A step as a line of level and upright pieces, from where it leaves to where it arrives. */
export interface Route {
  readonly step: Step;
  readonly points: readonly Point[];
}

/** Ends that differ by less, in pixels, are level. */
const LEVEL = 0.5;
/** Above this many lines in one segment, they are laid in the order of their steps instead of the best order. */
const MOST_ORDERED = 6;

/** Lays every step so that no two lines lie on each other, and crossings are few. */
export function routesOf(layout: Layout, steps: readonly Step[]): Route[] {
  return layout.segments.flatMap((segment) => {
    const crossing = steps.filter((step) => step.switch === segment.name);
    const orders = crossing.length <= MOST_ORDERED ? permutations(crossing) : [crossing];
    return best(orders.map((order) => layLines(layout, segment, order, steps)));
  });
}

function layLines(
  layout: Layout,
  segment: PlacedSegment,
  order: readonly Step[],
  steps: readonly Step[],
): Route[] {
  return order.map((step, lane) => {
    const x = segment.x + segment.width / 2 + offset(lane, order.length);
    const from = step.from && portPoint(layout, step, step.from, steps);
    const to = step.to && portPoint(layout, step, step.to, steps);
    return { step, points: line(from, to, x) };
  });
}

function line(from: Point | undefined, to: Point | undefined, x: number): Point[] {
  if (from && to && Math.abs(from.y - to.y) < LEVEL && from.x !== to.x) return [from, { x: to.x, y: from.y }];
  return [...(from ? [from, { x, y: from.y }] : []), ...(to ? [{ x, y: to.y }, to] : [])];
}

/** Where a step meets a port: lines through one port run side by side, in the order of their steps. */
function portPoint({ ports }: Layout, step: Step, end: End, steps: readonly Step[]): Point | undefined {
  const port = ports.find((candidate) => isEnd(candidate, end));
  if (!port) return undefined;
  const through = steps.filter(({ from, to }) => [from, to].some((other) => other && isEnd(port, other)));
  return { x: port.x, y: port.y + offset(through.indexOf(step), through.length) };
}

function isEnd(port: Pick<Port, 'host' | 'interface'>, end: End): boolean {
  return port.host === end.host && port.interface === end.interface;
}

function offset(lane: number, lanes: number): number {
  return (lane - (lanes - 1) / 2) * LANE;
}

function best(candidates: readonly Route[][]): Route[] {
  let chosen: Route[] = [];
  let fewest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const found = crossings(candidate);
    if (found < fewest) [chosen, fewest] = [candidate, found];
  }
  return chosen;
}

function crossings(routes: readonly Route[]): number {
  const pieces = routes.flatMap(({ points }, line) =>
    points.slice(1).map((to, index) => ({ line, from: points[index]!, to })),
  );
  let found = 0;
  for (const level of pieces.filter(({ from, to }) => from.y === to.y)) {
    for (const upright of pieces.filter(({ line, from, to }) => line !== level.line && from.x === to.x)) {
      if (
        between(upright.from.x, level.from.x, level.to.x) &&
        between(level.from.y, upright.from.y, upright.to.y)
      ) {
        found++;
      }
    }
  }
  return found;
}

function between(value: number, a: number, b: number): boolean {
  return value >= Math.min(a, b) && value <= Math.max(a, b);
}

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}
