/** What is set up wrongly at a site, and how to mend it. */
import type { Misconfiguration } from '../../reports/result.ts';
import type { Site } from './site.ts';
import { decapsulation } from './symptoms/decapsulation.ts';
import { ipForward } from './symptoms/ip-forward.ts';
import { natGateway } from './symptoms/nat-gateway.ts';
import { offloads } from './symptoms/offloads.ts';
import { replyThroughDirector } from './symptoms/reply-through-director.ts';
import { silentServer } from './symptoms/silent-server.ts';
import { vipAnnounced } from './symptoms/vip-announced.ts';

const SYMPTOMS = [
  natGateway,
  ipForward,
  vipAnnounced,
  replyThroughDirector,
  decapsulation,
  silentServer,
  offloads,
];

/** Everything that the site shows; empty where nothing is wrong that captures can show. */
export function diagnose(site: Site): Misconfiguration[] {
  return SYMPTOMS.flatMap(({ find }) => find(site));
}
