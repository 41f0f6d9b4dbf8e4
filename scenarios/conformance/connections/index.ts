/** Cases of connections: opened, followed, kept on their servers, and forgotten. */
import type { PacketCase } from '../../kit/packet-case.ts';
import { anyOrder } from './any-order.ts';
import { closing } from './closing.ts';
import { deletedServers } from './deleted-servers.ts';
import { deletedServersFlushed } from './deleted-servers-flushed.ts';
import { floodDefence } from './flood-defence.ts';
import { ftp } from './ftp.ts';
import { lookUp } from './look-up.ts';
import { onePacket } from './one-packet.ts';
import { opening } from './opening.ts';
import { portReuse } from './port-reuse.ts';
import { sctp } from './sctp.ts';
import { secureTcp } from './secure-tcp.ts';
import { states } from './states.ts';
import { thresholds } from './thresholds.ts';
import { timeouts } from './timeouts.ts';
import { timeoutsRestarted } from './timeouts-restarted.ts';
import { walks } from './walks.ts';
import { weights } from './weights.ts';

export const connectionCases: readonly PacketCase[] = [
  ...lookUp,
  ...opening,
  ...ftp,
  ...walks,
  ...states,
  ...secureTcp,
  ...sctp,
  ...closing,
  ...portReuse,
  ...timeouts,
  ...timeoutsRestarted,
  ...onePacket,
  ...weights,
  ...thresholds,
  ...deletedServers,
  ...deletedServersFlushed,
  ...anyOrder,
  ...floodDefence,
];
