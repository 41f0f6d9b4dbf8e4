import type { SessionTopology } from '../../result.ts';
import { html, type Markup } from '../markup.ts';
import { HEADER, LINE_HEIGHT, PADDING, roleText, shortened, textWidth, VIP_TAG } from './box.ts';
import { type Layout, layOut, type PlacedBox, type Port } from './layout.ts';
import { type Point, type Route, routesOf } from './routes.ts';
import { CABLE, type PlacedSegment, SEGMENT_HEADER } from './segments.ts';
import type { End, Step } from './steps.ts';

const BADGE_RADIUS = 9;
const ARROW_LENGTH = 10;
const CORNER = 7;

/** A drawing of a topology with the ways that packets took over it. */
export function drawing(topology: SessionTopology, steps: readonly Step[]): Markup {
  const layout = layOut(topology, steps);
  const { width, height } = layout;
  const routes = routesOf(layout, steps);
  const onPath = new Set(steps.flatMap(({ from, to }) => [from?.host, to?.host]));
  return html`<svg class="drawing" viewBox="0 0 ${round(width)} ${round(height)}" width="${round(width)}" height="${round(height)}" role="img" aria-label="${topology.title}. ${describe(steps)}">
${layout.ports.map((port) => cable(port, layout))}
${layout.segments.map(segmentBar)}
${layout.boxes.map((box) => hostBox(box, layout, topology.vip, onPath.has(box.host.name)))}
${routes.filter(({ step }) => step.tunnelled).map(({ points }) => html`<path class="tunnel" d="${pathData(points)}"/>`)}
${routes.map(({ step, points }) => html`<path class="route ${step.kind}" data-step="${step.number}" d="${pathData(points)}"/>`)}
${routes.map(routeEnds)}
</svg>`;
}

function describe(steps: readonly Step[]): string {
  if (steps.length === 0) return 'No path was seen in the captures.';
  const name = (end: End | undefined) => (end ? `${end.host} ${end.interface}` : 'not seen');
  return steps
    .map(
      ({ number, kind, from, to, tunnelled }) =>
        `${number}. ${kind}: ${name(from)} to ${name(to)}${tunnelled ? ', in an outer header' : ''}`,
    )
    .join('; ');
}

function cable({ side, x, y, ...port }: Port, { segments }: Layout): Markup {
  const segment = segments.find(({ name }) => name === port.switch);
  const end = segment ? (side === 'right' ? segment.x : segment.x + segment.width) : x;
  return html`<line class="cable" x1="${round(x)}" y1="${round(y)}" x2="${round(end)}" y2="${round(y)}"/>`;
}

function segmentBar({ label, subnet, x, y, width, height, header }: PlacedSegment): Markup {
  const middle = round(x + width / 2);
  const top = header === 'top' ? y : y + height - SEGMENT_HEADER;
  const rule = round(header === 'top' ? top + SEGMENT_HEADER - 4 : top + 4);
  const text = (header === 'top' ? top : top + 4) + 1;
  return html`<g class="segment"><rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="10"/>
<line x1="${round(x)}" x2="${round(x + width)}" y1="${rule}" y2="${rule}"/>
<text class="name" x="${middle}" y="${round(text + LINE_HEIGHT)}" text-anchor="middle">${label}</text>
<text x="${middle}" y="${round(text + 2 * LINE_HEIGHT)}" text-anchor="middle">${subnet}</text></g>`;
}

function hostBox(box: PlacedBox, { ports }: Layout, vip: string, onPath: boolean): Markup {
  const { host, x, y, width, height } = box;
  const own = ports.filter((port) => port.host === host.name);
  const macs = host.stands
    ? `${host.stands} more servers, not drawn`
    : `${host.name} (${host.role})\n${host.interfaces.map((item) => `${item.name}: MAC ${item.mac}, ${item.addresses.join(', ') || 'no address'}`).join('\n')}`;
  return html`<g class="host ${host.role}${onPath ? ' on-path' : ''}${host.stands ? ' stands' : ''}"><title>${macs}</title>
<rect class="box" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="8"/>
<path class="head" d="M${round(x)} ${round(y + HEADER - 4)}v${-(HEADER - 12)}a8 8 0 0 1 8 -8h${round(width - 16)}a8 8 0 0 1 8 8v${HEADER - 12}z"/>
<rect class="outline" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="8"/>
<text class="name" x="${round(x + PADDING)}" y="${round(y + 18)}">${shortened(host.name)}</text>
<text class="role" x="${round(x + width - PADDING)}" y="${round(y + 18)}" text-anchor="end">${roleText(host)}</text>
${box.rows.map((row) => rowText(box, row, vip))}
${own.map((port) => html`<rect class="port" x="${round(port.x - 4)}" y="${round(port.y - 4)}" width="8" height="8" rx="2"/>`)}</g>`;
}

function rowText(box: PlacedBox, row: PlacedBox['rows'][number], vip: string): Markup {
  const middle = box.y + row.top + row.height / 2;
  const first = middle - ((Math.max(1, row.addresses.length) - 1) * LINE_HEIGHT) / 2 + 4;
  const x = box.x + box.addressX;
  return html`<text class="interface" x="${round(box.x + PADDING)}" y="${round(first)}">${row.interface}</text>
${row.addresses.map(({ text, isVip }, index) => {
  const y = first + index * LINE_HEIGHT;
  const tagX = x + textWidth(text) + 8;
  return html`<text class="${isVip ? 'address vip' : 'address'}" x="${round(x)}" y="${round(y)}">${text}</text>${
    isVip
      ? html`<g class="vip-tag"><title>the virtual address ${vip}</title><rect x="${round(tagX)}" y="${round(y - 11)}" width="${VIP_TAG - 8}" height="14" rx="4"/><text x="${round(tagX + (VIP_TAG - 8) / 2)}" y="${round(y - 0.5)}" text-anchor="middle">VIP</text></g>`
      : undefined
  }`;
})}`;
}

/** Number where the step starts, arrowhead where it arrives, a ring where no capture saw the other end. */
function routeEnds({ step, points }: Route): Markup {
  const start = points[0];
  const end = points.at(-1);
  if (!start || !end) return html``;
  const outward = Math.sign((points[1] ?? start).x - start.x) || 1;
  const inward = Math.sign(end.x - (points.at(-2) ?? end).x) || 1;
  const badge = step.from ? { x: start.x + outward * (CABLE / 2), y: start.y } : start;
  return html`<g class="ends ${step.kind}">${
    step.to
      ? html`<path class="arrow" d="M${round(end.x)} ${round(end.y)}l${-inward * ARROW_LENGTH} -5v10z"/>`
      : html`<circle class="unseen" cx="${round(end.x)}" cy="${round(end.y)}" r="5"/>`
  }${
    step.kind === 'request'
      ? html`<circle class="badge" cx="${round(badge.x)}" cy="${round(badge.y)}" r="${BADGE_RADIUS}"/>`
      : html`<rect class="badge" x="${round(badge.x - BADGE_RADIUS)}" y="${round(badge.y - BADGE_RADIUS)}" width="${2 * BADGE_RADIUS}" height="${2 * BADGE_RADIUS}" rx="3"/>`
  }<text class="number" x="${round(badge.x)}" y="${round(badge.y + 4)}" text-anchor="middle">${step.number}</text></g>`;
}

/** A line with rounded corners. */
function pathData(points: readonly Point[]): string {
  return points
    .map((point, index) => {
      if (index === 0) return `M${round(point.x)} ${round(point.y)}`;
      const next = points[index + 1];
      if (!next) return `L${round(point.x)} ${round(point.y)}`;
      const before = towards(point, points[index - 1]!);
      const after = towards(point, next);
      return `L${round(before.x)} ${round(before.y)}Q${round(point.x)} ${round(point.y)} ${round(after.x)} ${round(after.y)}`;
    })
    .join('');
}

/** A point on the way from a corner to the next one, where the rounding begins. */
function towards(corner: Point, other: Point): Point {
  const length = Math.hypot(other.x - corner.x, other.y - corner.y);
  if (length === 0) return corner;
  const by = Math.min(CORNER, length / 2) / length;
  return { x: corner.x + (other.x - corner.x) * by, y: corner.y + (other.y - corner.y) * by };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
