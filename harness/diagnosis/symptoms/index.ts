/** Every symptom, in the order in which they are looked for and reported. */
import { arpUnanswered } from './arp-unanswered.ts';
import { decapsulation } from './decapsulation.ts';
import { ipForward } from './ip-forward.ts';
import { middleOfConnection } from './middle-of-connection.ts';
import { mtuBlackHole } from './mtu-black-hole.ts';
import { natGateway } from './nat-gateway.ts';
import { natSameSubnet } from './nat-same-subnet.ts';
import { noRoute } from './no-route.ts';
import { notForwarded } from './not-forwarded.ts';
import { offloads } from './offloads.ts';
import { refused } from './refused.ts';
import { refusedSomewhere } from './refused-somewhere.ts';
import { repliesEndAtDirector } from './replies-end-at-director.ts';
import { repliesLost } from './replies-lost.ts';
import { replySource } from './reply-source.ts';
import { replyThroughDirector } from './reply-through-director.ts';
import { requestsLost } from './requests-lost.ts';
import { rpFilter } from './rp-filter.ts';
import { serverResets } from './server-resets.ts';
import { silentServer } from './silent-server.ts';
import type { Symptom } from './symptom.ts';
import { unanswered } from './unanswered.ts';
import { vipAnnounced } from './vip-announced.ts';
import { vipClaimedTwice } from './vip-claimed-twice.ts';
import { vipMissing } from './vip-missing.ts';
import { vipPrefix } from './vip-prefix.ts';

/** Last resorts at the end: they ask what the others found. */
export const SYMPTOMS: readonly Symptom[] = [
  natGateway,
  natSameSubnet,
  ipForward,
  repliesEndAtDirector,
  vipAnnounced,
  vipClaimedTwice,
  replyThroughDirector,
  decapsulation,
  vipMissing,
  vipPrefix,
  noRoute,
  rpFilter,
  arpUnanswered,
  replySource,
  refused,
  serverResets,
  middleOfConnection,
  mtuBlackHole,
  requestsLost,
  offloads,
  silentServer,
  notForwarded,
  refusedSomewhere,
  repliesLost,
  unanswered,
];
