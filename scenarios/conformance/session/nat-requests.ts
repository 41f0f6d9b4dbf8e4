/** What NAT makes of a request: another destination, and nothing else. */

import { differences } from '../../../lab/captures/differences.ts';
import type { IpLayer } from '../../../lab/captures/ip-layer.ts';
import { rewritten } from '../../../lab/captures/rewriting.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { findingAbout } from '../../kit/finding.ts';
import { article } from '../../kit/requirement.ts';
import { requestedEndpoint } from '../../kit/session/flows.ts';
import type { SessionCase } from '../../kit/session-case.ts';
import { judgeEach, macFinding, serverOf } from './forwarded-requests.ts';

const natDestination: SessionCase = {
  name: 'request/destination',
  title: 'NAT rewrites the destination, and only that',
  requirement:
    'A request CIP → VIP leaves the director as CIP → RIP with the real server’s port; besides the destination only TTL (one less), checksums and MAC addresses differ.',
  sources: [article('nat-request'), article('rewrite')],
  modes: modesWhere(({ rewritesAddresses }) => rewritesAddresses),
  check: (evidence) =>
    judgeEach(evidence, (request, sent) => {
      const before = request.ip as IpLayer;
      const after = sent.ip as IpLayer;
      const server = serverOf(evidence, after.destination);
      const expected = rewritten(before, {
        destination: {
          address: after.destination,
          port: requestedEndpoint(evidence.service, before)?.serverPort ?? 0,
        },
      });
      const fields = differences(expected, after.packet);
      if (fields.length > 0) return findingAbout(sent, 'The request was rewritten wrongly.', fields);
      return macFinding(evidence, sent, server?.mac ?? 'that of a real server');
    }),
};

export const natRequests: readonly SessionCase[] = [natDestination];
