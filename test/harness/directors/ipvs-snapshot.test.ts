import { expect, it } from 'vitest';
import { connectionsIn, servicesIn, totalsIn } from '../../../harness/directors/ipvs/snapshot.ts';

const LIST = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  10.0.1.100:80 rr persistent 300
  -> 10.0.2.11:8080               Masq    1      2          3
FWM  7 wlc
  -> 10.0.2.12:0                  Route   4      0          0
`;
const PERSISTENT = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port            Weight    PersistConn ActiveConn InActConn
  -> RemoteAddress:Port
TCP  10.0.1.100:80 rr persistent 300
  -> 10.0.2.11:8080               1         5           2          3
FWM  7 wlc
  -> 10.0.2.12:0                  4         0           0          0
`;
const STATS = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes
  -> RemoteAddress:Port
TCP  10.0.1.100:80                       6       12       11      720      660
  -> 10.0.2.11:8080                      5       10        9      600      540
FWM  7                                   0        0        0        0        0
  -> 10.0.2.12:0                         0        0        0        0        0
`;
const NOTHING = { connections: 0, inPackets: 0, outPackets: 0, inBytes: 0, outBytes: 0 };

it('services and servers are put together from three lists', () => {
  expect(servicesIn(LIST, PERSISTENT, STATS)).toEqual([
    {
      ...{ protocol: 'TCP', address: '10.0.1.100:80', scheduler: 'rr' },
      ...{ connections: 6, inPackets: 12, outPackets: 11, inBytes: 720, outBytes: 660 },
      servers: [
        {
          ...{ address: '10.0.2.11:8080', method: 'Masq', weight: 1 },
          ...{ connections: 5, inPackets: 10, outPackets: 9, inBytes: 600, outBytes: 540 },
          ...{ activeConnections: 2, inactiveConnections: 3, persistentConnections: 5 },
        },
      ],
    },
    {
      ...{ protocol: 'FWM', address: '7', scheduler: 'wlc', ...NOTHING },
      servers: [
        {
          ...{ address: '10.0.2.12:0', method: 'Route', weight: 4, ...NOTHING },
          ...{ activeConnections: 0, inactiveConnections: 0, persistentConnections: 0 },
        },
      ],
    },
  ]);
});

it('connections are told from templates, and totals are hexadecimal', () => {
  expect(
    connectionsIn(`IPVS connection entries
pro expire state       source             virtual            destination
TCP 14:59  ESTABLISHED 198.18.0.1:1024    10.0.1.100:80      10.0.2.11:8080
TCP 04:58  NONE        198.18.0.1:0       10.0.1.100:80      10.0.2.11:8080
`),
  ).toMatchObject([
    { state: 'ESTABLISHED', isTemplate: false, expiresInMs: 899_000, server: '10.0.2.11:8080' },
    { state: 'NONE', isTemplate: true, expiresInMs: 298_000, client: '198.18.0.1:0' },
  ]);
  expect(
    totalsIn(`   Total Incoming Outgoing         Incoming         Outgoing
   Conns  Packets  Packets            Bytes            Bytes
       A       10       1F              100                0

`),
  ).toEqual({ connections: 10, inPackets: 16, outPackets: 31, inBytes: 256, outBytes: 0 });
});
