import { expect, test } from 'vitest';
import { SCHEDULERS } from '../../../director/schedulers/index.ts';
import { Fleet } from './fleet.ts';

test('rr takes servers in turn, the one added last first', () => {
  const fleet = new Fleet('rr').add(1, 1, 1);
  expect(fleet.picks(7)).toBe('CBACBAC');
  fleet.edit('B', 0);
  expect(fleet.picks(6)).toBe('ACACAC');
  fleet.add(1);
  fleet.edit('B', 1);
  expect(fleet.picks(8)).toBe('BADCBADC');
});

test('rr goes on from the server before one that was deleted', () => {
  const fleet = new Fleet('rr').add(1, 1, 1, 1);
  expect(fleet.picks(2)).toBe('DC');
  fleet.remove('C');
  expect(fleet.picks(4)).toBe('BADB');
});

test.each([
  [[1, 2, 3], 'CBACCBCBACCBCBACCBCB'],
  [[4, 3, 2], 'CBAABACBACBAABACBACB'],
  [[4, 2, 2], 'CBAACBAACBAACBAACBAA'],
  [[5, 1, 1], 'CBAAAAACBAAAAACBAAAA'],
  [[2, 0, 1], 'CAACAACAACAACAACAACA'],
  [[6, 4, 2, 0], 'CBAABACBAABACBAABACB'],
])('wrr with weights %j', (weights, picks) => {
  expect(new Fleet('wrr').add(...weights).picks(20)).toBe(picks);
});

test('wrr after edits, deletion and overload', () => {
  const fleet = new Fleet('wrr').add(4, 3, 2);
  expect(fleet.picks(5)).toBe('CBAAB');
  fleet.edit('A', 1);
  expect(fleet.picks(12)).toBe('BCBCBABCBCBA');
  fleet.remove('B');
  expect(fleet.picks(9)).toBe('CACCACCAC');
  fleet.server('C').overloaded = true;
  expect(fleet.picks(4)).toBe('AAAA');
  fleet.server('A').overloaded = true;
  expect(fleet.pick()).toBe('—');
});

test('an edit that changes nothing sends wrr back to the head of the list', () => {
  const fleet = new Fleet('wrr').add(1, 1, 1);
  expect(fleet.picks(1)).toBe('C');
  fleet.edit('A', 1);
  expect(fleet.picks(2)).toBe('CB');
});

test.each([
  ['wlc', 'CBACBCCBACBC'],
  ['sed', 'CBCCBACBCCBA'],
  ['nq', 'CBACCBCBCCBA'],
])('%s with weights 1, 2, 3 and every connection held', (scheduler, picks) => {
  expect(new Fleet(scheduler).add(1, 2, 3).held(12)).toBe(picks);
});

test('lc compares loads whatever the weight, as unsigned numbers', () => {
  const fleet = new Fleet('lc').add(1, 5);
  fleet.server('A').connections = 1;
  expect(fleet.pick()).toBe('B');
  // 256 · 2^23 active connections wrap to a negative number; to lc it is a high one.
  fleet.server('B').activeConnections = 2 ** 23;
  expect(fleet.pick()).toBe('A');
});

test('an active connection weighs as much as 257 inactive ones', () => {
  const fleet = new Fleet('wlc').add(1, 1);
  fleet.server('A').connections = 1;
  fleet.server('A').activeConnections = 1;
  fleet.server('B').connections = 256;
  expect(fleet.pick()).toBe('B');
  fleet.server('B').connections = 257;
  expect(fleet.pick()).toBe('B');
  fleet.server('B').connections = 258;
  expect(fleet.pick()).toBe('A');
});

test('fo keeps to the highest weight, the first in the list of equals', () => {
  const fleet = new Fleet('fo').add(3, 5, 5);
  expect(fleet.held(3)).toBe('CCC');
  fleet.server('C').overloaded = true;
  expect(fleet.picks(2)).toBe('BB');
  fleet.edit('B', 0);
  expect(fleet.picks(2)).toBe('AA');
});

test('ovf passes on once a server has more active connections than its weight', () => {
  const fleet = new Fleet('ovf').add(1, 2);
  expect(fleet.held(6)).toBe('BBBAA—');
});

test('nq gives an idle server the next connection even where a busy one would be faster', () => {
  const fleet = new Fleet('nq').add(1, 100);
  expect(fleet.held(2)).toBe('BA');
});

test.each(Object.keys(SCHEDULERS))('%s picks nobody where nobody may be picked', (scheduler) => {
  const fleet = new Fleet(scheduler);
  expect(fleet.pick()).toBe('—');
  fleet.add(0, 0);
  expect(fleet.pick()).toBe('—');
  fleet.add(1);
  fleet.server('C').overloaded = true;
  expect(fleet.pick()).toBe('—');
  fleet.remove('C');
  expect(fleet.pick()).toBe('—');
});
