import { describe, expect, it } from 'vitest';
import { ConnectionLoads } from '../../../scenarios/models/connection-loads.ts';
import { TCP } from '../../../scenarios/models/tcp-states.ts';

const SERVICE = 'tcp 10.0.1.100:80';

/** One connection of rs1 after these events from its client, `<` before those from its server. */
function followed(seesReplies: boolean, ...events: string[]) {
  const loads = new ConnectionLoads(seesReplies);
  let begun = 0;
  events.forEach((event, second) => {
    if (event.startsWith('<')) loads.reply(SERVICE, 'c', event.slice(1), second);
    else if (loads.request(SERVICE, 'c', TCP, event, second)) {
      begun++;
      loads.give(SERVICE, 'c', 'rs1');
    }
  });
  return { loads, begun, at: (second: number) => loads.at(SERVICE, second).get('rs1') };
}

const ACTIVE = { active: 1, inactive: 0 };
const INACTIVE = { active: 0, inactive: 1 };

describe('the load of a server, by the packets', () => {
  it('has a connection as active from its SYN on', () => {
    expect(followed(true, 'syn').at(1)).toEqual(ACTIVE);
    expect(followed(false, 'syn').at(1)).toEqual(ACTIVE);
  });

  it('has it as inactive once its client has said that it ends', () => {
    expect(followed(true, 'syn', 'ack', 'fin').at(3)).toEqual(INACTIVE);
    expect(followed(false, 'syn', 'ack', 'fin').at(3)).toEqual(INACTIVE);
  });

  it('knows of the server’s end only where replies are seen', () => {
    expect(followed(true, 'syn', '<syn', 'ack', '<fin').at(4)).toEqual(INACTIVE);
    // A packet of the server that the director does not see is never given to it.
    expect(followed(false, 'syn', 'ack').at(4)).toEqual(ACTIVE);
  });

  it('forgets it when the time of its state is over', () => {
    const { at } = followed(true, 'syn', 'ack', 'rst');
    expect(at(11)).toEqual(INACTIVE);
    expect(at(12)).toBeUndefined();
  });

  it('has the same ports begin a new connection after the end of the old one, and not before', () => {
    expect(followed(true, 'syn', 'ack', 'syn').begun).toBe(1);
    const again = followed(true, 'syn', '<syn', 'ack', 'fin', '<fin', 'ack', 'syn');
    expect(again.begun).toBe(2);
    expect(again.at(7)).toEqual(ACTIVE);
  });

  it('asks for no server for a packet in the middle of a connection that it does not know', () => {
    expect(followed(true, 'ack').begun).toBe(0);
    expect(followed(true, 'ack').at(1)).toBeUndefined();
  });

  it('counts datagrams as one inactive connection for as long as they keep coming', () => {
    const loads = new ConnectionLoads(true);
    expect([0, 299, 598].map((second) => loads.request('udp', 'c', undefined, '', second))).toEqual([
      true,
      false,
      false,
    ]);
    loads.give('udp', 'c', 'rs2');
    expect(loads.at('udp', 897).get('rs2')).toEqual(INACTIVE);
    expect(loads.at('udp', 898).get('rs2')).toBeUndefined();
  });

  it('does not count one that no server was to be had for', () => {
    const loads = new ConnectionLoads(true);
    loads.request(SERVICE, 'c', TCP, 'syn', 0);
    loads.give(SERVICE, 'c', undefined);
    expect(loads.at(SERVICE, 1).size).toBe(0);
    expect(loads.request(SERVICE, 'c', TCP, 'syn', 1)).toBe(true);
  });
});
