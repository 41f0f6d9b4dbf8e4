/** What lblc and lblcr forget of many addresses. */

import { modesWhere } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import { outcome } from '../../kit/expecting/expect.ts';
import { type Entry, Journal, judgeArrivals } from '../../kit/journal.ts';
import { type PacketCase, packetCase } from '../../kit/packet-case.ts';
import { article, kernel } from '../../kit/requirement.ts';
import { Service } from '../../kit/service.ts';
import { LocalityCache } from '../../models/locality-cache.ts';

const MARK = 9;
const NETWORK = '10.78.0.0/16';
/** More than are wanted, so that some are trimmed. */
const ADDRESSES = 16_384 + 600;
const BURST = 2_000;
const CLIENTS = 250;
/** Every so many addresses are asked for again before others are trimmed. */
const IN_USE = 7;
const LATER = 150;
const EXPIRATION_S = 100;

const addressOf = (n: number) => `10.78.${n >> 8}.${n & 255}`;

function trimmed(scheduler: string, expiration: string): PacketCase {
  return packetCase<readonly Entry[]>({
    name: `scheduler/${scheduler}/trimmed`,
    title: `${scheduler}: of too many addresses some are forgotten`,
    requirement: `With more than 16,384 addresses ${scheduler} forgets, each minute, a third more than are too many of those that nobody asked for within six minutes, bucket by bucket from where it stopped the last time; all that have not been asked for within ${expiration} go once in half an hour, and none before.`,
    sources: [article('scheduler'), kernel('schedulers: lblc, §2.15')],
    // Clients send what is for addresses that no host has to the director only where it is the servers’ gateway.
    modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
    virtualTime: true,
    atScale: true,
    room: 32_768,
    play: async (stage) => {
      const { director } = stage;
      await director.mark(NETWORK, MARK);
      const servers = [{}, { weight: 0 }];
      const service = await Service.add(stage, { protocol: 'udp', scheduler, mark: MARK, servers });
      await service.meetServers();
      const journal = new Journal(service);
      const cache = new LocalityCache(86_400);
      const moved = new Set<string>();
      let atS = 0;
      let sent = 0;
      const goOn = async (toS: number) => {
        await stage.wait((toS - atS) * 1000);
        atS = toS;
      };
      /** @param mayMove Whether somebody who asks for an address that was forgotten is given the other server. */
      const ask = async (address: string, mayMove: boolean) => {
        const isKnown = cache.ask(address, atS);
        const client = service.client(Math.floor(sent / CLIENTS), 1 + (sent % CLIENTS));
        const packet = service.datagram(client, { address });
        const why = `${address} is ${isKnown ? 'known' : 'not known'} ${atS} s after the beginning.`;
        if (mayMove && !isKnown) moved.add(address);
        journal.expect(packet, moved.has(address) ? 'rs2' : 'rs1', why);
        if (++sent % BURST === 0) await stage.settle();
      };
      const askAll = async (from: number, to: number, step: number, mayMove: boolean) => {
        for (let n = from; n < to; n += step) await ask(addressOf(n), mayMove);
        await stage.settle();
      };
      // Looks are due a minute after this one, and each minute after that.
      await askAll(0, 1, 1, false);
      await goOn(30);
      await askAll(1, ADDRESSES, 1, false);
      await goOn(240);
      await askAll(0, ADDRESSES, IN_USE, false);
      // The seventh look, since a kernel’s timer of a minute is up to two seconds late each time.
      await goOn(440);
      // From now on a new address goes to rs2, which has less to do for its weight.
      await service.editServer(1, { weight: 100_000 });
      await askAll(0, ADDRESSES, 1, true);
      await director.set(expiration, EXPIRATION_S);
      cache.expirationS = EXPIRATION_S;
      await goOn(2_600);
      await askAll(0, LATER * 100, 100, true);
      await goOn(2_740);
      await askAll(1, LATER * 100, 100, true);
      return journal.entries;
    },
    check: (seen, entries) =>
      outcome(entries.length, counted(entries.length, 'packet'), judgeArrivals(seen, entries)),
  });
}

export const localityTrimmed: readonly PacketCase[] = [
  trimmed('lblc', 'lblc_expiration'),
  trimmed('lblcr', 'lblcr_expiration'),
];
