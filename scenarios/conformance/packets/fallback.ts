/** A server for when no other one is left, as ldirectord adds it: the director’s own machine, by its loopback address. */
import { ACK } from '../../../lab/frames/index.ts';
import { modesWhere } from '../../../lab/modes.ts';
import { kernel } from '../../kit/requirement.ts';
import { ClientFlow } from '../../kit/sending/standard-flows.ts';
import { addStandardService } from '../../kit/standard-service.ts';
import { localCase } from './local-delivery.ts';

export const fallback = localCase({
  name: 'local/fallback',
  title: 'A fallback server at 127.0.0.1 is the director’s own machine',
  requirement:
    'Where the server of a service is 127.0.0.1, as ldirectord’s fallback is, requests go to the director’s own machine as they came, with the VIP as their destination: where nothing listens there, that answers RST and “port unreachable” from the VIP.',
  sources: [kernel('a server on the director itself, §5.6')],
  // NAT would have to send from outside to a loopback address.
  modes: modesWhere(({ rewritesAddresses }) => !rewritesAddresses),
  prepare: (stage) => addStandardService(stage, { servers: [{ address: '127.0.0.1' }] }),
  packets: (stage) => {
    const flow = new ClientFlow(stage);
    return [
      flow.syn({}, { sequence: 7 }),
      flow.segment({}, { flags: ACK, acknowledgement: 5 }),
      flow.datagram(),
      flow.datagram({}, { payload: new Uint8Array(0) }),
    ];
  },
});
