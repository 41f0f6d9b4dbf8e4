/** What a diagnosis looked at, in numbers. */
import type { OpenedCapture } from '../../../lab/captures/files/open-capture.ts';
import type { Site } from '../site.ts';
import { serviceText } from '../view/addresses.ts';
import { type Leg, legsOf } from '../view/flow.ts';
import type { SiteView } from '../view/site-view.ts';

export interface LookedAt {
  readonly points: readonly Point[];
  readonly services: readonly string[];
  /** Packets of clients for the services; one that several points saw counts once. */
  readonly requests: number;
  /** Packets back to them. */
  readonly replies: number;
  /** TCP connections, or pairs of ends that exchange datagrams. */
  readonly connections: number;
  /** Of these, with an answer that reached the client, or its acknowledgement of one. */
  readonly answered: number;
  /** Conversations with a real server past the services. */
  readonly direct: number;
}

export interface Point {
  readonly host: string;
  readonly role: 'director' | 'real server' | 'other';
  readonly file: string;
  readonly interface: string;
  readonly packets: number;
  /** Of the services. */
  readonly requests: number;
  readonly replies: number;
  /** Seconds since the epoch; absent where there is no packet. */
  readonly from?: number;
  readonly to?: number;
}

export function lookedAt(views: readonly SiteView[], captures: readonly OpenedCapture[]): LookedAt {
  return {
    points: captures.map((capture) => pointOf(capture, views)),
    services: views.flatMap(({ site }) => servicesText(site)),
    requests: sum(views, (view) => total(view, ['asked', 'forwarded'])),
    replies: sum(views, (view) => total(view, ['answered', 'returned'])),
    connections: sum(views, ({ flows }) => flows.length),
    answered: sum(views, (view) => view.flows.filter((flow) => view.isAnswered(flow)).length),
    direct: sum(views, ({ directFlows }) => directFlows.length),
  };
}

function sum(views: readonly SiteView[], of: (view: SiteView) => number): number {
  return views.reduce((all, view) => all + of(view), 0);
}

export function servicesText({ vip, services }: Site): string[] {
  return [...new Set(services.map((service) => serviceText(vip, service)))];
}

type Form = 'asked' | 'forwarded' | 'answered' | 'returned';

/** For each flow what the point that saw the most saw of it, in one form. */
function total(view: SiteView, forms: readonly Form[]): number {
  const count = (leg: Leg, form: Form) =>
    // Under DR a request leaves the director in the form in which it came.
    leg[form].filter(
      (packet) => form !== 'asked' || leg.host !== view.site.director.host || !view.isSentByDirector(packet),
    ).length;
  return view.flows.reduce(
    (sum, flow) => sum + Math.max(0, ...legsOf(flow).flatMap((leg) => forms.map((form) => count(leg, form)))),
    0,
  );
}

function pointOf({ host, file, interface: port, packets }: OpenedCapture, views: readonly SiteView[]): Point {
  const own = new Set(packets);
  const count = (forms: readonly Form[]) =>
    views
      .flatMap(({ flows }) => flows)
      .flatMap((flow) => flow.legs.get(host) ?? [])
      .reduce(
        (sum, leg) => sum + forms.flatMap((form) => leg[form]).filter((packet) => own.has(packet)).length,
        0,
      );
  const isServer = views.some(({ site }) => site.servers.some((server) => server.host === host));
  const times = packets.map(({ time }) => time);
  return {
    host,
    role: host === 'director' ? 'director' : isServer ? 'real server' : 'other',
    file,
    interface: port,
    packets: packets.length,
    requests: count(['asked', 'forwarded']),
    replies: count(['answered', 'returned']),
    ...(times.length > 0 && {
      from: times.reduce((a, b) => Math.min(a, b)),
      to: times.reduce((a, b) => Math.max(a, b)),
    }),
  };
}
