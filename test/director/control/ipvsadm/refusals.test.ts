import { expect, test } from 'vitest';
import { warningsOf } from '../../../../director/control/warnings.ts';
import { Session } from './session.ts';

const WEB = '-t 10.99.0.1:80';
const RULES = [`-A ${WEB} -s rr`, `-a ${WEB} -r 10.0.2.11 -m`, '-A -t [2001:db8::1]:80 -s rr'];
const INVALID = 'Invalid operation.  Possibly wrong module version, address not unicast, ...\n';

function refused(command: string): readonly [string, string] {
  return [command, INVALID];
}

const REFUSED: readonly (readonly [command: string, stderr: string])[] = [
  // What there is, and what there is not.
  [`-A ${WEB} -s nosuch`, 'Service already exists\n'],
  ['-A -t 10.99.0.1:81 -s nosuch', 'Scheduler or persistence engine not found\n'],
  ['-A -t 10.99.0.1:81 --pe nosuch', 'Scheduler or persistence engine not found\n'],
  [`-E ${WEB} -s nosuch`, 'Scheduler or persistence engine not found\n'],
  ['-E -t 10.99.0.1:81 -s nosuch', 'No such service\n'],
  ['-D -u 10.99.0.1:80', 'No such service\n'],
  ['-D -f 1', 'No such service\n'],
  ['-Z -t 10.99.0.1:81', 'No such service\n'],
  ['-a -t 10.99.0.1:81 -r 10.0.2.11', 'Service not defined\n'],
  ['-e -t 10.99.0.1:81 -r 10.0.2.11', 'Service not defined\n'],
  ['-d -t 10.99.0.1:81 -r 10.0.2.11', 'Service not defined\n'],
  [`-a ${WEB} -r 10.0.2.11 -m`, 'Destination already exists\n'],
  [`-e ${WEB} -r 10.0.2.12 -m`, 'No such destination\n'],
  [`-d ${WEB} -r 10.0.2.11:8080`, 'No such destination\n'],
  // Addresses that no server has.
  ...['0.0.0.0', '224.0.0.1', '255.255.255.255', '10.0.2.255'].map((address) =>
    refused(`-a ${WEB} -r ${address} -m`),
  ),
  ...['[::]:80', '[ff02::1]:80', '[fe80::1]:80', '[::ffff:10.0.2.1]:80'].map((address) =>
    refused(`-a -t [2001:db8::1]:80 -r ${address} -m`),
  ),
  // Settings that contradict each other.
  [`-a ${WEB} -r 10.0.2.12 -m -x 3 -y 4`, 'Numerical result out of range\n'],
  [`-e ${WEB} -r 10.0.2.11 -m -x 0 -y 1`, 'Numerical result out of range\n'],
  ['-a -f 9 -r 10.0.2.11 -m', 'Service not defined\n'],
  // Daemons.
  ['--start-daemon master', 'No such device\n'],
  [
    '--start-daemon master --mcast-interface dc',
    'Connection synchronisation is not supported by this director yet: no daemon was started\n',
  ],
  ['--stop-daemon backup', 'No daemon is running\n'],
];

test.each(REFUSED)('%s', async (command, stderr) => {
  const session = new Session();
  await session.must(...RULES);
  const before = await session.must('-Sn');
  expect(await session.run(command)).toEqual({ rc: 255, stdout: '', stderr });
  expect(await session.must('-Sn')).toBe(before);
});

test.each([
  // Nobody minds.
  `-a ${WEB} -r 10.0.1.1 -m`,
  `-a ${WEB} -r 127.0.0.1 -m`,
  `-a ${WEB} -r 240.0.0.1 -m`,
  `-a ${WEB} -r 10.0.2.0 -m`,
  `-a ${WEB} -r [fd00::1]:80 -i`,
  '-a -t [2001:db8::1]:80 -r [::1]:80 -m',
  '-A -f 1 -s none',
  '-d -t 10.99.0.1:80 -r 10.0.2.11:80',
])('%s goes well', async (command) => {
  const session = new Session();
  await session.must(...RULES);
  expect(await session.run(command)).toEqual({ rc: 0, stdout: '', stderr: '' });
});

test('a list of an unknown service ends with 1', async () => {
  expect(await new Session().run('-Ln -t 10.99.0.1:80')).toEqual({
    rc: 1,
    stdout: '',
    stderr: 'No such service\n',
  });
});

test('where the kernel’s side cannot be opened, that is said before anything else', async () => {
  const { runIpvsadm } = await import('../../../../director/control/ipvsadm/run.ts');
  const { NAMELESS } = await import('./session.ts');
  let stderr = '';
  const rc = await runIpvsadm(['--bogus'], {
    stdin: async () => '',
    stdout: { write: () => true },
    stderr: { write: (text) => (stderr += text) },
    resolver: NAMELESS,
    argv0: 'ipvsadm',
    open: async () => {
      throw new Error('Permission denied (you must be root)');
    },
  });
  expect(rc).toBe(2);
  expect(stderr).toBe(
    "Can't initialize ipvs: Permission denied (you must be root)\n" +
      'Are you sure that IP Virtual Server is built in the kernel or as module?\n',
  );
});

test('what is held but not done yet is among the warnings of the state', async () => {
  const session = new Session();
  const { state } = session.director.core;
  await session.must(`-A ${WEB} -s rr`);
  expect(warningsOf(state)).toEqual([]);
  await session.must(
    '-A -t [2001:db8::1]:80 -s rr',
    `-a ${WEB} -r [2001:db8::9]:80 -i`,
    '-A -u 10.99.0.1:5060 -s rr -p --pe sip',
  );
  expect(warningsOf(state)).toEqual([
    expect.stringContaining('listed but not balanced yet: TCP [2001:db8::1]:80'),
    expect.stringContaining('packets for IPv6 servers are dropped'),
    expect.stringContaining('UDP 10.99.0.1:5060 (sip)'),
  ]);
  await session.must('-C');
  expect(warningsOf(state)).toEqual([]);
});
