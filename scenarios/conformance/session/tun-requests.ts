/** What tunnelling makes of a request: the same packet inside another, or an answer where it does not fit. */

import { differences } from '../../../lab/captures/differences.ts';
import { formatAddress } from '../../../lab/captures/format.ts';
import type { IpLayer } from '../../../lab/captures/ip-layer.ts';
import { rewritten } from '../../../lab/captures/rewriting.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { type Finding, findingAbout } from '../../kit/finding.ts';
import { article, kernel, rfc } from '../../kit/requirement.ts';
import type { SessionCase } from '../../kit/session-case.ts';
import {
  answersToTooLarge,
  judgeEach,
  OUTER_HEADER_BYTES,
  serverOf,
  TUNNEL_MTU_BYTES,
} from './forwarded-requests.ts';

const tunInner: SessionCase = {
  name: 'request/inner',
  title: 'TUN carries the packet whole',
  requirement:
    'Inside the outer header the request is as it came, CIP → VIP, but for the TTL (one less) and the header checksum.',
  sources: [article('tun-wrap'), article('tun-unwrap'), rfc('2003 §3.1')],
  modes: modesWhere(({ encapsulates }) => encapsulates),
  check: (evidence) =>
    judgeEach(evidence, (request, sent) => {
      const fields = differences(rewritten(request.ip as IpLayer, {}), (sent.inner as IpLayer).packet);
      return fields.length === 0 ? undefined : findingAbout(sent, 'The inner packet was changed.', fields);
    }),
};

const ECN_CONGESTION = 3;

const tunOuter: SessionCase = {
  name: 'request/outer',
  title: 'TUN’s outer header says DIP → RIP',
  requirement:
    'The outer header is 20 bytes, protocol 4, from the director’s address to a real server’s, with the inner packet’s TTL, DSCP and DF, and identification 0 where DF is set.',
  sources: [article('tun-wrap'), rfc('2003 §3.1'), rfc('6864 §4.1'), kernel('transmitters: TUN, §5.4')],
  modes: modesWhere(({ encapsulates }) => encapsulates),
  check: (evidence) =>
    judgeEach(evidence, (_request, sent) => {
      const outer = sent.ip as IpLayer;
      const inner = sent.inner as IpLayer;
      const { service } = evidence;
      const rip = serverOf(evidence, outer.destination)?.rip ?? service.servers[0]?.rip ?? 0;
      const congested = (inner.tos & ECN_CONGESTION) === ECN_CONGESTION;
      const expectations: [string, number | boolean, number | boolean][] = [
        ['outer source', service.dip, outer.source],
        ['outer destination', rip, outer.destination],
        ['outer header length', OUTER_HEADER_BYTES, outer.l4 - outer.at],
        ['outer total length', inner.totalBytes + OUTER_HEADER_BYTES, outer.totalBytes],
        ['outer TTL', inner.ttl, outer.ttl],
        ['outer TOS', congested ? inner.tos - 1 : inner.tos, outer.tos],
        ['outer don’t fragment', inner.dontFragment, outer.dontFragment],
        ['outer identification', inner.dontFragment ? 0 : outer.id, outer.id],
      ];
      const fields = expectations
        .filter(([, expected, seen]) => expected !== seen)
        .map(([field, expected, seen]) => ({
          field,
          expected: shown(field, expected),
          seen: shown(field, seen),
        }));
      return fields.length === 0 ? undefined : findingAbout(sent, 'The outer header is wrong.', fields);
    }),
};

function shown(field: string, value: number | boolean): string {
  return typeof value === 'number' && /source|destination/.test(field) ? formatAddress(value) : String(value);
}

const tooLarge: SessionCase = {
  name: 'request/too-large',
  title: 'What does not fit the tunnel is answered, not lost',
  requirement:
    'A request with DF that is larger than the link less the outer header (1480 bytes) is answered from the VIP with “fragmentation needed” and that MTU, and quotes the request.',
  sources: [rfc('1191 §4'), rfc('2003 §5.1'), kernel('transmitters: MTU, §5.1, §5.4')],
  modes: modesWhere(({ encapsulates }) => encapsulates),
  check: (evidence) => {
    const answers = answersToTooLarge(evidence);
    const findings: Finding[] = [];
    for (const [request, answer] of answers) {
      if (answer === undefined) {
        findings.push(findingAbout(request, 'This request was neither forwarded nor answered.'));
        continue;
      }
      const ip = answer.ip as IpLayer;
      const { source: client, destination: asked } = request.ip as IpLayer;
      const fields = [
        { field: 'source', expected: formatAddress(asked), seen: formatAddress(ip.source) },
        { field: 'destination', expected: formatAddress(client), seen: formatAddress(ip.destination) },
        { field: 'next-hop MTU', expected: String(TUNNEL_MTU_BYTES), seen: String(ip.icmpMtu) },
      ].filter(({ expected, seen }) => expected !== seen);
      if (fields.length > 0) {
        findings.push(findingAbout(answer, 'The answer to a request that is too large is wrong.', fields));
      }
    }
    return {
      examined: answers.size,
      evidence: `${counted(answers.size, 'request')} above ${TUNNEL_MTU_BYTES} bytes on director eth0`,
      findings,
    };
  },
};

export const tunRequests: readonly SessionCase[] = [tunInner, tunOuter, tooLarge];
