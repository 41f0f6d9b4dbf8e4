/** What direct routing makes of a request: another frame around the same packet. */

import { differences } from '../../../lab/captures/differences.ts';
import type { IpLayer } from '../../../lab/captures/ip-layer.ts';
import { rewritten } from '../../../lab/captures/rewriting.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { findingAbout } from '../../kit/finding.ts';
import { article } from '../../kit/requirement.ts';
import type { SessionCase } from '../../kit/session-case.ts';
import { judgeEach, macFinding } from './forwarded-requests.ts';

const drUntouched: SessionCase = {
  name: 'request/untouched',
  title: 'DR leaves the packet as it is',
  requirement:
    'A request leaves the director byte for byte as it came, from the IP addresses up; in the IP header only the TTL is one less and the checksum follows it.',
  sources: [article('dr-packet'), article('rewrite')],
  modes: modesWhere(({ rewritesAddresses, encapsulates }) => !rewritesAddresses && !encapsulates),
  check: (evidence) =>
    judgeEach(evidence, (request, sent) => {
      const fields = differences(rewritten(request.ip as IpLayer, {}), (sent.ip as IpLayer).packet);
      return fields.length === 0 ? undefined : findingAbout(sent, 'The packet was changed.', fields);
    }),
};

const drMacs: SessionCase = {
  name: 'request/macs',
  title: 'DR changes the frame: from the director to the server',
  requirement:
    'The forwarded frame’s source MAC is the director’s own, its destination MAC that of one of the real servers.',
  sources: [article('dr-frame')],
  modes: modesWhere(({ rewritesAddresses, encapsulates }) => !rewritesAddresses && !encapsulates),
  check: (evidence) => {
    const macs = new Set(evidence.service.servers.map(({ mac }) => mac));
    return judgeEach(evidence, (_request, sent) =>
      macFinding(
        evidence,
        sent,
        macs.has(sent.destinationMac) ? sent.destinationMac : [...macs].join(' or '),
      ),
    );
  },
};

export const drRequests: readonly SessionCase[] = [drUntouched, drMacs];
