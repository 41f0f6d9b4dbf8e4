/** Command lines that ipvsadm refuses before it asks the kernel. */

import type { Dialogue } from '../../kit/dialogue.ts';
import { dialogueCase } from '../../kit/dialogue-case.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { kernel } from '../../kit/requirement.ts';

const SOURCES = [kernel('ipvsadm: errors, §7.2')];

/** By what is said of them. `SVC` stands for a service that there is, `NEW` for one that there is not. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  "You need to supply the 'service-address' option for the 'add-service' command": ['-A', '-A -s rr'],
  "You need to supply the 'service-address' option for the 'edit-service' command": ['-E'],
  "You need to supply the 'service-address' option for the 'delete-service' command": ['-D'],
  "You need to supply the 'service-address' option for the 'add-server' command": ['-a', '-a -r RIP'],
  "You need to supply the 'service-address' option for the 'delete-server' command": ['-d -r RIP'],
  "You need to supply the 'real-server' option for the 'add-server' command": ['-a SVC'],
  "You need to supply the 'real-server' option for the 'edit-server' command": ['-e SVC'],
  "You need to supply the 'real-server' option for the 'delete-server' command": ['-d SVC'],
  "multiple 'service-address' options specified": ['-A NEW SVC', '-D SVC SVC'],
  "multiple 'forwarding-method' options specified": ['-e SVC -r RIP -m -g'],
  "multiple 'weight' options specified": ['-e SVC -r RIP -w 1 -w 2'],
  "Illegal 'real-server' option with the 'add-service' command": ['-A NEW -r RIP'],
  "Illegal 'weight' option with the 'add-service' command": ['-A NEW -w 3'],
  "Illegal 'forwarding-method' option with the 'add-service' command": ['-A NEW -m'],
  "Illegal 'u-threshold' option with the 'add-service' command": ['-A NEW -s rr -x 4'],
  "Illegal 'tun-type' option with the 'add-service' command": ['-A NEW -s rr --tun-type gue'],
  "Illegal 'numeric' option with the 'add-service' command": ['-A NEW -n'],
  "Illegal 'scheduler' option with the 'delete-service' command": ['-D SVC -s rr'],
  "Illegal 'scheduler' option with the 'add-server' command": ['-a SVC -r RIP -s rr'],
  "Illegal 'weight' option with the 'delete-server' command": ['-d SVC -r RIP -w 1'],
  "Illegal 'numeric' option with the 'flush' command": ['-C -n'],
  "Illegal 'numeric' option with the 'zero' command": ['-Z -n'],
  "invalid option `-D'": ['-A -D SVC'],
  'unexpected argument foo': ['-A NEW foo', '-C foo'],
  'illegal virtual server address[:port] specified': [
    '-A -t VIP:65536 -s rr',
    '-A -t VIP:-1 -s rr',
    '-A -t 300.1.1.1:80 -s rr',
    '-A -t VIP:80x -s rr',
  ],
  'illegal real server address[:port] specified': ['-a SVC -r 10.0.0.256:80', '-a SVC -r RIP:65536'],
  'Zero port specified for non-persistent service': ['-A -t VIP:0 -s rr', '-A -t VIP -s rr'],
  'One-Packet Scheduling is only for UDP virtual services': ['-A NEW -o', '-E SVC -s rr -o'],
  'illegal weight specified': [
    '-e SVC -r RIP -w -1',
    '-e SVC -r RIP -w 2147483648',
    '-e SVC -r RIP -w 4294967297',
    '-e SVC -r RIP -w x',
  ],
  'illegal u_threshold specified': ['-e SVC -r RIP -x -1', '-e SVC -r RIP -x 2147483648'],
  'illegal l_threshold specified': ['-e SVC -r RIP -y -1', '-e SVC -r RIP -y 2147483648'],
  "invalid timeout value `0' specified": ['-E SVC -s rr -p 0'],
  "invalid timeout value `2678401' specified": [
    '-E SVC -s rr -p 2678401',
    '--set 2678401 0 0',
    '--set 0 0 2678401',
  ],
  "invalid timeout value `abc' specified": ['-E SVC -s rr -p abc', '--set 1 abc 1'],
  '--set option requires 3 timeout values': ['--set', '--set 10', '--set 10 20'],
  "invalid fwmark value `0' specified": ['-A -f 0 -s rr'],
  "invalid fwmark value `4294967296' specified": ['-A -f 4294967296 -s rr'],
  'illegal virtual server persistent mask specified': ['-E SVC -s rr -p 60 -M abc'],
  "invalid scheduler flag `nosuchflag'": ['-E SVC -s rr -b nosuchflag'],
  "incompatible scheduler flag `sh-port'": [
    '-E SVC -s rr -b sh-port',
    '-E SVC -s mh -b sh-port',
    '-E SVC -b sh-port',
  ],
  "incompatible scheduler flag `mh-fallback'": ['-E SVC -s sh -b mh-fallback'],
  'illegal tunnel type specified': ['-e SVC -r RIP -i --tun-type vxlan'],
  'illegal tunnel port specified': [
    '-e SVC -r RIP -i --tun-type gue --tun-port 0',
    '-e SVC -r RIP -i --tun-type gue --tun-port 65536',
  ],
  "You need to supply the 'tun-port' option for the 'gue' tunnel type": ['-e SVC -r RIP -i --tun-type gue'],
  "Illegal 'tun-port' option with the 'ipip' tunnel type": [
    '-e SVC -r RIP -i --tun-type ipip --tun-port 6080',
  ],
  "Illegal 'tun-csum' option with the 'ipip' tunnel type": ['-e SVC -r RIP -i --tun-type ipip --tun-csum'],
  "Illegal 'tun-port' option with the 'gre' tunnel type": ['-e SVC -r RIP -i --tun-type gre --tun-port 6080'],
  "Illegal 'tun-remcsum' option with the 'gre' tunnel type": [
    '-e SVC -r RIP -i --tun-type gre --tun-remcsum',
  ],
  "The option 'tun-csum' conflicts with the 'tun-nocsum' option in the 'gre' tunnel type": [
    '-e SVC -r RIP -i --tun-type gre --tun-csum --tun-nocsum',
  ],
  'illegal syncid specified': ['--start-daemon master --syncid -1', '--start-daemon backup --syncid 256'],
  'illegal mcast-port specified': [
    '--start-daemon master --mcast-port 0',
    '--start-daemon master --mcast-port 65536',
  ],
  'illegal mcast-ttl specified': [
    '--start-daemon master --mcast-ttl 0',
    '--start-daemon master --mcast-ttl 256',
  ],
  'illegal sync-maxlen specified': [
    '--start-daemon master --sync-maxlen 0',
    '--start-daemon master --sync-maxlen 65508',
  ],
  'illegal start-daemon parameter specified': ['--start-daemon slave'],
  'illegal start_daemon specified': ['--stop-daemon slave'],
  "invalid IPv4 mcast-group `223.255.255.255'": ['--start-daemon master --mcast-group 223.255.255.255'],
  "invalid IPv4 mcast-group `240.0.0.1'": ['--start-daemon master --mcast-group 240.0.0.1'],
  "invalid IPv6 mcast-group `fe80::1'": ['--start-daemon master --mcast-group fe80::1'],
  "invalid IPv6 mcast-group `ff::1'": ['--start-daemon master --mcast-group ff::1'],
  // All of these are within bounds: the kernel is asked, and knows no such interface.
  'No such device': [
    '--start-daemon master --mcast-interface nosuch0 --syncid 0 --mcast-port 1 --mcast-ttl 1 --sync-maxlen 1',
    '--start-daemon backup --mcast-interface nosuch0 --syncid 255 --mcast-port 65535 --mcast-ttl 255 --sync-maxlen 65507 --mcast-group 239.255.255.255',
    '--start-daemon master --mcast-interface nosuch0 --mcast-group 224.0.0.0',
    '--start-daemon master --mcast-interface nosuch0 --mcast-group ff05::81',
  ],
  'No daemon is running': ['--stop-daemon master', '--stop-daemon backup'],
  "Illegal 'mcast-port' option with the 'stop-daemon' command": ['--stop-daemon master --mcast-port 1'],
  'Scheduler or persistence engine not found': ['-A NEW -s nosuch', '-E SVC -s nosuch'],
  'Tunnel options conflict with forward method': [
    '-e SVC -r RIP -m --tun-type gue --tun-port 6080',
    '-e SVC -r RIP --tun-type gre',
  ],
};

const LISTS: Readonly<Record<string, readonly string[]>> = {
  "Illegal 'scheduler' option with the 'list' command": ['-L -s rr'],
  "Illegal 'real-server' option with the 'list' command": ['-L -r RIP'],
  "Illegal 'connection' option with the 'save' command": ['-S -c'],
  "Illegal 'stats' option with the 'save' command": ['-S --stats'],
  "invalid option `-Z'": ['-L -Z'],
  'options conflicts in the list command': [
    '-L --rate --timeout',
    '-L --stats -c',
    '-L --daemon --thresholds',
  ],
  "The option 'timeout' conflicts with the 'connection' option in the 'list' command": ['-L -c --timeout'],
  "The option 'service-address' conflicts with the 'connection' option in the 'list' command": ['-L -c SVC'],
  "multiple 'service-address' options specified": ['-L SVC SVC'],
  'unexpected argument foo': ['-L foo'],
};

export const refusedOptions: readonly PacketCase[] = [
  dialogueCase(
    {
      name: 'commands/refused-options',
      title: 'A command line that makes no sense is refused and changes nothing',
      requirement:
        'ipvsadm names what is missing, what does not belong to the command, what is given twice and what lies outside of its bounds (weights and thresholds up to 2147483647, times up to 31 days, ports up to 65535), and rules, times and daemons stay as they were.',
      sources: SOURCES,
    },
    async (dialogue, { vip, servers, method }) => {
      const rip = servers[0].address;
      const service = `-t ${vip}:80`;
      await dialogue.does(
        `-A ${service} -s wlc -p 77`,
        `-a ${service} -r ${rip}:80 ${method} -w 65536 -x 9 -y 3`,
      );
      const words = (line: string) =>
        line
          .replaceAll('SVC', service)
          .replaceAll('NEW', `-t ${vip}:81`)
          .replaceAll('VIP', vip)
          .replaceAll('RIP', rip);
      await each(LINES, (line, text) => dialogue.refuses(words(line), text));
      await each(LISTS, (line, text) => dialogue.refusesToPrint(words(line), text));
      await stillThere(dialogue, service, rip, method);
    },
  ),
];

async function each(
  lines: Readonly<Record<string, readonly string[]>>,
  ask: (line: string, text: string) => Promise<void>,
): Promise<void> {
  for (const [text, refused] of Object.entries(lines)) for (const line of refused) await ask(line, text);
}

function stillThere(dialogue: Dialogue, service: string, rip: string, method: string): Promise<void> {
  const tunnel = method === '-i' ? ' --tun-type ipip' : '';
  return dialogue.prints('-Sn', [
    `-A ${service} -s wlc -p 77`,
    `-a ${service} -r ${rip}:80 ${method} -w 65536${tunnel}`,
  ]);
}
