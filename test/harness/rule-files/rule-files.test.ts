import { describe, expect, it } from 'vitest';
import { applyRules, Core, type NameResolver, parseRules, seededRandom } from '../../../director/index.ts';
import { asRules } from '../../../harness/rule-files/index.ts';
import { withoutNames } from '../../../harness/rule-files/named.ts';

const RULES = [
  '-A -t 10.0.1.100:80 -s wrr',
  '-a -t 10.0.1.100:80 -r 10.0.2.11:8080 -m -w 3',
  '-a -t 10.0.1.100:80 -r 10.0.2.12:8080 -i -w 0',
  '-A -u 10.0.1.100:53 -s sh -b sh-port -o',
  '-a -u 10.0.1.100:53 -r 10.0.2.11:53 -g -w 1',
  '-A -f 7 -s mh -p 300 -M 255.255.255.0',
].join('\n');

const LISTING = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  10.0.1.100:80 wrr
  -> 10.0.2.11:8080               Masq    3      1          12
  -> 10.0.2.12:8080               Tunnel  0      0          0
UDP  10.0.1.100:53 sh (sh-port) ops
  -> 10.0.2.11:53                 Route   1      0          4
FWM  7 mh persistent 300 mask 255.255.255.0
`;

const KEEPALIVED = `
! a comment with a } in it
global_defs { router_id lb1 }
vrrp_instance VI_1 {
  virtual_ipaddress {
    10.0.1.100/24 dev eth0
  }
}
virtual_server 10.0.1.100 80
{
  lb_algo wrr
  lb_kind NAT
  protocol TCP
  real_server 10.0.2.11 8080 {
    weight 3
    HTTP_GET { url { path "/a b" } }
  }
  real_server 10.0.2.12 8080 { # drained
    lvs_method TUN
    weight 0
  }
}
virtual_server_group dns {
  10.0.1.100-101 53
  fwmark 7
}
virtual_server group dns {
  lvs_sched sh
  lvs_method DR
  protocol UDP
  persistence_timeout 300
  persistence_granularity 255.255.255.0
  real_server 10.0.2.11 53 { weight 1 }
}
`;

const stateOf = (rules: string) => {
  const core = new Core({ sink: { send: () => undefined }, random: seededRandom(1), maxConnections: 64 });
  applyRules(core.state, parseRules(rules));
  return [...core.state.services.all()].map(
    ({ protocol, address, port, mark, scheduler, flags, destinations }) => [
      { protocol, address, port, mark, flags, scheduler: scheduler?.name },
      destinations.map(({ address: rip, port: rport, weight, method }) => ({ rip, rport, weight, method })),
    ],
  );
};

describe('rules that operators have', () => {
  it('are taken as they are where they are rules', () => {
    expect(asRules(RULES, 'rules')).toBe(RULES);
  });

  it('are read from what ipvsadm -L -n prints', () => {
    expect(asRules(LISTING, 'list').split('\n')).toEqual(RULES.split('\n'));
    expect(stateOf(asRules(LISTING, 'list'))).toEqual(stateOf(RULES));
  });

  it('name the line of a listing that is none', () => {
    expect(() => asRules(`${LISTING}  -> 10.0.2.13 nonsense\n`, 'list')).toThrow(/^list, line 10: /);
  });

  it('are read from a keepalived.conf, groups and ranges included', () => {
    expect(asRules(KEEPALIVED, 'keepalived.conf').split('\n')).toEqual([
      '-A -t 10.0.1.100:80 -s wrr',
      '-a -t 10.0.1.100:80 -r 10.0.2.11:8080 -m -w 3',
      '-a -t 10.0.1.100:80 -r 10.0.2.12:8080 -i -w 0',
      ...['-u 10.0.1.100:53', '-u 10.0.1.101:53', '-f 7'].flatMap((service) => [
        `-A ${service} -s sh -p 300 -M 255.255.255.0`,
        `-a ${service} -r 10.0.2.11:53 -g -w 1`,
      ]),
    ]);
    expect(stateOf(asRules(KEEPALIVED, 'keepalived.conf'))).toHaveLength(4);
  });

  it.each([
    ['virtual_server 10.0.0.1 80 {\n lb_kind FWD\n}', /line 1: lb_kind is none of NAT, DR and TUN/],
    ['virtual_server 10.0.0.1 80 {\n lb_kind NAT', /line 1: a { without a }/],
    ['virtual_server group x {\n}', /line 1: there is no virtual_server_group x/],
    ['virtual_server 10.0.0.1 80 {\n}\n}', /line 3: a } without a {/],
  ])('name the line of a keepalived.conf that is wrong: %j', (text, message) => {
    expect(() => asRules(text, 'k')).toThrow(message);
  });
});

describe('names in rules', () => {
  const HOSTS: Readonly<Record<string, string>> = { 'vip.example': '10.0.1.100', rs1: '10.0.2.11' };
  const PORTS: Readonly<Record<string, number>> = { 'http/tcp': 80, 'domain/udp': 53 };
  const resolver: NameResolver = {
    hostAddress: async (name) => HOSTS[name],
    hostName: async () => undefined,
    servicePort: async (name, protocol) => PORTS[`${name}/${protocol}`],
    serviceName: async () => undefined,
  };

  it.each([
    ['-A -t vip.example:http -s rr', '-A -t 10.0.1.100:80 -s rr'],
    ['-a -t vip.example:http -r rs1:http -m -w 1', '-a -t 10.0.1.100:80 -r 10.0.2.11:80 -m -w 1'],
    ['-a  -u 10.0.1.100:domain  -r rs1 -g', '-a  -u 10.0.1.100:53  -r 10.0.2.11 -g'],
    ['-a -f 7 -r rs1:0 -g', '-a -f 7 -r 10.0.2.11:0 -g'],
    ['-A -t [fd00::1]:http -s rr', '-A -t [fd00::1]:80 -s rr'],
    ['# -t nobody:80', '# -t nobody:80'],
    ['ipvsadm -A -t vip.example:80', 'ipvsadm -A -t 10.0.1.100:80'],
    [RULES, RULES],
  ])('%s', async (rules, numeric) => {
    expect(await withoutNames(rules, 'rules', resolver)).toBe(numeric);
  });

  it.each([
    ['-A -t nobody:80 -s rr', 'does not know the host "nobody"'],
    ['-A -t vip.example:domain -s rr', 'does not know the tcp service "domain"'],
  ])('%s is refused', async (rules, message) => {
    await expect(withoutNames(rules, 'rules', resolver)).rejects.toThrow(message);
  });
});
