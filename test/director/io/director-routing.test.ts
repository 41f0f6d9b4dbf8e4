import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LabHost } from '../../../lab/index.ts';
import { ipv4, udp } from '../../lab/fixtures/packets.ts';
import { describeAsRoot } from '../../root.ts';
import { CIP, type DirectorLab, directorLab, VIP } from './director-lab.ts';

const UDP = 17;
const UDP_LISTEN = fileURLToPath(new URL('../../lab/fixtures/udp-listen.ts', import.meta.url));
/** The server's address that routes lead to, and the client's. Both are behind two links each. */
const RIP = '10.8.0.1';
const FAR_CIP = '10.88.0.1';
const SERVICE = `http://${VIP}:8001/`;
const SECOND = { director: 'second', server: '10.7.2.2', serverLink: 'second' } as const;
const CLIENT_SECOND = { director: 'uplink2', client: '10.6.0.2' } as const;
const BY_FIRST = 'via 10.0.2.11 dev eth1';
const BY_SECOND = `via ${SECOND.server} dev ${SECOND.director}`;
const ANSWERED = /^200$/;
const SILENCE = /timed out/;
const REFUSED = /No route to host|Couldn't connect|Failed to connect/;
const NOBODY = 'via 10.0.2.99 dev eth1';

describeAsRoot('the routes and neighbours of the director’s machine', () => {
  let net: DirectorLab;
  let server: LabHost;

  beforeAll(async () => {
    net = await directorLab();
    server = net.lab.host('rs1');
    await cable(
      net.director,
      SECOND.director,
      '10.7.2.1/24',
      server,
      SECOND.serverLink,
      `${SECOND.server}/24`,
    );
    await cable(net.director, CLIENT_SECOND.director, '10.6.0.1/24', net.client, 'uplink2', '10.6.0.2/24');
    await ip(server, `address add ${RIP}/32 dev lo`);
    await ip(net.client, `address add ${FAR_CIP}/32 dev lo`);
    await net.start([
      `-A -t ${VIP}:8001 -s rr`,
      `-a -t ${VIP}:8001 -r ${RIP}:8080 -m`,
      `-A -u ${VIP}:5300 -s rr`,
      `-a -u ${VIP}:5300 -r ${RIP}:5353 -m`,
      '-A -t 10.9.0.5:80 -s rr',
      '-a -t 10.9.0.5:80 -r 10.0.2.11:8080 -m',
    ]);
  });
  afterAll(() => net[Symbol.asyncDispose]());
  beforeEach(async () => {
    await ip(net.director, `route replace ${RIP} ${BY_FIRST}`);
    await ip(net.director, `route replace ${FAR_CIP} via ${CIP} dev eth0`);
  });

  async function ip(host: LabHost, command: string): Promise<void> {
    await host.run('ip', command.split(' '));
  }

  async function cable(
    a: LabHost,
    aPort: string,
    aAddress: string,
    b: LabHost,
    bPort: string,
    bAddress: string,
  ) {
    await ip(a, `link add ${aPort} type veth peer name ${bPort} netns ${b.namespace}`);
    for (const [host, port, address] of [
      [a, aPort, aAddress],
      [b, bPort, bAddress],
    ] as const) {
      await ip(host, `address add ${address} dev ${port}`);
      await ip(host, `link set ${port} up`);
    }
  }

  /** The status of a request to the service, or what curl says where there is no answer. */
  async function ask(more: { url?: string; from?: string; seconds?: number } = {}): Promise<string> {
    const { url = SERVICE, from = CIP, seconds = 3 } = more;
    const args = ['-sS', '-o', '/dev/null', '-w', '%{http_code}', '--interface', from];
    const { stdout, stderr, exitCode } = await net.client.run('curl', [...args, '-m', `${seconds}`, url], {
      reject: false,
    });
    return exitCode === 0 ? stdout : stderr;
  }

  /** Makes a change in the director's network, and waits until requests get to see it. */
  async function change(command: string, answer: RegExp, from = CIP): Promise<void> {
    await ip(net.director, command);
    await expect.poll(() => ask({ from, seconds: 0.5 }), { timeout: 20_000 }).toMatch(answer);
  }

  const unrouted = async () => (await net.control.snapshot()).drops['no route to the client'] ?? 0;

  describe('routes to a server', () => {
    it('with several next hops lead by one of them', () =>
      change(`route replace ${RIP} nexthop ${BY_FIRST} nexthop ${BY_SECOND}`, ANSWERED));

    it('by a group of next hops do too, and follow it', async () => {
      await ip(net.director, `nexthop add id 1 ${NOBODY}`);
      await ip(net.director, `nexthop add id 2 ${BY_SECOND}`);
      await ip(net.director, 'nexthop add id 9 group 1');
      await change(`route replace ${RIP} nhid 9`, SILENCE);
      await change('nexthop replace id 9 group 2', ANSWERED);
      await ip(net.director, `route replace ${RIP} ${BY_FIRST}`);
      for (const id of [9, 1, 2]) await ip(net.director, `nexthop del id ${id}`);
    });

    it('count from when they change', async () => {
      expect(await ask()).toBe('200');
      await change(`route replace ${RIP} ${NOBODY}`, SILENCE);
      await change(`route replace ${RIP} ${BY_SECOND}`, ANSWERED);
    });

    it.each(['blackhole', 'unreachable', 'prohibit'])(
      'that say "%s" beside a default route end the packet',
      async (type) => {
        await ip(net.director, 'route add default via 10.0.2.11 dev eth1');
        await ip(net.director, `route del ${RIP}`);
        expect(await ask()).toBe('200');
        await change(`route add ${type} ${RIP}`, REFUSED);
        expect((await net.control.snapshot()).warnings).toEqual(
          expect.arrayContaining([
            expect.stringContaining(`no route that the director can use to real servers: ${RIP}:8080`),
          ]),
        );
        await ip(net.director, `route del ${type} ${RIP}`);
        await ip(net.director, 'route del default');
        await change(`route add ${RIP} ${BY_FIRST}`, ANSWERED);
      },
    );

    it('in other tables are found by policy rules', async () => {
      await ip(net.director, `route replace ${RIP} ${NOBODY}`);
      await ip(net.director, `route add ${RIP} ${BY_SECOND} table 100`);
      await change(`rule add to ${RIP} lookup 100`, ANSWERED);
      await change(`rule del to ${RIP} lookup 100`, SILENCE);
      await ip(net.director, 'route flush table 100');
    });

    it('to gateways that are on no network of the link (onlink) are used', async () => {
      await ip(server, 'address add 172.31.0.7/32 dev second');
      await change(`route replace ${RIP} via 172.31.0.7 dev second onlink`, ANSWERED);
      await ip(server, 'address del 172.31.0.7/32 dev second');
    });

    it('may have an MTU of their own, which the client is told', async () => {
      await ip(net.director, `route replace ${RIP} ${BY_FIRST} mtu lock 1000`);
      const upload = ['-sS', '-m', '20', '-H', 'Expect:', '--data-binary', '@-', `${SERVICE}digest`];
      const { stdout } = await net.client.run('curl', upload, { input: 'x'.repeat(100_000) });
      expect(JSON.parse(stdout)).toMatchObject({ bytes: 100_000 });
      expect((await net.client.run('ip', ['route', 'get', VIP])).stdout).toContain('mtu 1000');
      await net.client.run('ip', ['route', 'flush', 'cache']);
    });
  });

  describe('routes to a client', () => {
    it('with several next hops lead by one of them', () =>
      change(
        `route replace ${FAR_CIP} nexthop via ${CIP} dev eth0 nexthop via ${CLIENT_SECOND.client} dev ${CLIENT_SECOND.director}`,
        ANSWERED,
        FAR_CIP,
      ));

    it('that say "unreachable" end replies', async () => {
      const before = await unrouted();
      await change(`route replace unreachable ${FAR_CIP}`, SILENCE, FAR_CIP);
      expect(await unrouted()).toBeGreaterThan(before);
      await ip(net.director, `route del unreachable ${FAR_CIP}`);
      await change(`route replace ${FAR_CIP} via ${CIP} dev eth0`, ANSWERED, FAR_CIP);
    });

    it('are chosen by rules for the service’s address, as replies come from there', async () => {
      await ip(net.director, `route replace ${FAR_CIP} via 10.0.1.99 dev eth0`);
      await ip(
        net.director,
        `route add ${FAR_CIP} via ${CLIENT_SECOND.client} dev ${CLIENT_SECOND.director} table 101`,
      );
      await change(`rule add from ${VIP} lookup 101`, ANSWERED, FAR_CIP);
      await ip(net.director, `rule del from ${VIP} lookup 101`);
    });
  });

  describe('entries of the neighbour table', () => {
    const entry = (mac: string, how: string) =>
      `neigh replace ${SECOND.server} lladdr ${mac} dev ${SECOND.director} ${how}`;
    let serverMac: string;

    beforeAll(async () => {
      const { stdout } = await server.run('cat', [`/sys/class/net/${SECOND.serverLink}/address`]);
      serverMac = stdout.trim();
    });
    beforeEach(() => ip(net.director, `route replace ${RIP} ${BY_SECOND}`));

    it('that are permanent are used for a server that answers no ARP, and count from when they change', async () => {
      await ip(server, `link set ${SECOND.serverLink} arp off`);
      await ip(net.director, entry(serverMac, 'nud permanent'));
      await change(`route replace ${RIP} ${BY_SECOND}`, ANSWERED);
      await change(entry('02:00:00:00:00:99', 'nud permanent'), SILENCE);
      await change(entry(serverMac, 'nud permanent'), ANSWERED);
      await ip(server, `link set ${SECOND.serverLink} arp on`);
    });

    it('that a control plane has learned elsewhere are used as well', async () => {
      await change(entry('02:00:00:00:00:99', 'nud reachable extern_learn'), SILENCE);
      await change(entry(serverMac, 'nud reachable extern_learn'), ANSWERED);
    });

    it('that are gone give way to ARP', async () => {
      await ip(net.director, entry('02:00:00:00:00:99', 'nud permanent'));
      await change(`neigh del ${SECOND.server} dev ${SECOND.director}`, ANSWERED);
    });
  });

  describe('reverse-path filtering (rp_filter=1) and a firewall that looks at interfaces and marks', () => {
    const filter = (value: number) =>
      net.director.run('sh', ['-c', `echo ${value} > /proc/sys/net/ipv4/conf/all/rp_filter`]);
    const firewall = `table ip firewall {
      chain suspect {
        meta mark != 0 drop
        iifname != { "lo", "eth0", "eth1" } drop
      }
      chain input { type filter hook input priority 0; jump suspect; }
      chain forward { type filter hook forward priority 0; jump suspect; }
    }`;

    beforeAll(async () => {
      await filter(1);
      await net.director.run('nft', ['-f', '-'], { input: firewall });
    });
    afterAll(async () => {
      await filter(0);
      await net.director.run('nft', ['delete', 'table', 'ip', 'firewall']);
    });

    it('let through what is balanced', async () => {
      await expect.poll(() => ask({ seconds: 0.5 }), { timeout: 20_000 }).toMatch(ANSWERED);
    });

    it('let through what the director hands back to be forwarded, in fragments too', async () => {
      const listener = await net.client.start('listener', process.execPath, [UDP_LISTEN, CIP, '7000'], {
        ready: /^ready$/m,
      });
      const datagram = { source: RIP, destination: CIP, protocol: UDP };
      const long = udp({ from: 5353, to: 7000, text: 'in two fragments' });
      const send = () =>
        net.sendRaw(
          server,
          ipv4({ ...datagram, payload: udp({ from: 5353, to: 7000, text: 'whole' }) }),
          ipv4({ ...datagram, payload: long.subarray(0, 16), moreFragments: true }),
          ipv4({ ...datagram, payload: long.subarray(16), fragmentOffset: 16 }),
        );
      const heard = async () => {
        await send();
        return listener.output();
      };
      await expect.poll(heard, { timeout: 20_000 }).toMatch(/10\.8\.0\.1 says in two fragments/);
      expect(await listener.output()).toContain(`${RIP} says whole`);
    });
  });

  describe('an address that a local route makes this machine’s own', () => {
    it('can be a service’s', async () => {
      await ip(net.director, 'route add local 10.9.0.0/24 dev lo');
      await expect
        .poll(() => ask({ url: 'http://10.9.0.5/', seconds: 0.5 }), { timeout: 20_000 })
        .toBe('200');
      await ip(net.director, 'route del local 10.9.0.0/24 dev lo');
      await expect
        .poll(async () => (await net.control.snapshot()).warnings, { timeout: 20_000 })
        .toEqual([
          expect.stringContaining(
            'on no interface of this machine, so no packet comes for it: TCP 10.9.0.5:80',
          ),
        ]);
    });
  });
});
