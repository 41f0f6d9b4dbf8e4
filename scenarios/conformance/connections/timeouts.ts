/** When connections are forgotten: not a second early, and not left lying. */
import { modesWhere } from '../../../lab/modes.ts';
import type { PacketCase } from '../../kit/packet-case.ts';
import { expiryCase } from './expiry-case.ts';

const OPEN = ['in S', 'in A'];

export const timeouts: readonly PacketCase[] = [
  expiryCase(
    {
      name: 'timeout/established',
      title: '15 minutes for an established connection',
      requirement:
        'An established connection in which nothing is said is forgotten after 900 s, and not before.',
    },
    { timeoutS: 900, way: OPEN },
  ),
  expiryCase(
    {
      name: 'timeout/syn-received',
      title: 'One minute for a half-open connection',
      requirement: 'A connection of which only the SYN was seen is forgotten after 60 s.',
    },
    { timeoutS: 60, way: ['in S'] },
  ),
  expiryCase(
    {
      name: 'timeout/fin-wait',
      title: 'Two minutes in FIN_WAIT',
      requirement:
        'In DR and TUN the client’s FIN leaves a connection in FIN_WAIT: it is forgotten 120 s after the last packet.',
    },
    {
      timeoutS: 120,
      way: [...OPEN, 'in FA'],
      modes: modesWhere(({ repliesPassDirector }) => !repliesPassDirector),
    },
  ),
  expiryCase(
    {
      name: 'timeout/close-wait',
      title: 'One minute in CLOSE_WAIT',
      requirement: 'In NAT a connection that only the client has closed is forgotten after 60 s.',
    },
    {
      timeoutS: 60,
      way: [...OPEN, 'in FA'],
      modes: modesWhere(({ repliesPassDirector }) => repliesPassDirector),
    },
  ),
  expiryCase(
    {
      name: 'timeout/time-wait',
      title: 'Two minutes in TIME_WAIT',
      requirement: 'A connection that both sides have closed is forgotten 120 s after the last packet.',
    },
    { timeoutS: 120, way: ['in S', 'in FA'] },
  ),
  expiryCase(
    {
      name: 'timeout/close',
      title: 'Ten seconds after a RST',
      requirement: 'A connection that was reset is forgotten after 10 s.',
    },
    { timeoutS: 10, way: [...OPEN, 'in R'] },
  ),
  expiryCase(
    {
      name: 'timeout/udp',
      title: 'Five minutes for a UDP flow',
      requirement:
        'UDP has no end that one could see: a flow is forgotten after 300 s without a datagram, and the next one is scheduled anew.',
    },
    { timeoutS: 300, way: ['in'], protocol: 'udp' },
  ),
  expiryCase(
    {
      name: 'timeout/set-established',
      title: 'ipvsadm --set: the first number is for established connections',
      requirement: 'ipvsadm --set changes the timeout of established connections, here to 100 s.',
    },
    {
      timeoutS: 100,
      way: OPEN,
      prepare: async ({ director }) => void (await director.ipvsadm('--set', '100', '0', '0')),
    },
  ),
  expiryCase(
    {
      name: 'timeout/set-fin',
      title: 'ipvsadm --set: the second number is for FIN_WAIT',
      requirement: 'ipvsadm --set changes the timeout of connections in FIN_WAIT, here to 20 s.',
    },
    {
      timeoutS: 20,
      way: [...OPEN, 'in FA'],
      modes: modesWhere(({ repliesPassDirector }) => !repliesPassDirector),
      prepare: async ({ director }) => void (await director.ipvsadm('--set', '0', '20', '0')),
    },
  ),
  expiryCase(
    {
      name: 'timeout/set-udp',
      title: 'ipvsadm --set: the third number is for UDP',
      requirement: 'ipvsadm --set changes the timeout of UDP flows, here to 30 s.',
    },
    {
      timeoutS: 30,
      way: ['in'],
      protocol: 'udp',
      prepare: async ({ director }) => void (await director.ipvsadm('--set', '0', '0', '30')),
    },
  ),
];
