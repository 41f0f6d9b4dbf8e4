/** Rules in ipvsadm’s language as the services that they come to, and what they ask of a director. */
import { describe, expect, it } from 'vitest';
import { RuleBook } from '../../../harness/directors/rule-book.ts';
import { FEATURES } from '../../../scenarios/features.ts';
import { UnsupportedError } from '../../../scenarios/kit/unsupported-error.ts';

const WEB = ['-A -t 10.0.1.100:80 -s wrr', '-a -t 10.0.1.100:80 -r 10.0.2.11:8080 -m -w 3'];
const nothing = async () => undefined;

async function featuresOf(...lines: string[]) {
  const book = new RuleBook();
  await book.apply(lines, nothing);
  return book.features();
}

describe('a rule book', () => {
  it('adds up changes, as a director that keeps its tables does', async () => {
    const book = new RuleBook();
    await book.apply(WEB, nothing);
    await book.apply(['-a -t 10.0.1.100:80 -r 10.0.2.12:8080 -m -w 0', '-A -u 10.0.1.100:53 -s rr'], nothing);
    expect(book.balanced).toEqual([
      {
        protocol: 'tcp',
        address: '10.0.1.100',
        port: 80,
        scheduler: 'wrr',
        servers: [{ address: '10.0.2.11', port: 8080, weight: 3 }],
      },
      { protocol: 'udp', address: '10.0.1.100', port: 53, scheduler: 'rr', servers: [] },
    ]);
    expect(await book.text()).toContain('-a -t 10.0.1.100:80 -r 10.0.2.12:8080 -m -w 0');
    book.clear();
    expect(book.balanced).toEqual([]);
  });

  it.each(['-t 10.0.1.100:80', '--sctp-service 10.0.1.100:80', '-f 7'])(
    'writes the thresholds of servers of %s, which ipvsadm -S leaves out',
    async (service) => {
      const book = new RuleBook();
      await book.apply([`-A ${service} -s rr`, `-a ${service} -r 10.0.2.11:0 -g -w 1 -x 5 -y 3`], nothing);
      const text = await book.text();
      expect(text.at(-1)).toMatch(/ -w 1 -x 5 -y 3$/);
      const again = new RuleBook();
      await again.apply(text, nothing);
      expect(await again.text()).toEqual(text);
    },
  );

  it('leaves out the weights of schedulers that do not look at them', async () => {
    const book = new RuleBook();
    await book.apply(['-A -t 10.0.1.100:80 -s rr', '-a -t 10.0.1.100:80 -r 10.0.2.11 -m -w 9'], nothing);
    expect(book.balanced[0]?.servers[0]?.weight).toBe(1);
  });

  it('is as before where a rule is refused, or the program refuses what they lead to', async () => {
    const book = new RuleBook();
    await book.apply(WEB, nothing);
    const before = await book.text();
    await expect(book.apply(['-D -t 10.0.1.100:80', '-D -t 10.0.1.100:81'], nothing)).rejects.toThrow(
      'No such service',
    );
    const full = () => Promise.reject(new Error('full'));
    await expect(book.apply(['-D -t 10.0.1.100:80'], full)).rejects.toThrow('full');
    expect(await book.text()).toEqual(before);
  });

  it('refuses what is not declared, by name', async () => {
    const book = new RuleBook();
    const declared = new Set(['protocol/tcp', 'family/ipv4', 'mode/nat', 'scheduler/wrr']);
    await book.apply(WEB, nothing, declared);
    const more = book.apply(['-E -t 10.0.1.100:80 -s wrr -p 60'], nothing, declared);
    await expect(more).rejects.toThrow(UnsupportedError);
    await expect(more).rejects.toThrow('persistence');
    expect(book.features()).toEqual(declared);
  });

  it.each([
    ['-A -t 10.0.1.100:80 -s rr -p 60', 'persistence'],
    ['-A -u 10.0.1.100:80 -s rr -o', 'one-packet'],
    ['-A -f 7 -s rr', 'marks'],
    ['-A -t [fd00::1]:80 -s rr', 'family/ipv6'],
    ['-A --sctp-service 10.0.1.100:80 -s sed', 'protocol/sctp'],
    ['-A -t 10.0.1.100:80 -s mh', 'scheduler/mh'],
  ])('knows what "%s" asks for: %s', async (line, feature) => {
    expect(await featuresOf(line)).toContain(feature);
  });

  it.each([
    ['-m', 'mode/nat'],
    ['-g', 'mode/dr'],
    ['-i', 'mode/tun'],
    ['-i --tun-type gue --tun-port 6080', 'tunnel/gue'],
    ['-i --tun-type gre', 'tunnel/gre'],
    ['-m -x 5', 'thresholds'],
  ])('knows what a server with %s asks for: %s', async (options, feature) => {
    const service = '-t 10.0.1.100:80';
    expect(await featuresOf(`-A ${service} -s rr`, `-a ${service} -r 10.0.2.11:80 ${options}`)).toContain(
      feature,
    );
  });

  it('names no feature that the table has not', async () => {
    for (const name of await featuresOf(...WEB)) expect(FEATURES.has(name)).toBe(true);
  });
});
